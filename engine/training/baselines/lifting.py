"""Parts of a picture as methods without a skeleton see them, and their answers as joints of a whole clip.

A part is seen as the engine's networks see it: from a camera that is turned to it, a left hand in a mirror. What a
method says is filtered over time as the engine filters angles.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from math import radians

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.camera import Camera
from ...keypoints import Keypoints, Side
from ...lifting.features import BODY_POINTS
from ...lifting.sight import BodySight, Sight, see_body, see_hand
from ...lifting.smooth import bridge, filter_values
from ...options import HAND_FOV
from ..clips import ClipSet
from ..measuring.joints import Joints

Lifter = Callable[[Array, Array], Array]
"""Points (F,P,2) on the image plane of a camera that is turned to them, and whether each is seen (F,P), 1 or 0 ->
joints (F,P,3), metres, in that camera's axes and about anything."""
BODY, HAND = "body", "hand"
#: Joints that are told.
NAMES = (*BODY_POINTS, *Side.LEFT.hand_names, *Side.RIGHT.hand_names)


@dataclass(frozen=True)
class Examples:
    """N views of one part, P points each, and what was there."""

    plane: Array
    """(N,P,2) detected, on the image plane of the turned camera."""
    seen: Array
    """(N,P) 1 where a point is seen."""
    joints: Array
    """(N,P,3) true ones, metres, in the turned camera's axes, from the camera on."""

    def __post_init__(self) -> None:
        check_shapes(self, plane=(*self.seen.shape, 2), joints=(*self.seen.shape, 3))

    @classmethod
    def all_of(cls, parts: list["Examples"]) -> "Examples":
        """Those of all parts."""
        return cls(*(np.concatenate([getattr(own, field.name) for own in parts]) for field in fields(cls)))


@dataclass(frozen=True)
class View:
    """One part of a clip, P points."""

    side: Side | None
    """Of a hand; a body has none."""
    sight: Sight

    @property
    def part(self) -> str:
        """BODY or HAND."""
        return HAND if self.side else BODY

    @property
    def names(self) -> tuple[str, ...]:
        """(P,) of the joints."""
        return self.side.hand_names if self.side else BODY_POINTS

    @property
    def seen(self) -> Array:
        """(F,P) 1 where a point is seen; of a hand all are."""
        return self.sight.seen if isinstance(self.sight, BodySight) else np.ones_like(self.sight.confidence)

    def towards(self, joints: Array) -> Array:
        """Joints (F,P,3) of the picture's camera in the axes of the turned one, which sees a left hand in a mirror."""
        return joints * self._mirror @ np.swapaxes(self.sight.turn, 1, 2)

    def back(self, joints: Array) -> Array:
        """The inverse of `towards`."""
        return joints @ self.sight.turn * self._mirror

    @property
    def _mirror(self) -> Array:
        return np.array([-1.0 if self.side is Side.LEFT else 1.0, 1.0, 1.0])


def views(keypoints: Keypoints, camera: Camera) -> Iterator[View]:
    """Body and hands of a clip, those that are found in any frame."""
    if keypoints.seen[:, 0].any():
        yield View(None, see_body(keypoints, camera))
    for side in Side:
        if keypoints.seen[:, side.column].any():
            yield View(side, see_hand(keypoints, camera, side))


def examples(sets: list[ClipSet]) -> dict[str, Examples]:
    """By part all that were found in rendered sets; hands as right ones."""
    found: dict[str, list[Examples]] = {BODY: [], HAND: []}
    for clips in sets:
        names = clips.joints.tolist()
        for clip in range(len(clips.camera)):
            keypoints = clips.keypoints(clip)
            true = clips.positions[clips.clip == clip].astype(np.float64)
            for view in views(keypoints, Camera.assumed(keypoints.size, None)):
                rows, joints = view.sight.detected, true[:, [names.index(name) for name in view.names]]
                arrays = (view.sight.plane, view.seen, view.towards(joints))
                found[view.part].append(Examples(*(array[rows] for array in arrays)))
    return {part: Examples.all_of(own) for part, own in found.items()}


def lift(keypoints: Keypoints, lifters: Mapping[str, Lifter], *, hands_only: bool = False) -> Joints:
    """The joints NAMES of a clip by the lifters of body and hand, each part about its middle, 0 where it never is.

    The camera is assumed as the engine does.
    """
    camera = Camera.assumed(keypoints.size, radians(HAND_FOV) if hands_only else None)
    positions, time = np.zeros((len(keypoints.time), len(NAMES), 3)), keypoints.time
    for view in views(keypoints, camera):
        joints = lifters[view.part](view.sight.plane, view.seen)
        joints = bridge(view.back(joints - joints.mean(1, keepdims=True)), view.sight.detected, time)
        positions[:, [NAMES.index(name) for name in view.names]] = filter_values(joints, time, 1.0)
    return Joints(NAMES, positions, np.array(keypoints.seen, bool))
