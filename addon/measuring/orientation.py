"""How far a rig's segments in Blender are turned from the performer's, after both rest poses are aligned."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import frame_along, unit
from ...engine.retarget import Performance
from ...engine.training.measuring.metrics import angles_between, rotations_apart
from .played import Placed, Played
from .source import elbow_axes, own_played

_LONG = ("f_index", "f_middle", "f_ring", "f_pinky")
#: Segments of one kind, by the beginnings of their names.
KINDS = {
    "upper arm": ("upper_arm",),
    "forearm": ("forearm",),
    "hand": ("hand",),
    "thumb": ("thumb",),
    **{f"fingers, segment {k}": tuple(f"{finger}.0{k}" for finger in _LONG) for k in (1, 2, 3)},
    "all": ("",),
}
#: Arms bent by less than this (the sine, 5 degrees) at rest tell little about their elbow's hinge.
_STRAIGHT = 0.087
_NEXT = {"upper_arm": "forearm", "forearm": "hand", "hand": "f_middle.01"}


@dataclass(frozen=True)
class Errors:
    """Of one rig: segment -> (F,) degrees."""

    direction: dict[str, Array]
    """Between the lines from joint to joint."""
    rotation: dict[str, Array]
    """Between the segments as solid bodies, turned away from their aligned rest."""


def of_kind(errors: dict[str, Array], kind: str) -> Array:
    """All numbers of one kind of segments; none where the rig has none."""
    return np.concatenate([np.zeros(0), *(row for name, row in errors.items() if name.startswith(KINDS[kind]))])


def joined(errors: Iterable[dict[str, Array]]) -> dict[str, Array]:
    """Those of several motions."""
    rows = list(errors)
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}


def orientation_errors(played: Played, performance: Performance, twists: bool) -> Errors:
    """Of what Blender shows against the performer's forward kinematics.

    `twists`: the rig's forearm bone does not turn with the hand, so the hinge of its elbow is looked at.
    """
    own = own_played(performance)
    turn = facing(played.rest) @ facing(own.rest).T
    direction, rotation = dict[str, Array](), dict[str, Array]()
    for name in played.rest.heads:
        wanted = span(own, own.moved, name) @ turn.T
        direction[name] = angles_between(span(played, played.moved, name), wanted)
        hinged = twists and name.startswith("forearm")
        turned = played.moved.turns[name] @ played.rest.turns[name].T @ _rest_frame(played, own, name, hinged)
        goal = turn @ own.moved.turns[name] @ own.rest.turns[name].T @ _rest_frame(own, own, name, False)
        if hinged:
            axes = elbow_axes(performance, name[-1]) @ turn.T
            goal = np.stack([frame_along(*row) for row in zip(wanted, axes, strict=True)])
        rotation[name] = rotations_apart(turned, goal)
    return Errors(direction, rotation)


def palm_frame(body: Played, placed: Placed, side: str) -> Array:
    """(...,3,3) of knuckles alone: across the palm from the little finger to the index, along it, their normal."""
    across = _knuckles(placed, side)
    y = unit(span(body, placed, f"hand.{side}"))
    x = unit(across - (across * y).sum(-1, keepdims=True) * y)
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def _rest_frame(body: Played, own: Played, name: str, hinged: bool) -> Array:
    """(3,3) how a segment lies at rest, told by joints alone.

    Along it, and across: an upper arm's (a forearm's, if `hinged`) elbow hinge, of forearm, hand and fingers the
    line of the knuckles, a thumb's the axis in the palm that ours bends about.
    """
    side, along = name[-1], span(body, body.rest, name)
    if name.startswith("upper_arm") or hinged:
        return frame_along(along, _hinge(body, own, side))
    if name.startswith("thumb"):
        axis = palm_frame(own, own.rest, side).T @ own.rest.turns[name][:, 0]
        return frame_along(along, palm_frame(body, body.rest, side) @ axis)
    return frame_along(along, _knuckles(body.rest, side))


def _knuckles(placed: Placed, side: str) -> Array:
    """(...,3) from the little finger's to the index."""
    return placed.heads[f"f_index.01.{side}"] - placed.heads[f"f_pinky.01.{side}"]


def _hinge(body: Played, own: Played, side: str) -> Array:
    """(3,) what an elbow bends about at rest; of a straight arm, what brings the hand to the front."""
    if body is own:
        return own.rest.turns[f"forearm.{side}"][:, 0]
    upper, lower = (unit(span(body, body.rest, f"{part}.{side}")) for part in ("upper_arm", "forearm"))
    bend = np.cross(upper, lower)
    return bend if np.linalg.norm(bend) > _STRAIGHT else np.cross(upper, -facing(body.rest)[:, 1])


def span(body: Played, placed: Placed, name: str) -> Array:
    """(...,3) from the joint at which a segment starts to the one at which it ends."""
    part, side = name[:-2], name[-2:]
    following = _NEXT.get(part) or f"{part[:-1]}{int(part[-1]) + 1}"
    if following + side in placed.heads:
        return placed.heads[following + side] - placed.heads[name]
    return placed.turns[name] @ body.tips[name]


def facing(rest: Placed) -> Array:
    """(3,3) columns: to the person's left, to the back, up."""
    left = unit((rest.heads["upper_arm.L"] - rest.heads["upper_arm.R"]) * [1.0, 1.0, 0.0])
    up = np.array([0.0, 0.0, 1.0])
    return np.stack([left, np.cross(up, left), up], axis=1)
