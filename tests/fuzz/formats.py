"""The formats that are read of files which others wrote: good files of each, and what reads them."""

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from engine.batch.clips import Clip, clips_in
from engine.batch.job import MOTION, Job
from engine.batch.report import page_of
from engine.batch.sidecar import DONE, request_of
from engine.batch.summary import records_in, table_of
from engine.cameras.read import load_calibration
from engine.detection import open_video
from engine.elan import excerpts_of, find_video, read_eaf
from engine.errors import InputError
from engine.motion import load_motion, save_motion
from engine.options import TrackOptions
from engine.person_file import load_person, person_of, save_person
from engine.points import read_points
from engine.points.names import read_point_map
from engine.retarget.face.map_files import read_face_map
from engine.retarget.recognise.map_files import read_map
from engine.skeleton import load_skeleton
from tests.blender.motions import random_motion
from tests.clips import numbered_pictures, write_clip
from tests.points.takes import FULL, joints_of, legal_motion
from tests.points.writers import FPS, write_c3d, write_csv, write_json, write_npy, write_pose, write_trc

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
_FRAMES = 6
_CAMERA = """[camera_{0}]
name = "view {0}"
size = [640.0, 480.0]
matrix = [[600.0, 0.0, 320.0], [0.0, 600.0, 240.0], [0.0, 0.0, 1.0]]
distortions = [0.01, -0.02, 0.0, 0.0]
rotation = [0.1, 0.{0}, 0.0]
translation = [0.5, 0.0, 2.0]
fisheye = false
"""
_QUALISYS = """<camera active="1" serial="{0}" model="Miqus Video"><fov_video left="0" top="0" right="99" bottom="89"/>
<transform x="9" y="0" z="0" r11="1" r12="0" r13="0" r21="0" r22="1" r23="0" r31="0" r32="0" r33="1"/>
<intrinsic focalLengthU="64000" focalLengthV="64000" centerPointU="64" centerPointV="64" radialDistortion1="0"
radialDistortion2="0" tangentalDistortion1="0" tangentalDistortion2="0"/></camera>
"""
_OPENCV = """K_{0}: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 600., 0., 320., 0., 600., 240., 0., 0., 1. ]
dist_{0}: !!opencv-matrix
   rows: 1
   cols: 5
   dt: d
   data: [ 0.01, 0., 0., 0., 0. ]
R_{0}: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0., 0.1, 0. ]
T_{0}: !!opencv-matrix
   rows: 3
   cols: 1
   dt: d
   data: [ 0., 0.1, 2. ]
"""


@dataclass(frozen=True)
class Format:
    """Good files of one format and its reader; `wrong` is what the reader may raise of bad ones beside EngineError."""

    ending: str
    files: tuple[bytes, ...]
    read: Callable[[Path], Any]
    wrong: tuple[type[Exception], ...] = field(default=())


def formats(folder: Path) -> dict[str, Format]:
    """All of them; good files are made in a folder."""
    names = tuple(name for name in FULL.joints if not name.startswith("mid_"))
    take = joints_of(FULL, legal_motion(FULL, frames=_FRAMES))[:, [FULL.joints.index(name) for name in names]]
    motion = random_motion(load_skeleton(), 5)
    save_motion(motion, folder / "motion.npz")
    save_person(person_of(motion, 1.7), folder / "person.json")
    points: dict[str, tuple[bytes, ...]] = {
        ending: (write(folder / f"take.{ending}", names, take).read_bytes(),) for ending, write in _WRITERS.items()
    }
    points["pose"] = _pose_files(points["pose"][0])
    rigs = {kind: _files(ROOT / "rigs" / kind, "*.toml") for kind in ("maps", "points", "faces")}
    calibrations = (
        "".join(map(_CAMERA.format, (1, 2))).encode(),
        f"<calibration><cameras>{''.join(map(_QUALISYS.format, (1, 2)))}</cameras></calibration>".encode(),
        f"%YAML:1.0\n---\nnames:\n  - a\n  - b\n{''.join(map(_OPENCV.format, 'ab'))}".encode(),
    )
    clip = write_clip(folder / "clip.mp4", numbered_pictures(5))
    return {
        **{ending: Format(ending, files, _points) for ending, files in points.items()},
        "eaf": Format("eaf", _files(ROOT / "tests" / "data" / "elan", "*.eaf"), _annotations),
        "rig map": Format("toml", rigs["maps"], read_map),
        "points map": Format("toml", rigs["points"], read_point_map),
        "face map": Format("toml", rigs["faces"], read_face_map),
        "calibration": Format("toml", calibrations, load_calibration),
        "npz": Format("npz", ((folder / "motion.npz").read_bytes(),), load_motion, (ValueError,)),
        "person": Format("json", ((folder / "person.json").read_bytes(),), _person),
        "table": Format("csv", (_TABLE.encode(),), _clips),
        "list": Format("txt", (b"a.mp4\n# no\nb/c.mp4\n../d.mp4\n",), _clips),
        "sidecar": Format("json", _sidecars(folder), _sidecar),
        "video": Format("mp4", _videos(folder, clip), _video),
    }


