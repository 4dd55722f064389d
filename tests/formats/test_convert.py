"""Results of `track` in other formats, by the command line: every writer, every skeleton, and what fails."""

import re
from pathlib import Path

import numpy as np
import pytest

from engine.__main__ import main
from engine.errors import InputError
from engine.formats import WRITERS
from engine.motion import save_motion
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion


def kept(folder: Path, *names: str) -> list[str]:
    for name in names:
        save_motion(random_motion(load_skeleton(), 3), folder / name)
    return [str(folder / name) for name in names]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("ending", WRITERS)
def test_every_writer_writes_every_skeleton_or_says_why_not(ending: str, kind: Kind, tmp_path: Path) -> None:
    for frames, fps in ((5, 25.0), (1, 0.0)):  # a still has no rate
        path = tmp_path / f"{frames}.{ending}"
        try:
            WRITERS[ending](random_motion(load_skeleton(kind), frames, fps), path)
        except InputError as error:
            assert not path.exists() and str(error).endswith(".") and str(path) not in str(error)
        else:
            assert path.stat().st_size > 0


def test_every_file_is_written_in_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = kept(tmp_path, "a.npz", "b.npz")
    out = tmp_path / "out"
    assert main(["convert", *inputs, "--format", "bvh", "--format", "bvh", "--out", str(out)]) == 0
    assert capsys.readouterr().out.split() == [str(out / "a.bvh"), str(out / "b.bvh")]
    assert {path.name for path in out.iterdir()} == {"a.bvh", "b.bvh"}


def test_what_is_no_result_is_one_sentence_and_the_others_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (good,) = kept(tmp_path, "good.npz")
    (tmp_path / "text.npz").write_text("no archive")
    np.savez(tmp_path / "other.npz", angles=np.zeros(3))
    with np.load(good) as arrays:
        np.savez(tmp_path / "broken.npz", **{**arrays, "translation": np.full((3, 3), np.nan, np.float32)})
    names = ("text", "other", "broken", "absent")
    inputs = [*(str(tmp_path / f"{name}.npz") for name in names), good]
    assert main(["convert", *inputs, "--format", "bvh", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    assert said.out.split() == [str(tmp_path / "out" / "good.bvh")]
    lines = said.err.splitlines()
    assert len(lines) == len(names)
    assert all(f"{name}.npz" in line and line.endswith(".") for name, line in zip(names, lines, strict=True))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.bvh"]


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (good,) = kept(tmp_path, "good.npz")
    (tmp_path / "file").write_text("")
    assert main(["convert", good, "--format", "bvh", "--out", str(tmp_path / "file")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_two_results_of_one_name_and_a_format_that_is_none_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = kept(tmp_path / "1", "a.npz") + kept(tmp_path / "2", "a.npz")
    for arguments in ([one, other, "--format", "bvh"], [one, "--format", "txt"]):
        with pytest.raises(SystemExit) as error:
            main(["convert", *arguments, "--out", str(tmp_path / "out")])
        assert error.value.code == 2
    assert "would both become" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_page_of_formats_lists_the_writers() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "formats.md"
    table = page.read_text(encoding="utf-8").split("| ending |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE) == [*WRITERS]
