"""`blender -b --command sign_mocap sentence LIBRARY.blend GLOSS... -o OUT`: signs of a library become a sentence."""

# The stubs take members of Context for methods.
# pyright: reportArgumentType=false

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import add_rig

if TYPE_CHECKING:
    from collections.abc import Callable


def main(argv: list[str]) -> int:
    """Write the sentence; 0 if all went well, else one line says why not."""
    from ...engine.errors import EngineError
    from .export import write

    arguments = _parser().parse_args(argv)
    try:
        _check(arguments)
        write(arguments.out, _sign(arguments))
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{arguments.out}\n")
    return 0


def _check(arguments: argparse.Namespace) -> None:
    """Raise InputError or OutputError where the files are not what they have to be."""
    from ...engine.errors import InputError
    from .export import WRITERS, check_output

    library, output = arguments.library, arguments.out
    if output.suffix.lower().lstrip(".") not in WRITERS:
        raise InputError(f"{output} must end in {', '.join(f'.{ending}' for ending in WRITERS)}.")
    if not library.is_file():
        raise InputError(f"The library {library} does not exist.")
    if output.resolve() == library.resolve():
        raise InputError(f"{output} is the library itself; choose another name for the sentence.")
    check_output(output, arguments.rig)


def _sign(arguments: argparse.Namespace) -> "Callable[[Path], None] | None":
    """Open the library, or the character, and let its armature sign; all that signs is selected. What finishes a file.

    A library of a character has what was carried to it, too: the sentence is chained there, and carried anew.
    """
    import bpy

    from ..library.sentence import chained, players, sign, sign_by
    from ..library.signs import signs_in, whole_sign
    from ..objects import whole_of
    from ..scene.timeline import scene_rate, set_rate
    from .export import adding_gaze, isolate, open_armatures, open_character, recognised

    text, library = " ".join(arguments.gloss), arguments.library
    signer, obj = players(library, open_armatures(library))
    performance, rate = chained(bpy.context.scene, signer, text), scene_rate(bpy.context.scene)
    earlier = {part for action, _ in signs_in(bpy.data.actions) for part in whole_sign(action)}
    if arguments.rig is None and obj is None:
        sign(signer, performance, text)
        bpy.data.batch_remove(earlier)
        isolate(signer)
        return None
    maps, is_vrma = (arguments.map, arguments.face_map), arguments.out.suffix.lower() == ".vrma"
    if arguments.rig is not None:
        character = open_character(arguments.rig, *maps, by_expressions=is_vrma)
        set_rate(bpy.context.scene, rate)
        sign_by(character, performance, text)
    else:
        character = recognised(obj, *maps)
        sign_by(character, performance, text)
        bpy.data.batch_remove(earlier | whole_of(signer))
    isolate(character.obj)
    return adding_gaze(character, performance.face) if is_vrma else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sign_mocap sentence", description="Signs of a library become a sentence.")
    parser.add_argument("library", type=Path, help="what `library` made")
    parser.add_argument("gloss", nargs="+", help="names of its signs, in their order")
    parser.add_argument(
        "-o", "--out", required=True, type=Path, help="a .blend, .glb, .fbx or .bvh, or a VRM character's .vrma"
    )
    add_rig(parser)
    return parser
