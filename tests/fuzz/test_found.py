"""What the long run found, each as a file: it is refused in one sentence."""

import struct
import zlib
from pathlib import Path

import pytest

from engine.batch.clips import clips_in
from engine.batch.sidecar import load_sidecar
from engine.cameras.read import load_calibration
from engine.detection import open_video
from engine.errors import InputError, PointsError, VideoError
from engine.options import TrackOptions
from engine.person_file import load_person
from engine.points import read_points
from engine.points.names import read_point_map
from engine.retarget.face.map_files import read_face_map


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


@pytest.mark.parametrize(
    "text",
    [
        "[a]\nmatrix = [[1,0,0],[0,1,0],[0,0,1]]\ndistortions=[0]\nrotation=[0,0,0]\ntranslation=[0,0,1]\nsize=[]",
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
        ("more.csv", "video,name\na.mp4,a,b\n"),
        ("long.csv", f'video\n"{"a" * 200_000}"\n'),
        ("odd.csv", f"video,{'n' * 5000}\na.mp4,1\n"),
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
