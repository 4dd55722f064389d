"""What the long run found, each as a file: it is refused in one sentence."""

import json
import os
import struct
import subprocess
import sys
import zlib
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.batch.clips import Clip, clips_in
from engine.batch.job import Job
from engine.batch.options import BatchOptions
from engine.batch.report import write_report
from engine.batch.run import Progress, run_batch
from engine.batch.sidecar import input_of, load_sidecar, save_sidecar
from engine.batch.summary import records_in, table_of
from engine.batch.work import work
from engine.cameras.read import load_calibration
from engine.detection import open_video
from engine.errors import InputError, PointsError, VideoError
from engine.motion import load_motion
from engine.options import TrackOptions
from engine.person_file import load_person
from engine.points import read_points
from engine.points.names import read_point_map
from engine.retarget.face.map_files import read_face_map
from engine.retarget.recognise.map_files import read_map
from tests.clips import numbered_pictures, write_clip
from tests.points.takes import FULL, joints_of, legal_motion
from tests.points.writers import write_trc


def kept(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nested.json", "[" * 200_000),
        ("long.csv", f'a_x,a_y,a_z\n"{"0" * 200_000}",1,2\n'),
        ("endless.csv", "frame,keypoint,x,y,z\ninf,nose,1,2,3\n"),
        ("wordy.csv", f"a_x,a_y,a_z\n{'n' * 9000},1,2\n"),
        ("header.npy", b"\x93NUMPY\x01\x00\x04\x00(((\n"),
    ],
)
def test_points(name: str, text: str | bytes, tmp_path: Path) -> None:
    with pytest.raises(PointsError, match=r"^[^\n]{1,600}\.$"):
        read_points(kept(tmp_path, name, text), TrackOptions())


