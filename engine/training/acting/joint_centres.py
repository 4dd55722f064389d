"""Joint centres where anatomy and MediaPipe have them; MakeHuman's rigs place some elsewhere.

The rigs' proximal phalanges are hardly longer than the middle ones (27 mm beside 25 mm for the index;
Buryanov and Kotiuk 2010, "Proportions of hand segments", measure 40 and 22), their wrist lies before
the carpus, and their shoulder 6 cm under the skin. Detected points differ from the rigs' joints by
the same offsets in every view. A figure is bound to the corrected joints and turns about them, so
the ground truth is exact.
"""

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import unit
from ...keypoints import Side

# Share of the palm's length (wrist to middle knuckle of the rig, 108 mm in a grown man).
_WRIST = 0.13
_KNUCKLES = {"index": 0.105, "middle": 0.105, "ring": 0.09, "pinky": 0.07}
_KNUCKLE_DEPTH = 0.035
_THUMB_DEPTH = {1: 0.10, 2: 0.06}
_THUMB_ROOT = 0.045
_THUMB_BACK = {"thumb3": 0.045}
_TIPS = 0.04
# Share of the distance between the shoulders.
_SHOULDER_IN, _SHOULDER_UP = 0.045, 0.062


def correct_joints(heads: dict[str, Array], tails: dict[str, Array], side: Side) -> None:
    """Move one side's joints, given by bone name as (3,) metres at rest, in place."""
    shoulder, opposite = heads[f"{side}_upper_arm"], heads[f"{side.other}_upper_arm"]
    width = abs(shoulder[0] - opposite[0])
    inwards = -np.sign(shoulder[0]) * _SHOULDER_IN * width
    heads[f"{side}_upper_arm"] = shoulder + np.array([inwards, 0.0, _SHOULDER_UP * width])
    tails[f"{side}_clavicle"] = heads[f"{side}_upper_arm"]
    _correct_hand({name: f"{side}_{name}" for name in _names()}, heads, tails, side)


def _names() -> list[str]:
    return ["hand", *(f"{f}{k}" for f in ("thumb", *_KNUCKLES) for k in (1, 2, 3))]


def _correct_hand(bone: dict[str, str], heads: dict[str, Array], tails: dict[str, Array], side: Side) -> None:
    wrist, middle = heads[bone["hand"]], heads[bone["middle1"]]
    index, pinky = heads[bone["index1"]] - wrist, heads[bone["pinky1"]] - wrist
    size = float(np.linalg.norm(middle - wrist))
    palmar = unit(np.cross(index, pinky) * (1 if side is Side.RIGHT else -1)) * size
    for finger, share in _KNUCKLES.items():
        knuckle = heads[bone[f"{finger}1"]]
        heads[bone[f"{finger}1"]] = knuckle + share * (wrist - knuckle) + _KNUCKLE_DEPTH * palmar
    for k, share in _THUMB_DEPTH.items():
        heads[bone[f"thumb{k}"]] = heads[bone[f"thumb{k}"]] + share * palmar
    heads[bone["thumb1"]] = heads[bone["thumb1"]] - _THUMB_ROOT * (middle - wrist)
    heads[bone["hand"]] = wrist + _WRIST * (middle - wrist)
    for name, share in _THUMB_BACK.items():
        heads[bone[name]] = _shorter(heads[bone["thumb2"]], heads[bone[name]], share * size)
    for finger in ("thumb", *_KNUCKLES):
        last = bone[f"{finger}3"]
        tails[last] = _shorter(heads[last], tails[last], _TIPS * size)
        for k in (1, 2):
            tails[bone[f"{finger}{k}"]] = heads[bone[f"{finger}{k + 1}"]]


def _shorter(start: Array, end: Array, length: float) -> Array:
    return end - unit(end - start) * length
