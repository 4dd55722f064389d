"""Rotations of a bone by where it points and how far it is turned about itself: HybrIK's closed forms.

Li, Xu, Chen, Bian, Yang and Lu, "HybrIK: A Hybrid Analytical-Neural Inverse Kinematics Solution for 3D Human Pose
and Shape Estimation" (CVPR 2021). The paper's t, a bone at rest, is here the bone's own Y axis. NumPy arrays or torch
tensors, and differentiable.
"""

from typing import Any

from ...geometry.arrays import namespace
from ...geometry.rotations import cross_matrix

#: Of a bone that points the opposite way, or nowhere, the shortest turn is not determined; this keeps it finite.
_TINY = 1e-9


def rotation_to(pointed: Any, twist: Any) -> Any:
    """The rotation (...,3,3) that brings Y to where a bone points (...,3), turned about itself by a twist (...,2).

    `pointed` may be of any length; `twist` is cosine and sine of the angle. Equation 6: R = D_sw(p, t) D_tw(t, phi).
    """
    return swing(pointed) @ twist_turn(twist)


def swing(pointed: Any) -> Any:
    """The shortest turn (...,3,3) from Y to a direction (...,3) of any length."""
    xp = namespace(pointed)
    p = pointed / xp.clip(xp.sqrt((pointed**2).sum(-1)), _TINY, None)[..., None]
    nothing = xp.zeros_like(p[..., 0])
    across = xp.stack([p[..., 2], nothing, -p[..., 0]], -1)  # equation 7: n = t x p / |t x p|, not divided yet
    cosine = p[..., 1]  # equation 8: cos a = t . p / |t| |p|, and sin a = |t x p| / |t| |p| is the length of `across`
    cross = cross_matrix(across)  # sin a [n]x
    # Equation 9: R_sw = I + sin a [n]x + (1 - cos a) [n]x^2, where (1 - cos a) / sin^2 a = 1 / (1 + cos a).
    return xp.eye(3) + cross + cross @ cross / xp.clip(1.0 + cosine, _TINY, None)[..., None, None]


def twist_turn(twist: Any) -> Any:
    """The turn (...,3,3) about Y by cosine and sine (...,2) of an angle.

    Equation 10: R_tw = I + sin phi [t]x / |t| + (1 - cos phi) [t]x^2 / |t|^2, for t = Y.
    """
    xp = namespace(twist)
    cosine, sine = twist[..., 0], twist[..., 1]
    one, nothing = xp.ones_like(sine), xp.zeros_like(sine)
    rows = ((cosine, nothing, sine), (nothing, one, nothing), (-sine, nothing, cosine))
    return xp.stack([xp.stack(row, -1) for row in rows], -2)


def twist_of(rotation: Any) -> Any:
    """Cosine and sine (...,2) of the twist of rotations (...,3,3), as `rotation_to` takes it."""
    cosine, sine = rotation[..., 0, 0] + rotation[..., 2, 2], rotation[..., 0, 2] - rotation[..., 2, 0]
    return unit_twist(namespace(rotation).stack([cosine, sine], -1))


def unit_twist(vectors: Any) -> Any:
    """Vectors (...,2) made cosine and sine; the angle 0 of those without a length."""
    xp = namespace(vectors)
    vectors = vectors + 1e-12 * (xp.abs(vectors).sum(-1) == 0.0)[..., None]
    return vectors / xp.sqrt((vectors**2).sum(-1))[..., None]