_WRITERS = {
    "trc": write_trc,
    "c3d": write_c3d,
    "csv": write_csv,
    "npy": write_npy,
    "json": write_json,
    "pose": write_pose,
}
_TABLE = "video,name,signer,start,end,side\na.mp4,one,Ann,0,1.5,left\nb/c.mp4,,Bo,,,\nd.mp4,x/two,,1,,auto\n"


def _files(folder: Path, pattern: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(folder.glob(pattern)))


def _pose_files(newest: bytes) -> tuple[bytes, ...]:
    """Version 0.2, 0.1 of the same, one of 0.0, and where they are, real files of all."""
    rate, older_rate = struct.pack("<fIH", FPS, _FRAMES, 1), struct.pack("<3H", int(FPS), _FRAMES, 1)
    older = struct.pack("<f", 0.1) + newest[4:].replace(rate, older_rate)
    part = struct.pack("<H4sH4s3H", 4, b"BODY", 4, b"XYZC", 2, 1, 1) + 2 * struct.pack("<H1s", 1, b"a") + bytes(10)
    person = struct.pack("<h8f", 0, *range(8))
    oldest = struct.pack("<f4H", 0.0, 640, 480, 0, 1) + part + struct.pack("<3H", 25, 2, 1) + person
    oldest += struct.pack("<H", 2) + 2 * person
    return newest, older, oldest, *_files(SHARED / "poses" / "pose_format_tests", "*.pose")


def _videos(folder: Path, clip: Path) -> tuple[bytes, ...]:
    transport = write_clip(folder / "clip.ts", numbered_pictures(5))
    matroska = write_clip(folder / "clip.mkv", numbered_pictures(5), codec="ffv1", pixels="bgr0")
    picture = write_clip(folder / "picture.gif", numbered_pictures(2), codec="gif", pixels="gray")
    return tuple(path.read_bytes() for path in (clip, clip, clip, transport, matroska, picture))


def _sidecars(folder: Path) -> tuple[bytes, ...]:
    source = folder / "source.trc"
    source.write_bytes(b"points")
    quality = dict.fromkeys(("body", "left_hand", "right_hand", "face", "doubt", "at_limit", "jitter"), 0.5)
    record = {
        "state": DONE,
        "source": str(source),
        "signer": "",
        "request": request_of(Clip(source, "clip", TrackOptions()), None),
        "input": {"bytes": 6, "modified_ns": 1, "sha256": "0" * 64},
        "outputs": {MOTION: {"bytes": 3, "sha256": "0" * 64}, "bvh": {"refused": "It cannot."}},
        "bones": "0" * 64,
        "quality": {**quality, "frames": 5, "seconds": 0.2, "gaps": 1, "longest_gap": 0.1},
        "doubt": [0.1, 0.2],
        "notes": ["A note."],
        "thumbnail": {"size": [192, 108], "picture": "", "bones": [[1.0, 2.0, 3.0, 4.0]]},
        "timings": {"began": "2026-11-30T00:00:00+00:00", "tracking": 1.0, "all": 1.1},
    }
    failed = {"state": "failed", "source": str(source), "signer": "", "request": {}, "input": {}, "outputs": {}}
    return json.dumps(record).encode(), json.dumps(failed | {"error": "It is cut."}).encode()


def _points(path: Path) -> None:
    read_points(path, TrackOptions())


def _person(path: Path) -> None:
    person = load_person(path)
    assert person is not None
    assert np.isfinite(list(person.bones(None).values())).all()


def _annotations(path: Path) -> None:
    annotations = read_eaf(path)
    for tier in annotations.tiers:
        for own in excerpts_of(annotations, tier.name):
            assert (path.parent / own.name).parent == path.parent and own.name not in ("", ".", "..")
    try:
        found = find_video(path, annotations)
    except InputError:
        return
    assert found.path.resolve().is_relative_to(path.parent.resolve())


def _clips(path: Path) -> None:
    for clip in clips_in([str(path)], TrackOptions()):
        place = path.parent / "out" / clip.name
        assert ".." not in place.parts and place.is_relative_to(path.parent / "out") and place.name


def _sidecar(path: Path) -> None:
    job = Job(Clip(path.parent.parent / "source.trc", path.stem, TrackOptions()), path.parent, ("bvh",))
    job.standing()
    records = records_in(path.parent)
    for record in records.values():
        job.lacking(record)
    list(table_of(records))
    assert "&x;" not in "".join(page_of(records, records))


def _video(path: Path) -> None:
    with open_video(path) as video:
        for _, frame in zip(range(3), video.frames(), strict=False):
            assert frame.image.size
