"""Our skeleton as one character: its lengths, and the points of its hands that touch."""

from itertools import pairwise

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import unit
from ...engine.retarget import Performance
from ...engine.retarget.anatomy.body import EARS, HEAD, Body
from ...engine.skeleton import Skeleton, forward_kinematics
from .played import Played
from .rigs import FINGERS

#: From the middle of the bones of a palm to its skin, metres.
FLESH = 0.02


def own_lengths(skeleton: Skeleton, played: Played, body: Body) -> Array:
    """(B,) our bones as long as a rig's."""
    heads, lengths = played.rest.heads, skeleton.lengths.copy()
    row = {name: bone for bone, name in enumerate(skeleton.names)}

    def apart(one: str, other: str) -> float:
        return float(np.linalg.norm(heads[one] - heads[other]))

    for side in "LR":
        for one, other in pairwise(f"{part}.{side}" for part in ("upper_arm", "forearm", "hand", "f_middle.01")):
            lengths[row[one]] = apart(one, other)
        for finger in FINGERS:
            first, second, last = (f"{finger}.0{k}.{side}" for k in (1, 2, 3))
            lengths[row[first]], lengths[row[second]] = apart(first, second), apart(second, last)
            lengths[row[last]] = np.linalg.norm(played.tips[last])
            palm = f"palm.{finger.removeprefix('f_')}.{side}"
            if palm in row:
                lengths[row[palm]] = apart(f"hand.{side}", first)
        lengths[row[f"shoulder.{side}"]] = body.breadth / 2
        lengths[row[f"ear.{side}"]] = body.head * EARS / HEAD
    trunk = [row["spine"], row["chest"]]
    lengths[trunk] *= body.trunk / lengths[trunk].sum()
    face = [row["head"], row["nose"]]
    lengths[face] = np.linalg.solve(skeleton.rest[face, 1:, 1].T, (body.nose - body.neck)[1:])
    return lengths


def hand_points(performer: Performance) -> tuple[dict[str, Array], dict[str, tuple[Array, Array]]]:
    """Side -> (F,3) its wrist, and name -> (F,3) fingertips and palms, (F,3) outwards there; from the neck."""
    skeleton = performer.skeleton
    pose = forward_kinematics(skeleton, performer.angles, performer.lengths)
    neck = pose.tails[:, skeleton.names.index("chest")]
    heads, tails = (
        {name: ends[:, bone] - neck for bone, name in enumerate(skeleton.names)} for ends in (pose.heads, pose.tails)
    )
    found = dict[str, tuple[Array, Array]]()
    for side in "LR":
        wrist, index, pinky = (heads[f"{name}.{side}"] for name in ("hand", "f_index.01", "f_pinky.01"))
        inside = unit(np.cross(index - wrist, pinky - wrist)) * (1.0 if side == "L" else -1.0)
        found[f"palm.{side}"] = ((wrist + index + pinky) / 3 + FLESH * inside, inside)
        for finger in FINGERS:
            last = f"{finger}.03.{side}"
            found[f"{finger}.{side}"] = (tails[last], unit(tails[last] - heads[last]))
    return {side: heads[f"hand.{side}"] for side in "LR"}, found
