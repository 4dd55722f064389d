"""Handshapes: finger angles and thumb directions in the frame of the palm, one form for both hands.

The palm frame has Y from the wrist to the middle knuckle, Z out of the palm, and X = Y x Z: towards the
thumb on a right hand, away from it on a left hand.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import unit
from ...keypoints import Side

#: Rows of the 21 MediaPipe hand points among the 25 WebXR joints of the handy.js poses.
_WEBXR_TO_MEDIAPIPE = [0, 1, 2, 3, 4, *(5 * f + k for f in range(1, 5) for k in (1, 2, 3, 4))]
# Degrees: knuckle flexion, abduction towards the thumb, PIP and DIP flexion.
_LOWER = np.radians([-25.0, -25.0, -5.0, -5.0])
_UPPER = np.radians([95.0, 25.0, 115.0, 85.0])
# In the handy.js poses straight fingers point 12 degrees to the little finger's side of wrist-knuckle.
_HANDY_TURN = np.radians(12.0)


@dataclass(frozen=True)
class Handshape:
    """A handshape without its orientation."""

    fingers: Array
    """(4,4) index to little: knuckle flexion, abduction to the thumb's side, PIP, DIP; radians."""
    thumb: Array
    """(3,3) unit directions of the thumb's bones in the palm frame of a right hand."""


def palm_frame(wrist: Array, index: Array, middle: Array, pinky: Array, side: Side) -> Array:
    """Rotation (3,3) whose columns are the palm frame's X, Y, Z (see above)."""
    along = unit(middle - wrist)
    out = np.cross(index - wrist, pinky - wrist) * (1 if side is Side.RIGHT else -1)
    out = unit(out - along * (out @ along))
    return np.stack([np.cross(along, out), along, out], axis=1)


def handshape_from_points(points: Array, side: Side) -> Handshape:
    """The handshape of 21 points (21,3), any unit, ordered as MediaPipe's."""
    frame = palm_frame(points[0], points[5], points[9], points[17], side)
    chains = points[1:].reshape(5, 4, 3)
    directions = np.diff(chains, axis=1) @ frame
    if side is Side.LEFT:
        directions = directions * [-1.0, 1.0, 1.0]
    directions = directions / np.maximum(np.linalg.norm(directions, axis=-1, keepdims=True), 1e-9)
    total = np.unwrap(np.arctan2(directions[1:, :, 2], directions[1:, :, 1]), axis=1)
    knuckle = total[:, 0]
    abduction = np.arcsin(np.clip(directions[1:, 0, 0], -1, 1))
    fingers = np.stack([knuckle, abduction, *np.diff(total, axis=1).T], axis=1)
    return Handshape(np.clip(fingers, _LOWER, _UPPER), directions[0])


def mix(a: Handshape, b: Handshape, share: float) -> Handshape:
    """The handshape `share` (0..1) of the way from a to b."""
    thumb = unit((1 - share) * a.thumb + share * b.thumb)
    return Handshape((1 - share) * a.fingers + share * b.fingers, thumb)


def load_asl(folder: Path) -> dict[str, Handshape]:
    """The still right-hand poses of handy.js by name: `asl a`, `flat`, ..."""
    data = np.load(folder / "handy_js" / "handy_asl_poses.npz")
    shapes: dict[str, Handshape] = {}
    for names, side, joints in zip(data["pose_names"], data["side"], data["joints_mm"], strict=True):
        if side == Side.RIGHT:
            shape = handshape_from_points(joints[_WEBXR_TO_MEDIAPIPE].astype(float), Side.RIGHT)
            turn = np.array([0.0, _HANDY_TURN, 0.0, 0.0])
            fingers = np.clip(shape.fingers + turn, _LOWER, _UPPER)
            shape = Handshape(fingers, shape.thumb)
            shapes |= dict.fromkeys(str(names).split(","), shape)
    return shapes
