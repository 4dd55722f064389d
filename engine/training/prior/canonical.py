"""The canonical frame of Zimmermann and Brox (2017): a hand without place, size, viewpoint and side.

Their Eq. 1 to 7, of MediaPipe's 21 points; the wrist takes the place of their palm.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ...geometry.arrays import check_shapes
from ...keypoints import HAND_NAMES
from ..learning.batches import about_axis

#: The root r; the ends of the bone of length 1, k and k + 1; the point a on the Y axis, and o in the plane of X and Y.
ROOT, REFERENCE, REFERENCE_END, ALONG, ACROSS = (
    HAND_NAMES.index(name)
    for name in ("wrist", "index_finger_mcp", "index_finger_pip", "middle_finger_mcp", "pinky_mcp")
)


@dataclass(frozen=True)
class Canonical:
    """N hands; each is of a right hand, whichever side it was."""

    coordinates: Tensor
    """(N,21,3) in lengths of the reference bone, w^c."""
    rotation: Tensor
    """(N,3,3) from the camera's axes to the canonical ones, R(w^rel)."""
    scale: Tensor
    """(N,) metres, the length of the reference bone, s."""

    def __post_init__(self) -> None:
        count = len(self.scale)
        check_shapes(self, coordinates=(count, 21, 3), rotation=(count, 3, 3), scale=(count,))


def relative(joints: Tensor) -> tuple[Tensor, Tensor]:
    """Joints (N,21,3), metres, camera's axes -> w^rel (N,21,3) in reference bones from the root, and s (N,), metres."""
    scale = (joints[:, REFERENCE_END] - joints[:, REFERENCE]).norm(dim=-1)  # Eq. 2
    normed = joints / scale[:, None, None]  # Eq. 1
    return normed - normed[:, [ROOT]], scale  # Eq. 3


def canonical(joints: Tensor, left: Tensor) -> Canonical:
    """Joints (N,21,3), metres, camera's axes, of right hands, or of left ones where `left` (N,)."""
    hand, scale = relative(joints)
    rotation = canonical_rotation(hand)
    own = hand @ rotation.mT  # Eq. 4
    return Canonical(_as_right(own, left), rotation, scale)


def joints_of(hands: Canonical, left: Tensor) -> Tensor:
    """The way back: joints (N,21,3), metres, camera's axes, from the root."""
    return _as_right(hands.coordinates, left) @ hands.rotation * hands.scale[:, None, None]


def canonical_rotation(hand: Tensor) -> Tensor:
    """R(w^rel) = R_y R_xz (N,3,3) of hands (N,21,3)."""
    x, y, z = hand[:, ALONG].unbind(-1)
    about_z = about_axis(2, torch.atan2(x, y))
    about_x = about_axis(0, torch.atan2(-z, torch.hypot(x, y)))
    upright = about_x @ about_z  # Eq. 5: R_xz w_a = (0, lambda, 0), lambda >= 0
    across = (upright @ hand[:, ACROSS, :, None])[..., 0]
    about_y = about_axis(1, torch.atan2(across[:, 2], across[:, 0]))
    return about_y @ upright  # Eq. 6: R_y R_xz w_o = (eta, zeta, 0), eta >= 0


def _as_right(coordinates: Tensor, left: Tensor) -> Tensor:
    """Eq. 7, for whom the right hand is the one that is not mirrored: left hands' z changes its sign, both ways."""
    flip = torch.ones(len(left), 1, 3, dtype=coordinates.dtype)
    flip[left, :, 2] = -1.0
    return coordinates * flip


def rotation_from_axis_angle(turn: Tensor) -> Tensor:
    """Axes times angles (N,3), radians -> rotations (N,3,3): how the viewpoint stream says R (Rodrigues' formula)."""
    angle = (turn.square().sum(-1) + 1e-12).sqrt()  # of a turn of 0 there is a slope, too
    x, y, z = (turn / angle[:, None]).unbind(-1)
    none = torch.zeros_like(x)
    rows = [torch.stack(row, -1) for row in ((none, -z, y), (z, none, -x), (-y, x, none))]
    cross = torch.stack(rows, -2)
    sine, cosine = torch.sin(angle)[:, None, None], torch.cos(angle)[:, None, None]
    return torch.eye(3, dtype=turn.dtype) + sine * cross + (1.0 - cosine) * (cross @ cross)
