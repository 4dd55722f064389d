"""How far a pose is a guess, per arm and hand."""

import numpy as np

from .geometry.arrays import Array, runs
from .keypoints import part_and_side
from .lifting import short_gaps
from .motion import Motion

#: A joint that is to be expected off by this share of its reach may as well be anywhere: its doubt is 1.
ANYWHERE = 0.5
#: Doubts from this on are worth a look, where they last: 16 cm are to be expected of a wrist, 5 cm of finger tips.
WORTH_A_LOOK = 0.6
#: Seconds: what is shorter does not last, and pauses that are shorter are none.
MOMENT = 0.25
_HEAD = "head"
_ARM, _TIPS = ("elbow", "wrist"), ("thumb_tip", "index_finger_tip", "middle_finger_tip", "ring_finger_tip", "pinky_tip")


def doubt_of_bones(motion: Motion) -> dict[str, Array]:
    """Bone -> (F,) from 0, certain, to 1, anywhere or not seen: of upper arms and hands, those of whole arms and hands.

    It is the error to expect as a share of the reach, divided by ANYWHERE: of elbow or wrist from the shoulder,
    whichever is more, and of finger tips from the wrist in the mean. 0 where seen in files of before, without errors.
    That of the head is its face's, where there is one: 0 where that was seen, else 1.
    """
    reach = np.maximum(motion.skeleton.reach(motion.lengths_of_bones()), 1e-9)
    errors = np.zeros_like(motion.positions[..., 0]) if motion.expected_error is None else motion.expected_error
    shares = errors / reach
    doubts: dict[str, Array] = {}

    def doubt(own: Array, seen: int) -> Array:
        return np.where(motion.seen[:, seen], np.minimum(own / ANYWHERE, 1.0), 1.0)

    for side in motion.kind.hands:
        if motion.kind.has_body:
            arm = shares[:, [motion.joints.index(f"{side}_{joint}") for joint in _ARM]]
            doubts[side.bone("upper_arm")] = doubt(arm.max(1), 0)
        tips = shares[:, [motion.joints.index(f"{side}_hand_{tip}") for tip in _TIPS]]
        doubts[side.bone("hand")] = doubt(tips.mean(1), side.column)
    if motion.face is not None and motion.kind.has_body:
        doubts[_HEAD] = np.where(motion.face.seen, 0.0, 1.0)
    return doubts


def doubtful_stretches(motion: Motion) -> dict[str, list[tuple[int, int]]]:
    """Bone of an arm -> stretches of frames, the first and the first after it, that are seen but worth a look."""
    found: dict[str, list[tuple[int, int]]] = {}
    doubts = doubt_of_bones(motion)
    doubts.pop(_HEAD, None)  # never half seen
    for bone, doubt in doubts.items():
        side = part_and_side(bone)[1]
        seen = motion.seen[:, side.column if side is not None and bone == side.bone("hand") else 0]
        high = (doubt >= WORTH_A_LOOK) & seen
        high |= short_gaps(high, motion.time, MOMENT) & seen
        ends = np.append(motion.time, np.inf)
        found[bone] = [(start, stop) for start, stop in runs(high) if ends[stop] - motion.time[start] >= MOMENT]
    return found
