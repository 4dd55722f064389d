"""A batch in Blender: tracked by the engine, exported here, once."""

import shutil
from pathlib import Path

import bpy
import pytest

from engine.batch.sidecar import load_sidecar, save_sidecar
from tests.blender.motions import addon

DATA = Path(__file__).resolve().parents[1] / "data"


def main(arguments: list[str]) -> int:
    return addon("command.cli").main(arguments)


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A table of two stretches of the sample and of a broken file, and the folder that it was tracked into."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "broken.mp4").write_bytes((DATA / "sample.mp4").read_bytes()[:5000])
    rows = [f"{DATA / 'sample.mp4'},{start},{start + 0.15},part{start}" for start in (0, 1)]
    table = folder / "clips.csv"
    table.write_text("\n".join(["video,start,end,name", *rows, "broken.mp4,,,broken"]), encoding="utf-8")
    assert main(["batch", str(table), "-o", str(folder / "out"), "--format", "glb"]) == 1
    return table, folder / "out"


@pytest.fixture
def done(tracked: tuple[Path, Path], tmp_path: Path) -> tuple[str, Path]:
    table, out = tracked
    shutil.copytree(out, tmp_path / "out")
    return str(table), tmp_path / "out"


def written(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.suffix in (".glb", ".npz", ".fbx")}


def test_every_clip_that_was_tracked_is_exported(done: tuple[str, Path]) -> None:
    _, out = done
    assert {*written(out)} == {"part0.glb", "part1.glb", "part0.npz", "part1.npz"}
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(out / "part1.glb"))
    assert [obj for obj in bpy.data.objects if obj.type == "ARMATURE"] and bpy.data.actions


def test_what_stands_is_left_and_another_format_is_added(done: tuple[str, Path]) -> None:
    table, out = done
    before = written(out)
    assert main(["batch", table, "-o", str(out), "--format", "glb", "--format", "fbx"]) == 1
    assert {name: when for name, when in written(out).items() if name in before} == before
    assert {*written(out)} - {*before} == {"part0.fbx", "part1.fbx"}


def test_other_options_of_the_export_alone_do_not_track_again(done: tuple[str, Path]) -> None:
    table, out = done
    before = written(out)
    main(["batch", table, "-o", str(out), "--format", "glb", "--body-only"])
    assert {name for name, when in written(out).items() if before[name] != when} == {"part0.glb", "part1.glb"}


def test_an_export_that_ended_blender_three_times_is_set_aside(
    done: tuple[str, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    table, out = done
    record = load_sidecar(out / "part0.json")
    assert record is not None
    known = record["exports"]["glb"]
    record["exports"]["glb"] = {"request": known["request"], "tries": 3}
    save_sidecar(record, out / "part0.json")
    assert main(["batch", table, "-o", str(out), "--format", "glb"]) == 1
    assert "part0.glb is set aside" in capfd.readouterr().err
