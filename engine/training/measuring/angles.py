"""How far the rotations of bones are from those of the skeleton fitted to the true joints."""

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Side
from ...lifting.assemble import assemble_angles
from ...motion import Motion
from ...skeleton import Kind, Skeleton, body_skeleton, forward_kinematics, hand_skeleton, load_skeleton
from ..clips import ClipSet
from .methods import PARTS
from .metrics import mpjae


def angle_errors(motions: list[Motion | None], clips: ClipSet) -> dict[str, float]:
    """By part the mean error, degrees, of its bones that turn, in frames in which it is found; a motion for each clip.

    The body's bones are those from the pelvis to the forearms and the head; a hand's are the hand and its fingers.
    """
    pairs: dict[str, list[tuple[Array, Array]]] = {part: [] for part in PARTS}
    truth = _true_angles(clips)
    for clip, motion in enumerate(motions):
        if motion is None:
            continue
        exact, seen = truth[clips.clip == clip], motion.seen
        for column, names in enumerate(_bones()):
            own = _rotations(motion.skeleton, motion.angles[seen[:, column]].astype(np.float64), names)
            pairs["hand" if column else "body"].append(
                (own, _rotations(load_skeleton(), exact[seen[:, column]], names))
            )
    return {
        part: mpjae(*(np.concatenate([pair[which] for pair in own]) for which in (0, 1))) for part, own in pairs.items()
    }


def _true_angles(clips: ClipSet) -> Array:
    """(N,A) of the finished skeleton, within its limits."""
    hands = {
        side: clips.hands[:, column] * (hand_skeleton().mirror_signs if side is Side.LEFT else 1.0)
        for column, side in enumerate(Side)
    }
    return assemble_angles(Kind.UPPER_BODY, clips.body, hands, body_skeleton().lengths)


def _bones() -> list[tuple[str, ...]]:
    """Of body, left and right hand."""
    full = load_skeleton()
    turning = dict.fromkeys(full.names[bone] for bone, _ in full.freedoms)
    body = tuple(name for name in turning if name in body_skeleton().names)
    return [body, *(tuple(n for n in turning if n not in body and n.endswith(side.bone(""))) for side in Side)]


def _rotations(skeleton: Skeleton, angles: Array, names: tuple[str, ...]) -> Array:
    """(F,N,3,3) of bones, in the camera's view but in Blender's axes."""
    rotations = forward_kinematics(skeleton, angles, skeleton.lengths).rotations
    return rotations[:, [skeleton.names.index(name) for name in names]]
