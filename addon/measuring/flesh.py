"""How fingertips lie on a mesh: what no convention of rest frames can hide."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.retarget import Performance
from .mesh import mesh_of, points_of, weights_of
from .orientation import facing, span
from .played import Played
from .rigs import FINGERS, RealRig
from .source import own_played

#: What belongs to a tip: vertices that its bone moves by more than this, beyond this share of its length.
_WEIGHT, _BEYOND = 0.6, 0.3


def tip_rolls(obj: bpy.types.Object, rig: RealRig, played: Played, performance: Performance) -> dict[str, float]:
    """Finger -> degrees between the flat of its tip (nail and pad) and the hinge that our last joint bends about.

    The mean of both hands; 0 where the finger bends towards its pad.
    """
    mesh, own = mesh_of(obj), own_played(performance)
    points, turn = points_of(mesh), facing(played.rest) @ facing(own.rest).T
    found = dict[str, float]()
    for finger in FINGERS:
        rolls = list[float]()
        for side in "LR":
            name = f"{finger}.03.{side}"
            along = span(played, played.rest, name)
            across = _wide(points[weights_of(mesh, rig.bones()[name][-1]) > _WEIGHT], played.rest.heads[name], along)
            to_rest = played.rest.turns[name] @ played.moved.turns[name][0].T
            hinge = to_rest @ turn @ own.moved.turns[name][0, :, 0]
            rolls.append(float(np.degrees(np.arccos(min(1.0, abs(across @ hinge))))))
        found[finger] = float(np.mean(rolls))
    return found


def _wide(flesh: Array, head: Array, along: Array) -> Array:
    """(3,) the direction across a segment in which its flesh (N,3) is widest."""
    length = np.linalg.norm(along)
    off = flesh - head
    height = off @ along / length
    off = (off - height[:, None] * along / length)[height > _BEYOND * height.max()]
    _, _, axes = np.linalg.svd(off - off.mean(axis=0), full_matrices=False)
    return axes[0]
