"""What a result was tracked from, as the record beside it tells."""

from pathlib import Path

import pytest

from engine.__main__ import main
from engine.batch.job import MOTION, source_of
from engine.batch.quality import doubt_over_time, quality_of
from engine.batch.sidecar import DONE, digest, save_sidecar
from engine.elan import find_video, read_eaf
from engine.motion import save_motion
from engine.skeleton import load_skeleton
from tests.blender.motions import random_motion


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A result with its record, of `a.mp4`."""
    motion, path = random_motion(load_skeleton(), 5), tmp_path / "out" / "a.mp4.npz"
    save_motion(motion, path)
    (tmp_path / "a.mp4").touch()
    told = {"quality": quality_of(motion), "doubt": doubt_over_time(motion), "notes": [], "timings": {}}
    told |= {"thumbnail": {"size": [2, 2], "picture": "", "bones": []}}
    outputs = {MOTION: {"bytes": path.stat().st_size, "sha256": digest(path)}}
    record = {"state": DONE, "source": str(tmp_path / "a.mp4"), "input": {}, "outputs": outputs}
    save_sidecar(record | told, path.with_suffix(".json"))
    return path


def test_an_eaf_links_the_video_that_the_record_tells(result: Path, tmp_path: Path) -> None:
    assert main(["convert", str(result), "--format", "eaf", "--out", str(tmp_path / "eaf")]) == 0
    file = tmp_path / "eaf" / "a.mp4.eaf"
    assert read_eaf(file).media[0].relative == "../a.mp4"
    assert find_video(file, read_eaf(file), tmp_path).path == tmp_path / "a.mp4"


def test_a_record_of_another_result_and_a_video_that_is_gone_tell_nothing(result: Path, tmp_path: Path) -> None:
    assert source_of(result) == tmp_path / "a.mp4"
    whole = result.read_bytes()
    result.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert source_of(result) is None
    result.write_bytes(whole)
    (tmp_path / "a.mp4").unlink()
    assert source_of(result) is None


@pytest.mark.parametrize("name", ["\\u0000", "x" * 5000, ""])
def test_a_record_of_a_name_that_is_none_tells_nothing(name: str, result: Path, tmp_path: Path) -> None:
    record = result.with_suffix(".json")
    record.write_text(record.read_text(encoding="utf-8").replace(str(tmp_path / "a.mp4"), name), encoding="utf-8")
    assert source_of(result) is None
