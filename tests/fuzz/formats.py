"""The formats that are read of files which others wrote: good files of each, and what reads them."""

import json
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.cameras.read import load_calibration
from engine.errors import InputError
from engine.geometry.arrays import Array
from engine.motion import load_motion, save_motion
from engine.options import TrackOptions
from engine.person_file import load_person, person_of, save_person
from engine.points import read_points
from engine.points.names import read_point_map
from engine.retarget.face.map_files import read_face_map
from engine.retarget.face.recognise import recognise_face
from engine.retarget.recognise.map_files import read_map, write_map
from engine.retarget.recognise.recognise import match_map
from engine.skeleton import load_skeleton
from tests.blender.motions import random_motion
from tests.points.takes import FULL, joints_of, legal_motion
from tests.points.writers import FPS, write_c3d, write_csv, write_json, write_npy, write_pose, write_trc
from tests.rigs import other_rig

from .containers import BOXES, ELEMENTS, JPEG, PNG, RIFF, damaged_parts
from .corpora import (
    CATALOGUES,
    LISTS,
    TABLES,
    read_annotations,
    read_catalogues,
    read_list,
    read_record,
    records,
)
from .moving_pictures import pictures, playlists, read_video, videos
from .mutations import Damage
from .values import csv_damaged, json_damaged, toml_damaged, xml_damaged

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
    wrong: tuple[type[Exception], ...] = ()
    damages: tuple[Damage, ...] = ()
    """Of its own kind."""


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
    points["json"] += _openpose(take)
    rigs = {kind: _files(ROOT / "rigs" / kind, "*.toml") for kind in ("maps", "points", "faces")}
    calibrations = (
        "".join(map(_CAMERA.format, (1, 2))).encode(),
        f"<calibration><cameras>{''.join(map(_QUALISYS.format, (1, 2)))}</cameras></calibration>".encode(),
        f"%YAML:1.0\n---\nnames:\n  - a\n  - b\n{''.join(map(_OPENCV.format, 'ab'))}".encode(),
    )
    clips = videos(folder) | pictures(folder)
    return {
        **{ending: Format(ending, own, _points, damages=_OF_POINTS.get(ending, ())) for ending, own in points.items()},
        "eaf": Format("eaf", _files(ROOT / "tests" / "data" / "elan", "*.eaf"), read_annotations, (), (xml_damaged,)),
        "rig map": Format("toml", rigs["maps"], _rig_map, (), (toml_damaged,)),
        "points map": Format("toml", rigs["points"], _points_map, (), (toml_damaged,)),
        "face map": Format("toml", rigs["faces"], _face_map, (), (toml_damaged,)),
        "calibration": Format("toml", calibrations, _calibration, (), (toml_damaged, xml_damaged)),
        "npz": Format("npz", ((folder / "motion.npz").read_bytes(),), load_motion, (ValueError,)),
        "person": Format("json", ((folder / "person.json").read_bytes(),), _person, (), (json_damaged,)),
        "table": Format("csv", TABLES, read_list, (), (csv_damaged,)),
        "list": Format("txt", LISTS, read_list, (), (csv_damaged,)),
        "record": Format("json", records(folder), read_record, (), (json_damaged,)),
        "catalogues": Format("txt", CATALOGUES, read_catalogues),
        **{ending: Format(ending, files, read_video, (), _OF_CLIPS.get(ending, ())) for ending, files in clips.items()},
        "playlist": Format("m3u8", playlists(folder), read_video),
    }


_OF_POINTS = {"json": (json_damaged,), "csv": (csv_damaged,)}
_OF_CLIPS = {
    "mp4": (damaged_parts(BOXES),),
    "heic": (damaged_parts(BOXES),),
    "mkv": (damaged_parts(ELEMENTS),),
    "avi": (damaged_parts(RIFF),),
    "png": (damaged_parts(PNG),),
    "jpg": (damaged_parts(JPEG),),
}
_WRITERS = {
    "trc": write_trc,
    "c3d": write_c3d,
    "csv": write_csv,
    "npy": write_npy,
    "json": write_json,
    "pose": write_pose,
}


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


def _openpose(take: Array) -> tuple[bytes, ...]:
    """A frame of OpenPose's with --3d, and people of AlphaPose's."""
    row = [float(value) for point in take[0, :25] for value in (*point, 1.0)]
    joints = [float(value) for point in take[0, :24] for value in point]
    results = [{"image_id": f"{frame}.jpg", "idx": 1, "pred_xyz_jts": joints} for frame in range(3)]
    texts = {"people": [{"pose_keypoints_3d": row, "hand_left_keypoints_3d": row[:84]}]}, results
    return tuple(json.dumps(text).encode() for text in texts)


def _points(path: Path) -> None:
    read_points(path, TrackOptions())


def _person(path: Path) -> None:
    person = load_person(path)
    assert person is not None
    assert np.isfinite(list(person.bones(None).values())).all()


def _rig_map(path: Path) -> None:
    known = read_map(path)
    match_map(_RIG, known)
    write_map(known, path.with_name("written.toml"))
    assert read_map(path.with_name("written.toml")) == known


def _points_map(path: Path) -> None:
    read_point_map(path).found(_NAMES)


def _face_map(path: Path) -> None:
    recognise_face(_NAMES, [read_face_map(path)])


def _calibration(path: Path) -> None:
    for camera in load_calibration(path):
        with suppress(InputError):
            camera.for_size((640, 480), "a.mp4")


_RIG = other_rig(1)
#: Names that a pattern may take long to find nothing in.
_NAMES = ("a" * 60, "jawOpen", "LEFT_WRIST", "1" * 60, "J_Bip_C_Head")
