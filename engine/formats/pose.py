"""`.pose`, version 0.2: pose-format (Moryossef, Mueller and Fahrni 2021), docs/specs/v0.2.md of its repository.

Components have the names by which pose-format's tools know MediaPipe's: of the picture, in pixels, with depth as its
utils/holistic.py writes it, a share of the picture's width, from mid-hips or the wrist; and of the world, in metres
from the root joint, hands among them. All are where our joints are. What is no joint of ours is not seen.
"""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array
from ..keypoints import HAND_NAMES, HANDS, KEYPOINT_NAMES, POSE_NAMES, Side
from ..motion import Motion
from ..resample import at_rate

_BODY_LIMBS = (
    ("left_ear", "left_eye_outer", "left_eye", "left_eye_inner", "nose", "right_eye_inner", "right_eye"),
    ("right_eye", "right_eye_outer", "right_ear"),
    ("mouth_left", "mouth_right"),
    ("left_wrist", "left_elbow", "left_shoulder", "right_shoulder", "right_elbow", "right_wrist"),
    ("left_shoulder", "left_hip", "right_hip", "right_shoulder"),
    *((f"{side}_hip", f"{side}_knee", f"{side}_ankle", f"{side}_heel", f"{side}_foot_index") for side in Side),
)
_HAND_LIMBS = tuple(("wrist", *HAND_NAMES[first : first + 4]) for first in range(1, len(HAND_NAMES), 4))
#: Red, green and blue of the body's limbs, and of the left and the right hand's, as on the armature.
_COLOURS = {None: (230, 180, 30), Side.LEFT: (60, 110, 230), Side.RIGHT: (220, 60, 50)}


def write_pose(motion: Motion, path: Path) -> None:
    """Write one person, a pose for every frame of the video's rate; a still is one frame, of 1 s."""
    rate = motion.fps or 1.0
    motion = at_rate(motion, rate)
    sides = motion.kind.hands
    parts: list[tuple[Side | None, tuple[str, ...]]] = [(side, HAND_NAMES) for side in sides]
    if motion.kind.has_body:
        parts = [(None, POSE_NAMES), *parts]
    headers, data, sure = list[bytes](), list[Array](), list[Array]()
    for world in (False, True):
        for side, points in parts:
            headers.append(_component(side, points, world=world))
            values, confidence = (_of_world if world else _of_picture)(motion, side)
            data.append(values)
            sure.append(confidence)
    with path.open("wb") as file:
        file.write(struct.pack("<f4H", 0.2, *motion.size, 0, len(headers)))
        file.writelines(headers)
        file.write(struct.pack("<fIH", rate, len(motion.time), 1))
        file.write(np.concatenate(data, axis=1).astype("<f4").tobytes())
        file.write(np.concatenate(sure, axis=1).astype("<f4").tobytes())


def _component(side: Side | None, points: tuple[str, ...], *, world: bool) -> bytes:
    """Its name, form, points, limbs and colours."""
    name = f"{'POSE' if side is None else f'{side.upper()}_HAND'}{'_WORLD' if world else ''}_LANDMARKS"
    chains = _BODY_LIMBS if side is None else _HAND_LIMBS
    limbs = [(points.index(start), points.index(end)) for chain in chains for start, end in pairwise(chain)]
    counts = struct.pack("<3H", len(points), len(limbs), 1)
    ends = struct.pack(f"<{2 * len(limbs)}H", *(end for limb in limbs for end in limb))
    texts = [_text(name), _text("XYZC"), counts, *(_text(point.upper()) for point in points)]
    return b"".join(texts) + ends + struct.pack("<3H", *_COLOURS[side])


def _text(word: str) -> bytes:
    return struct.pack("<H", len(word)) + word.encode("ascii")


def _keypoints(side: Side | None) -> range:
    return range(len(KEYPOINT_NAMES))[slice(len(POSE_NAMES)) if side is None else HANDS[side]]


def _of_joints(motion: Motion, side: Side | None, values: Array) -> Array:
    """Values of joints (F,J,3) as those of a part's landmarks (F,N,3); 0 of what is no joint."""
    found = np.zeros((len(motion.time), len(_keypoints(side)), 3))
    for column, keypoint in enumerate(_keypoints(side)):
        if KEYPOINT_NAMES[keypoint] in motion.joints:
            found[:, column] = values[:, motion.joints.index(KEYPOINT_NAMES[keypoint])]
    return found


def _there(motion: Motion, side: Side | None) -> NDArray[np.bool_]:
    """(N,) which landmarks are joints."""
    return np.array([KEYPOINT_NAMES[keypoint] in motion.joints for keypoint in _keypoints(side)])


def _of_world(motion: Motion, side: Side | None) -> tuple[Array, Array]:
    """Metres (F,N,3) from the root, and 1 where the part was seen (F,N), 0 where it is bridged."""
    seen = motion.seen[:, 0 if side is None else side.column, None]
    return _of_joints(motion, side, motion.positions), seen * _there(motion, side) * 1.0


def _of_picture(motion: Motion, side: Side | None) -> tuple[Array, Array]:
    """Pixels and a share of the width (F,N,3), and how sure the detector was (F,N)."""
    placed = motion.positions.astype(np.float64) + motion.translation[:, None]
    start = placed[:, :1] if side is None else placed[:, [motion.joints.index(side.hand_names[0])]]
    depth = (placed - start)[..., 2:] * (motion.camera.focal[0] / start[..., 2:]) / motion.size[0]
    values = np.concatenate([motion.camera.project(placed), depth], axis=2)
    return _of_joints(motion, side, values), motion.confidence[:, _keypoints(side)] * _there(motion, side)
