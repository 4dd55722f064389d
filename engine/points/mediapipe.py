"""MediaPipe's landmarks of a body and of hands, each told from a middle of its own, as one person's points."""

import numpy as np

from ..geometry.arrays import Array
from ..keypoints import Side
from ..skeleton import hand_skeleton

#: (3,) in the axes of its landmarks: x right, y down, z away.
DOWN = np.array([0.0, 1.0, 0.0])
#: A landmark that is less visible than this is a guess.
VISIBLE = 0.5


def joined(
    body: tuple[tuple[str, ...], Array] | None, hands: dict[Side, Array], *, scaled: bool
) -> tuple[tuple[str, ...], Array]:
    """Names (K) and points (F,K,3) of a body, its names and points, and of hands (F,21,3); NaN where not known.

    Hands are moved to the body's wrists, where there are any. `scaled` gives them the size of usual ones, metres:
    those of a picture are told in pixels.
    """
    names, points = body or ((), np.zeros((len(next(iter(hands.values()), ())), 0, 3)))
    at = {name.lower(): place for place, name in enumerate(names)}
    for side, hand in hands.items():
        own = hand - hand[:, :1]
        if scaled:
            own = own * (hand_skeleton(side).lengths.sum() / _bones(side, own).sum(1))[:, None, None]
        wrist = at.get(f"{side}_wrist")
        own = own + (hand[:, :1] if wrist is None else points[:, wrist : wrist + 1])
        names, points = (*names, *side.hand_names), np.concatenate([points, own], axis=1)
    return names, points


def _bones(side: Side, hand: Array) -> Array:
    """(F,20) lengths of a hand's bones, of its landmarks (F,21,3)."""
    skeleton = hand_skeleton(side)
    place = {name: column for column, name in enumerate(side.hand_names)}
    ends = [place[name] for name in skeleton.joints[1:]]
    starts = [place[skeleton.joints[parent]] for parent in skeleton.parents[1:]]
    lengths: Array = np.linalg.norm(hand[:, ends] - hand[:, starts], axis=-1)
    return lengths
