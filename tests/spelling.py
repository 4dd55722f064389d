"""A hand by itself that spells, its fingers bent as the American manual alphabet shows them; no recording's."""

from typing import Any

import numpy as np

from engine.geometry.camera import Camera
from engine.keypoints import Side
from engine.motion import Motion
from engine.skeleton import camera_positions, hand_skeleton
from tests.blender.motions import CAMERA, random_motion

FPS = 25.0
_STRAIGHT, _BENT, _HALF = (0, 0, 0), (78, 92, 60), (35, 40, 25)
_FINGERS = ("f_index", "f_middle", "f_ring", "f_pinky")
#: Degrees: of the thumb (base X and Z, middle X, tip X), and of index to little finger (knuckle, middle, last joint).
_SHAPES = {
    "L": ((-20, 5, -5, -3), (_STRAIGHT, _BENT, _BENT, _BENT)),
    "W": ((18, -20, 32, 38), (_STRAIGHT, _STRAIGHT, _STRAIGHT, (70, 60, 40))),
    "Y": ((-18, 6, 0, 8), (_BENT, _BENT, _BENT, _STRAIGHT)),
    ".": ((0, 0, 10, 10), (_HALF, _HALF, _HALF, _HALF)),
}


def spelled(side: Side, letters: str, seconds: float, **changes: Any) -> Motion:
    """Every letter held for so long, from one frame to the next; a dot is a half open hand that points down."""
    skeleton, each = hand_skeleton(side), round(seconds * FPS)
    angles = np.repeat(np.stack([_pose(side, letter) for letter in letters]), each, 0).astype(np.float32)
    positions = camera_positions(skeleton, angles, skeleton.lengths.astype(np.float32))
    frames, bones = len(angles), skeleton.joint_bones
    arrays: dict[str, Any] = {
        "angles": angles,
        "positions": positions,
        "bone_lengths": np.where(bones >= 0, skeleton.lengths[bones], 0.0).astype(np.float32),
        "camera": Camera.of(np.array(CAMERA, dtype=np.float32)),
    }
    return random_motion(skeleton, frames, FPS, **{**arrays, **changes})


def _pose(side: Side, letter: str) -> np.ndarray:
    """(26,) radians; at rest the hand is upright, its palm to the front."""
    skeleton = hand_skeleton(side)
    angles = dict.fromkeys(skeleton.angle_names, 0.0)
    (base, aside, middle, tip), fingers = _SHAPES[letter]
    thumb = {"thumb.01.X": base, "thumb.01.Z": aside, "thumb.02.X": middle, "thumb.03.X": tip}
    bends = {
        f"{name}.0{k + 1}.X": bend for name, own in zip(_FINGERS, fingers, strict=True) for k, bend in enumerate(own)
    }
    for name, degrees in {**thumb, **bends}.items():
        bone, _, axis = name.rpartition(".")
        sign = -1.0 if side is Side.LEFT and axis != "X" else 1.0
        angles[f"{side.bone(bone)}.{axis}"] = sign * np.radians(degrees)
    if letter == ".":
        angles[f"{side.bone('hand')}.X"] = np.pi
    return skeleton.clamp(np.array([*angles.values()]))
