"""`blender -b --command sign_mocap batch INPUT... -o OUT`: many clips tracked by the engine's batch, then exported."""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .arguments import add_rig
from .formats import FORMATS

if TYPE_CHECKING:
    from ...engine.batch.job import Job
    from ..settings import ImportOptions

#: An export that ended Blender so often is set aside.
TRIES = 3


def main(argv: list[str]) -> int:
    """Track and export what is not done yet: 0 only if every clip is; a line for each that is not."""
    from ...engine.arguments import read_arguments, write_arguments
    from ...engine.batch.clips import clips_in
    from ...engine.batch.job import Job
    from ...engine.batch.options import BatchOptions
    from ...engine.batch.sidecar import DONE, load_sidecar
    from ...engine.child import engine_command
    from ...engine.errors import EngineError, InputError
    from ...engine.options import TrackOptions
    from ..settings import ImportOptions
    from .export import check_output, open_character

    parser = _parser()
    arguments = parser.parse_args(argv)
    out: Path = arguments.out
    try:
        options = read_arguments(arguments, ImportOptions)
        batch = read_arguments(arguments, BatchOptions)
        if options.view or (arguments.rig is not None and (options.hands_only or options.reference != "none")):
            raise InputError("--view is of one take, and --rig does not go with --hands-only or --reference.")
        tracking = TrackOptions(**{name: getattr(options, name) for name in TrackOptions.__dataclass_fields__})
        clips = clips_in(arguments.input, tracking, arguments.tier)
    except InputError as error:
        parser.error(str(error))
    try:
        for ending in arguments.formats:
            check_output(out / f"clip.{ending}", arguments.rig)
        if arguments.rig is not None:
            open_character(arguments.rig, arguments.map, arguments.face_map)
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    flags = [*write_arguments(options, TrackOptions), *write_arguments(batch, BatchOptions)]
    tiers = [f"--tier={tier}" for tier in arguments.tier]
    command = engine_command("batch", *tiers, *flags, f"--out={out}", "--", *arguments.input)
    status = subprocess.run(command, check=False).returncode
    if status not in (0, 1):
        return status
    jobs = [Job(clip, out) for clip in clips]
    tracked = [job for job in jobs if (load_sidecar(job.sidecar) or {}).get("state") == DONE]
    exported = [_export(job, ending, options, arguments) for job in tracked for ending in arguments.formats]
    return int(status or not all(exported))


def _parser() -> argparse.ArgumentParser:
    from ...engine.arguments import add_arguments
    from ...engine.batch.options import BatchOptions
    from ..settings import ImportOptions

    parser = argparse.ArgumentParser(prog="sign_mocap batch", description="Thousands of clips become animations.")
    parser.add_argument("input", nargs="+", help="files, folders, patterns, lists, tables and annotations of clips")
    parser.add_argument("-o", "--out", required=True, type=Path, help="folder for all results")
    parser.add_argument(
        "--format", action="append", choices=FORMATS, required=True, dest="formats", help="may be given again"
    )
    parser.add_argument("--tier", action="append", default=[], help="of .eaf files: every annotation is a clip")
    add_arguments(parser, BatchOptions)
    add_arguments(parser, ImportOptions)
    add_rig(parser)
    return parser


def _export(job: "Job", ending: str, options: "ImportOptions", arguments: argparse.Namespace) -> bool:
    """Export a motion where that does not stand; whether it is there then. What ends Blender is counted before."""
    from ...engine.batch.job import MOTION
    from ...engine.batch.sidecar import load_sidecar, save_sidecar
    from ...engine.errors import EngineError
    from ...engine.motion import load_motion
    from .export import export

    record: dict[str, Any] = load_sidecar(job.sidecar) or {}
    path = job.result(ending)
    request = _request(record, options, arguments)
    known = record.setdefault("exports", {}).get(ending, {})
    if known.get("request") != request:
        known = {"request": request, "tries": 0}
    if path.is_file() and path.stat().st_size == known.get("bytes"):
        return True
    if known["tries"] == TRIES:
        sys.stderr.write(f"{path} is set aside: its export ended Blender {TRIES} times.\n")
        return False
    record["exports"][ending] = known = {"request": request, "tries": known["tries"] + 1}
    try:
        save_sidecar(record, job.sidecar)
        motions = {job.clip.source: load_motion(job.result(MOTION))}
        told = export(motions, options, path, arguments.rig, arguments.map, arguments.face_map)
        record["exports"][ending] = {"request": request, "tries": 0, "bytes": path.stat().st_size}
        save_sidecar(record, job.sidecar)
    except (EngineError, ValueError) as error:
        record["exports"][ending] = {"request": request, "tries": 0}
        save_sidecar(record, job.sidecar)
        sys.stderr.write(f"{job.clip.source}: {error}\n")
        return False
    sys.stdout.write(f"{told}\n")
    return True


def _request(record: dict[str, Any], options: "ImportOptions", arguments: argparse.Namespace) -> dict[str, Any]:
    """What an export depends on."""
    import bpy

    from ...engine.arguments import write_arguments
    from ...engine.batch.job import MOTION
    from ...engine.batch.sidecar import digest
    from ..settings import CharacterOptions, SceneOptions

    rig = None if arguments.rig is None else [digest(arguments.rig[0]), arguments.rig[1]]
    return {
        "motion": record["outputs"][MOTION]["sha256"],
        "options": [*write_arguments(options, SceneOptions), *write_arguments(options, CharacterOptions)],
        "rig": rig,
        "maps": [arguments.map, arguments.face_map],
        "blender": bpy.app.version_string,
    }
