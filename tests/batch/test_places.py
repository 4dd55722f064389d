"""Links in a batch's folder, which may have been unpacked from anywhere, lead nothing out of it."""

import os
from pathlib import Path

import pytest

from engine.__main__ import main
from engine.batch.clips import SIGNERS, Clip
from engine.batch.run import check_places
from engine.batch.sidecar import load_sidecar
from engine.batch.summary import records_in
from engine.errors import InputError
from engine.options import TrackOptions

CLIPS = [Clip(Path("a.mp4"), name, TrackOptions()) for name in ("top", "talks/a", "talks/monday/b")]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder as the user names it, a link to where it is."""
    (tmp_path / "disk" / "talks").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "disk", target_is_directory=True)
    return tmp_path / "out"


def test_a_folder_that_is_a_link_itself_and_links_within_it_are_used(out: Path) -> None:
    (out / "talks" / "monday").symlink_to("..", target_is_directory=True)
    check_places(CLIPS, out)


@pytest.mark.parametrize("place", ["talks/monday", SIGNERS])
@pytest.mark.parametrize("target", ["../elsewhere", "../../elsewhere", "/", "{out}/../elsewhere", "../disk2"])
def test_a_folder_in_it_that_leads_out_is_refused(place: str, target: str, out: Path) -> None:
    (out.parent / "disk2").mkdir()  # its name begins as the folder's own
    levels = "../" if "/" in place and target.startswith("../") else ""
    (out / place).symlink_to(levels + target.format(out=out), target_is_directory=True)
    with pytest.raises(InputError, match=rf"{place} is elsewhere than in .*out, by a link"):
        check_places(CLIPS, out)


def test_the_command_refuses_before_anything_is_done(
    out: Path, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (out / "clip").symlink_to(out.parent / "elsewhere", target_is_directory=True)
    table = out.parent / "clips.csv"
    table.write_text(f"video,name\n{data_dir / 'sample.mp4'},clip/a\n", encoding="utf-8")
    with pytest.raises(SystemExit) as error:
        main(["batch", str(table), "--out", str(out)])
    assert error.value.code == 2 and "by a link" in capsys.readouterr().err
    assert not [*(out.parent / "elsewhere").iterdir()] and {path.name for path in out.iterdir()} == {"talks", "clip"}


def test_what_is_no_file_is_no_record(out: Path) -> None:
    os.mkfifo(out / "pipe.json")
    (out / "endless.json").symlink_to("/dev/zero")
    (out / "itself.json").symlink_to("itself.json")
    assert records_in(out) == {} and load_sidecar(out / "pipe.json") is None
