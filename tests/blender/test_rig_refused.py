"""What is wrong with a rig, its map or its output is one sentence before any tracking."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from pathlib import Path

import bpy
import pytest

from tests.blender.motions import addon
from tests.blender.rigs import in_hidden_collection, metarig, rig_file
from tests.blender.scene import SAMPLE, import_video


def lock(path: Path) -> Path:
    path.write_text("")
    return path / "result.blend"


WRONG: dict[str, tuple[Callable[[Path], list[object]], str]] = {
    "no file": (lambda folder: ["--rig", folder / "none.blend"], "none.blend does not exist."),
    "no blend": (
        lambda folder: ["--rig", f"{lock(folder / 'text.blend').parent}:rig"],
        "Blender cannot open the rig's file",
    ),
    "no object": (lambda folder: ["--rig", f"{rig_file(folder)}:Rig"], "has no armature 'Rig'"),
    "no armature": (lambda folder: ["--rig", f"{rig_file(folder)}:body"], "name one of its armatures: rig."),
    "excluded": (lambda folder: ["--rig", f"{rig_file(folder, excluded)}:rig"], "its armatures: none."),
    "no map": (lambda folder: ["--rig", rig_file(folder), "--map", "x"], "There is no rig map 'x'; choose one of "),
    "no map file": (lambda folder: ["--rig", rig_file(folder), "--map", "x.toml"], "Cannot read the rig map x.toml: "),
    "other map": (lambda folder: ["--rig", rig_file(folder), "--map", "Mixamo"], "'rig': It fits no known rig, "),
    "no character": (lambda folder: ["--rig", rig_file(folder, unnamed)], "none of its bones is named like a person's"),
    "the rig itself": (lambda folder: ["--rig", rig_file(folder), "-o", folder / "rigs" / "rig.blend"], "own file;"),
    "no folder": (lambda folder: ["--rig", rig_file(folder), "-o", lock(folder / "file")], "is no folder to write to;"),
    "no VRM character": (
        lambda folder: ["-o", folder / "x.vrma"],
        "would animate a VRM character; name one with --rig.",
    ),
    "no VRM": (
        lambda folder: ["--rig", rig_file(folder), "-o", folder / "x.vrma"],
        "needs the VRM add-on for Blender;",
    ),
}


def excluded(obj: bpy.types.Object) -> None:
    in_hidden_collection(obj)
    bpy.context.view_layer.layer_collection.children["hidden"].exclude = True


def unnamed(obj: bpy.types.Object) -> None:
    for number, bone in enumerate(obj.data.bones):
        bone.name = f"b{number}"


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_a_sentence_before_tracking(
    what: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addon("tracking.job").Job, "run", lambda _job: pytest.fail("it is tracked"))
    arguments, sentence = WRONG[what]
    given = arguments(tmp_path)
    out = [] if "-o" in given else ["-o", tmp_path / "result.blend"]
    rig = tmp_path / "rigs" / "rig.blend"
    before = rig.read_bytes() if rig.exists() else b""
    capfd.readouterr()
    assert addon("command.cli").main([str(argument) for argument in (SAMPLE, *out, *given)]) == 1
    (line,) = [line for line in capfd.readouterr().err.splitlines() if sentence in line]
    assert line.endswith(".")
    assert not (tmp_path / "result.blend").exists() and (not before or rig.read_bytes() == before)


def test_a_single_hand_is_not_tracked_for_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    metarig()
    monkeypatch.setattr(addon("tracking.job").Job, "run", lambda _job: pytest.fail("it is tracked"))
    with pytest.raises(RuntimeError, match="A hand without a person cannot be carried to a character;"):
        import_video(SAMPLE, import_to="selected", hands_only=True)
