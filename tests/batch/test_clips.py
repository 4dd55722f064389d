"""Which clips a command line names, and what their results are called."""

import shutil
from pathlib import Path

import pytest

from engine.batch.clips import Clip, clips_in
from engine.elan import read_eaf
from engine.errors import InputError
from engine.options import TrackOptions

OPTIONS = TrackOptions(smoothing=2.0)


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def named(*inputs: str | Path) -> dict[str, Clip]:
    return {clip.name: clip for clip in clips_in([str(given) for given in inputs], OPTIONS)}


def table(folder: Path, text: str) -> Path:
    path = folder / "signs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_gives_all_below_it_named_by_the_way_there(tmp_path: Path) -> None:
    touch(tmp_path, "one/a.mp4", "two/a.mov", "two/b.MKV", "two/notes.md")
    found = named(tmp_path)
    assert {name: clip.source for name, clip in found.items()} == {
        "one/a": tmp_path / "one/a.mp4",
        "two/a": tmp_path / "two/a.mov",
        "two/b": tmp_path / "two/b.MKV",
    }
    assert all(clip.options == OPTIONS for clip in found.values())


def test_two_of_one_stem_keep_their_endings(tmp_path: Path) -> None:
    touch(tmp_path, "a.mp4", "a.mov", "b.mp4")
    assert set(named(tmp_path)) == {"a.mp4", "a.mov", "b"}


def test_a_pattern_is_named_from_where_it_is_fixed(tmp_path: Path) -> None:
    touch(tmp_path, "x/one/a.mp4", "x/two/a.mp4", "x/two/a.txt")
    assert set(named(f"{tmp_path}/x/**/*.mp4")) == {"one/a", "two/a"}


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    touch(tmp_path, "take [1].mp4", "take 1.mp4")
    assert [clip.source.name for clip in named(tmp_path / "take [1].mp4").values()] == ["take [1].mp4"]


def test_a_list_is_relative_to_itself(tmp_path: Path) -> None:
    touch(tmp_path, "videos/a.mp4")
    (tmp_path / "list.txt").write_text("# comment\nvideos/a.mp4\n\n/elsewhere/b.mp4\n../c.mp4\n", encoding="utf-8")
    assert {name: clip.source for name, clip in named(tmp_path / "list.txt").items()} == {
        "videos/a": tmp_path / "videos/a.mp4",
        "b": Path("/elsewhere/b.mp4"),
        "c": tmp_path / "../c.mp4",
    }


def test_a_table_gives_ranges_options_names_and_signers(tmp_path: Path) -> None:
    rows = [
        "a.mp4,1.5,3,Ana,HOUSE,yes,",
        'a.mp4,4,,Ana,,no,"0,0,64,48"',
        "b.mp4",
    ]
    found = named(table(tmp_path, "\n".join(["video,start,end,signer,name,mirrored,crop", *rows])))
    assert set(found) == {"HOUSE", "a_4.000", "b"}
    house, rest = found["HOUSE"], found["a_4.000"]
    assert (house.options.start, house.options.end, house.options.mirrored, house.signer) == (1.5, 3.0, True, "Ana")
    assert (rest.options.start, rest.options.end, rest.options.crop) == (4.0, None, (0, 0, 64, 48))
    assert rest.options.smoothing == OPTIONS.smoothing and not found["b"].signer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("file\na.mp4\n", "a column 'file'"),
        ("name,start\na,1\n", "no column 'video'"),
        ("video,strat\na.mp4,1\n", "a column 'strat'"),
        ("video,start\na.mp4,soon\n", "line 2: Start cannot be 'soon'"),
        ("video,start\na.mp4,-1\n", "line 2: Start is -1.0"),
        ("video,name\na.mp4,../../etc/passwd\n", "cannot be the name"),
        ("video,name\na.mp4,/etc/passwd\n", "cannot be the name"),
        ("video,name\na.mp4,C:\\x\n", "cannot be the name"),
        ("video,name\na.mp4,nul.npz\n", "cannot be the name"),
        ("video,name\na.mp4,a\x00b\n", "cannot be the name"),
        (f"video,name\na.mp4,{'é' * 200}\n", "cannot be the name"),
        ("video,name\n,a\n", "No video is named"),
        ("video,name\na.mp4,Same\nb.mp4,same\n", "would both become same"),
    ],
)
def test_a_table_that_cannot_be_meant_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError, match=r"^[^\n]*\.$") as error:
        named(table(tmp_path, text))
    assert told in str(error.value)


def test_annotations_of_a_tier_are_clips_of_their_video(data_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "take.eaf"
    shutil.copy(data_dir / "elan" / "version_3.0.eaf", file)
    touch(tmp_path, "front view.mp4")
    with pytest.raises(InputError, match="--tier"):
        named(file)
    found = clips_in([str(file)], OPTIONS, ["Glosses"])
    own = read_eaf(file).tier("Glosses")
    assert own is not None and found[0].name == "take/HOUSE" and found[1].name == "take/BÄUME_TREES 木"
    assert all(clip.source == tmp_path / "front view.mp4" and clip.signer == "Aino" for clip in found)
    assert [clip.options.start for clip in found] == [1.5 + one.start for one in own.annotations if one.value]


def test_no_name_of_a_file_leads_out_of_the_folder(tmp_path: Path) -> None:
    touch(tmp_path, "..mp4", "con.mp4", "a:b.mp4", " x .mp4")
    out = Path("/out")
    for name in named(tmp_path):
        assert (out / name).resolve().is_relative_to(out) and not {*'<>:"|?*\\'} & {*name}


def test_what_a_batch_itself_writes_is_no_clip_s_result(tmp_path: Path) -> None:
    touch(tmp_path, "report.mp4", "signers/Ana.mp4", "reports.mp4", "a/report.mp4")
    assert set(named(tmp_path)) == {"_report", "_signers/Ana", "reports", "a/report"}


def test_an_empty_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to track"):
        named(tmp_path)
