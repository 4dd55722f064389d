"""`blender -b --command sign_mocap INPUT... -o OUT`, and the same arguments on the bpy module."""

import argparse
import sys
from pathlib import Path

FORMATS = ("blend", "glb", "fbx", "bvh", "vrma")


def main(argv: list[str]) -> int:
    """Import every video into a file of its own; 0 only if all succeeded, one line for each that did not."""
    from ...engine.errors import EngineError
    from ..settings import CharacterSettings, ImportSettings
    from ..tracking.job import Job
    from .export import check_output, export, open_character

    arguments = _parse(argv)
    settings = ImportSettings(
        start=arguments.start,
        end=arguments.end,
        parts="HAND" if arguments.hands_only else "ALL",
        side=arguments.side,
        height=arguments.height,
        fov=arguments.fov,
        person=arguments.person,
        crop=arguments.crop,
        mirrored=arguments.mirrored,
        smoothing=arguments.smoothing,
        reference=arguments.reference.upper(),
        character=CharacterSettings(arguments.contacts, not arguments.no_limits, arguments.asset),
    )
    targets = _targets(arguments)
    try:
        for _, target in targets:
            check_output(target, arguments.rig)
        if arguments.rig is not None:
            open_character(arguments.rig, arguments.map)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    failed = False
    for video, target in targets:
        job = Job([video], settings)
        try:
            job.run()
            if job.motions:
                export(job.motions, settings, target, arguments.rig, arguments.map)
        except EngineError as error:
            job.errors[video] = str(error)
        for error in job.errors.values():
            failed = True
            sys.stderr.write(f"{video}: {error}\n")
    return int(failed)


def _parse(argv: list[str]) -> argparse.Namespace:
    from ...engine.options import read_crop

    parser = argparse.ArgumentParser(prog="sign_mocap", description="Sign videos become animated armatures.")
    parser.add_argument("input", nargs="+", type=Path, help="a video or a still picture")
    parser.add_argument("-o", "--out", required=True, type=Path, help="a file; a folder for several inputs")
    parser.add_argument("--format", choices=FORMATS, help="of the files in the folder (blend)")
    parser.add_argument("--reference", choices=("none", "camera", "plane"), default="none", help="show the video")
    parser.add_argument("--hands-only", action="store_true", help="the picture shows one hand")
    parser.add_argument("--side", choices=("auto", "left", "right"), default="auto")
    parser.add_argument("--start", type=float, help="seconds")
    parser.add_argument("--end", type=float, help="seconds")
    parser.add_argument("--height", type=float, help="of the person, metres")
    parser.add_argument("--fov", type=float, help="angle of view of the longer side, degrees")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--person", type=int, help="which of several people, 0 is the largest")
    which.add_argument("--crop", type=read_crop, metavar="X,Y,W,H", help="pixels")
    parser.add_argument("--mirrored", action="store_true", help="selfie video, left is right")
    parser.add_argument("--smoothing", type=float, default=1.0, help="0 is off, 1 the default")
    parser.add_argument("--rig", type=read_rig_path, metavar="FILE.blend:OBJECT", help="the character that signs")
    parser.add_argument("--map", default="auto", help="auto, a family's name, or a map's .toml, for the rig")
    parser.add_argument("--contacts", type=float, default=1.0, help="0 to 1: keep what the rig's hands touch")
    parser.add_argument("--no-limits", action="store_true", help="no Limit Rotation constraints on the rig")
    parser.add_argument("--asset", action="store_true", help="mark the rig's action as an asset")
    arguments = parser.parse_args(argv)
    if not 0.0 <= arguments.contacts <= 1.0:
        parser.error(f"--contacts is {arguments.contacts}; it goes from 0 to 1")
    if arguments.rig is not None and (arguments.hands_only or arguments.reference != "none"):
        parser.error("--rig does not go with --hands-only or --reference")
    if not _is_folder(arguments) and arguments.out.suffix.lstrip(".").lower() not in FORMATS:
        parser.error(f"{arguments.out} must end in {', '.join('.' + f for f in FORMATS)}, or --format be given")
    return arguments


def _is_folder(arguments: argparse.Namespace) -> bool:
    return len(arguments.input) > 1 or arguments.format is not None or arguments.out.is_dir()


def _targets(arguments: argparse.Namespace) -> list[tuple[Path, Path]]:
    from ...engine.options import targets_in

    if not _is_folder(arguments):
        return [(arguments.input[0], arguments.out)]
    return targets_in(arguments.out, arguments.input, arguments.format or "blend")


def read_rig_path(text: str) -> tuple[Path, str]:
    """FILE.blend:OBJECT, or FILE.blend where it has one armature: the file and the object's name or nothing."""
    file, dot, name = text.rpartition(".blend")
    if not dot or (name and not name.startswith(":")):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FILE.blend:OBJECT")
    return Path(file + dot), name[1:]
