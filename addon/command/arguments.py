"""Arguments that the commands share."""

import argparse
from pathlib import Path


def add_rig(parser: argparse.ArgumentParser) -> None:
    """Add the character that signs, and how it is recognised."""
    parser.add_argument("--rig", type=read_rig_path, metavar="FILE.blend:OBJECT", help="the character that signs")
    parser.add_argument("--map", default="auto", help="auto, a family's name, or a map's .toml, for the rig")
    parser.add_argument(
        "--face-map", default="auto", help="auto, a family's name, or a map's .toml, for its shape keys"
    )


def read_rig_path(text: str) -> tuple[Path, str]:
    """FILE.blend:OBJECT, or FILE.blend where it has one armature: the file and the object's name or nothing."""
    file, dot, name = text.rpartition(".blend")
    if not dot or (name and not name.startswith(":")):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form FILE.blend:OBJECT")
    return Path(file + dot), name[1:]