def test_maps(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^[^\n]{1,600}\.$"):
        read_point_map(kept(tmp_path, "map.toml", f"{'n' * 5000} = 'a'"))
    huge = f"name = 'a'\nsource = 'b'\n[keys]\na = {{jawOpen = 1{'0' * 400}}}"
    with pytest.raises(InputError, match=r"^[^\n]{1,600}\.$"):
        read_face_map(kept(tmp_path, "face.toml", huge))


@pytest.mark.parametrize("prefix", ["(" * 3000, "(a*)*b", r"(.)\1", ".*.*.*b", "a" * 201])
def test_expressions_that_take_for_ever(prefix: str, tmp_path: Path) -> None:
    maps = {read_map: "'hand.L' = 'a'", read_point_map: "nose = 'a'", read_face_map: "[keys]\na = 'jawOpen'"}
    for read, rows in maps.items():
        with pytest.raises(InputError, match=r"^[^\n]*its prefix (is|has) [^\n]{1,200}\.$"):
            read(kept(tmp_path, "map.toml", f"name = 'a'\nsource = 'b'\nprefix = '{prefix}'\n{rows}"))


_CAMERA = "[a]\nmatrix = [[1,0,0],[0,1,0],[0,0,1]]\ndistortions=[0]\nrotation=[0,0,0]\ntranslation=[0,0,1]\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{_CAMERA}size=[]",
        f"{_CAMERA}size=['x','y']",
        f"{_CAMERA}size=[0,0]",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><calibration>&x;</calibration>',
    ],
)
def test_calibrations(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^[^\n]{1,600}\.$"):
        load_calibration(kept(tmp_path, "cameras.toml", text))


def test_person_files(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^[^\n]{1,600}\.$"):
        load_person(kept(tmp_path, "person.json", "[" * 200_000))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dot.txt", ".\n"),
        ("nul.txt", "a\0.mp4\n"),
        ("many.txt", "a\n" * 500_002),
        ("more.csv", "video,name\na.mp4,a,b\n"),
        ("long.csv", f'video\n"{"a" * 200_000}"\n'),
        ("odd.csv", f"video,{'n' * 5000}\na.mp4,1\n"),
        ("side.csv", f"video,side\na.mp4,{'n' * 5000}\n"),
        ("signer.csv", f"video,signer\na.mp4,{'/'.join(['a' * 100] * 60)}\n"),
        ("person.csv", "video,person_file\na.mp4,../written.json\n"),
        ("models.csv", f"video,models\na.mp4,{'m' * 300}\n"),
    ],
)
def test_lists_of_clips(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^[^\n]{1,600}\.$"):
        clips_in([str(kept(tmp_path, name, text))], TrackOptions())


@pytest.mark.parametrize(
    "text", ['{"state": "failed"}', '{"state": "done", "source": 1}', "[" * 200_000, '{"state": []}']
)
def test_sidecars_of_others_count_as_none(text: str, tmp_path: Path) -> None:
    assert load_sidecar(kept(tmp_path, "a.json", text)) is None


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    for size in ((30_000, 30_000), (20_000, 10)):
        parts = chunk(b"IHDR", struct.pack(">2I5B", *size, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(900)))
        with pytest.raises(VideoError, match=r"^[^\n]{1,600}\.$"):
            open_video(kept(tmp_path, "huge.png", b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IEND", b"")))


def take(folder: Path, name: str = "take.trc") -> Clip:
    """A short take of points, which is tracked without networks."""
    names = tuple(own for own in FULL.joints if not own.startswith("mid_"))
    points = joints_of(FULL, legal_motion(FULL, frames=3))[:, [FULL.joints.index(own) for own in names]]
    path = write_trc(folder / "plain.trc", names, points).rename(folder / name)
    return Clip(path, path.stem, TrackOptions())


class Here:
    """A pool that does each job at once, in this process."""

    def submit(self, job: Job, progress: Progress) -> "Future[dict[str, Any]]":
        del progress
        done: Future[dict[str, Any]] = Future()
        done.set_result(work(job))
        return done

    def close(self) -> None: ...


class Quiet:
    def part(self, job: Job, done: float) -> None: ...

    def end(self, job: Job, record: dict[str, Any], *, stood: bool) -> None: ...

    def lost(self, job: Job, reason: str) -> None:
        raise AssertionError(f"{job.clip.name}: {reason}")


def damage(path: Path) -> None:
    """Other bytes, as many."""
    path.write_bytes(bytes(path.stat().st_size))


def test_a_motion_that_was_damaged_since_is_tracked_again(tmp_path: Path) -> None:
    clip, out = take(tmp_path), tmp_path / "out"
    first = work(Job(clip, out))
    damage(out / "take.npz")
    again = work(Job(clip, out, ("bvh",)))
    assert first["state"] == again["state"] == "done" and set(again["outputs"]) == {"npz", "bvh"}
    assert load_motion(out / "take.npz").time.size == 3


def test_a_motion_that_was_damaged_since_tells_no_bones_and_stops_nothing(tmp_path: Path) -> None:
    clip, out = replace(take(tmp_path), signer="Ana"), tmp_path / "out"
    other = replace(take(tmp_path, "other.trc"), signer="Ana")
    work(Job(clip, out))
    damage(out / "take.npz")
    run_batch([clip, other], out, (), BatchOptions(), Here(), Quiet())
    assert load_motion(out / "other.npz").time.size == 3 and load_person(out / "signers" / "Ana.json") is not None


def test_a_record_s_outputs_lead_to_no_other_file(tmp_path: Path) -> None:
    """A folder of results may come from others: what a clip that fails leaves behind is removed by its record."""
    out, victim = tmp_path / "out", kept(tmp_path, "victim", "kept")
    (out / "bad.x").mkdir(parents=True)
    job = Job(Clip(kept(tmp_path, "bad.trc", "no points"), "bad", TrackOptions()), out)
    known = {ending: {"bytes": 4, "sha256": ""} for ending in ("x/../../victim", "/../../victim", "npz")}
    record = {"state": "failed", "source": "", "input": {}, "outputs": known, "error": "It is cut."}
    save_sidecar(record, job.sidecar)
    kept(out, "bad.npz", "past")
    assert work(job)["state"] == "failed"
    assert victim.read_text() == "kept" and not (out / "bad.npz").exists()


def _report(out: Path) -> Path:
    return write_report(out, records_in(out))


def test_a_record_of_a_picture_without_height_is_shown(tmp_path: Path) -> None:
    clip = take(tmp_path)
    record = work(Job(clip, tmp_path / "out"))
    record["thumbnail"]["size"] = [0, 0]
    save_sidecar(record, tmp_path / "out" / "take.json")
    assert "take" in _report(tmp_path / "out").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", ["outputs", "exports"])
def test_a_record_of_results_that_are_none_counts_as_none(part: str, tmp_path: Path) -> None:
    record = work(Job(take(tmp_path), tmp_path / "out")) | {"exports": {"glb": {"request": {}, "tries": 1}}}
    save_sidecar(record, tmp_path / "a.json")
    assert load_sidecar(tmp_path / "a.json") == record
    for wrong in ([], {"npz": {"bytes": 3}, "glb": {}}, {"npz": []}, {"glb": {"tries": "1"}}):
        save_sidecar(record | {part: wrong}, tmp_path / "a.json")
        assert load_sidecar(tmp_path / "a.json") is None


def test_a_record_of_letters_that_no_text_has_is_shown(tmp_path: Path) -> None:
    record = {"state": "failed", "source": "\ud800", "input": {}, "outputs": {}, "error": "It \x1b[2J is\ncut \udcff."}
    kept(tmp_path, "a.json", json.dumps(record))
    assert all(line.isprintable() for line in table_of(records_in(tmp_path)))
    assert "It" in _report(tmp_path).read_text(encoding="utf-8")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["clips"]["a"]["source"] == "\ud800"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file's name is text")
def test_names_of_files_that_are_no_text_or_steer_a_terminal(tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    take(clips, os.fsdecode(b"\xff.trc"))
    kept(clips, "a\x1b[2J\nb.trc", "no points")
    command = [sys.executable, "-m", "engine", "batch", "--out", str(out)]
    done = subprocess.run([*command, str(clips), "--workers", "1"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == f"{out / '_.npz'}\n" and done.stderr.count("\n") == 1, done.stderr
    assert done.stderr[:-1].isprintable()
    record = load_sidecar(out / "_.json")
    assert record is not None and record["state"] == "done" and record["source"].endswith("\udcff.trc")
    told = subprocess.run([*command, "--status"], capture_output=True, text=True, check=False)
    assert told.returncode == 0 and told.stdout.startswith("1 done, 1 failed"), told.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_no_input(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(InputError, match=r"^[^\n]*no file[^\n]*\.$"):
        input_of(tmp_path / "pipe.mp4")
    with pytest.raises(VideoError):
        open_video(tmp_path / "pipe.mp4")


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:1000\n#EXTINF:0.5,\npart.ts\n",
        "#EXTM3U\n#EXTINF:0.5,\npart.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile part.ts\n",
    ],
)
def test_a_playlist_leads_to_no_other_file_and_is_not_waited_for(text: str, tmp_path: Path) -> None:
    write_clip(tmp_path / "part.ts", numbered_pictures(5))
    with pytest.raises(VideoError, match=r"^[^\n]{1,600}\.$"):
        open_video(kept(tmp_path, "list.m3u8", text))


def test_a_name_stands_for_no_other_pictures(tmp_path: Path) -> None:
    for number in range(3):
        write_clip(tmp_path / f"a{number}.png", numbered_pictures(1, 64 + number), codec="png", pixels="rgb24")
    kept(tmp_path, "a%d.png", (tmp_path / "a2.png").read_bytes())
    assert open_video(tmp_path / "a%d.png").info.width == 66


def test_a_length_that_cannot_be_is_not_cut_into_stretches(tmp_path: Path) -> None:
    data = bytearray(write_clip(tmp_path / "clip.mkv", numbered_pictures(5)).read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # Duration, of 8 bytes, in milliseconds
    data[at : at + 8] = struct.pack(">d", 1e15)
    with pytest.raises(VideoError, match=r"lasts [\d,]+ hours; at most 24"):
        open_video(kept(tmp_path, "long.mkv", bytes(data)))


def test_a_track_of_no_known_kind_is_said(tmp_path: Path) -> None:
    data = write_clip(tmp_path / "clip.mp4", numbered_pictures(5)).read_bytes().replace(b"avc1\0\0", b"\0\0\0\0\0\0")
    with pytest.raises(VideoError, match=r"^[^\n]{1,600}\.$"):
        open_video(kept(tmp_path, "unknown.mp4", data))
