"""The metrics of the field, each as its source defines it, on arrays alone; all that is measured calls these.

Deep 3D human pose estimation: A review (Wang et al., CVIU 2021) compares methods by them. Joints are (F,N,3): F frames,
N joints, each frame aligned by itself; distances come out in the unit that goes in. What is called root-relative there
is here laid onto the middle of all joints, so that no joint counts as exact.
"""

from typing import Any, cast

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import unit

#: What each alignment may undo: R a rotation, t a translation, s a scale.
ALIGNMENTS = {
    "t": {"rotate": False, "scale": False},
    "t, s": {"rotate": False, "scale": True},
    "R, t": {"rotate": True, "scale": False},
    "R, t, s": {"rotate": True, "scale": True},
}


def align(joints: Array, truth: Array, *, rotate: bool, scale: bool) -> Array:
    """Joints (F,N,3) moved onto the truth in each frame by itself; least squares (Umeyama, TPAMI 1991)."""
    centred, target = (x - x.mean(axis=1, keepdims=True) for x in (joints, truth))
    if rotate:
        solved = cast("Any", np.linalg.svd(np.swapaxes(centred, 1, 2) @ target))
        u, singular, vt = cast("tuple[Array, Array, Array]", solved)
        proper = np.ones(singular.shape)
        proper[:, 2] = np.sign(np.linalg.det(u @ vt))
        centred = centred @ (u * proper[:, None]) @ vt
    if scale:
        size = (centred * target).sum((1, 2)) / (centred**2).sum((1, 2))
        centred = centred * np.maximum(size, 0.0)[:, None, None]  # a negative one would be a mirror
    return centred + truth.mean(axis=1, keepdims=True)


def joint_errors(joints: Array, truth: Array, alignment: str) -> Array:
    """(F,N) distances of joints (F,N,3) from the true ones, after one of ALIGNMENTS."""
    return np.linalg.norm(align(joints, truth, **ALIGNMENTS[alignment]) - truth, axis=-1)


def mpjpe(joints: Array, truth: Array, alignment: str = "t") -> float:
    """Mean per joint position error (Ionescu et al., Human3.6M, TPAMI 2014): the mean distance of joints (F,N,3)."""
    return float(joint_errors(joints, truth, alignment).mean())


def n_mpjpe(joints: Array, truth: Array) -> float:
    """Normalised MPJPE (Rhodin et al., CVPR 2018): each frame scaled onto the truth as well, but not turned."""
    return mpjpe(joints, truth, "t, s")


def pa_mpjpe(joints: Array, truth: Array) -> float:
    """MPJPE after Procrustes' alignment by R, t, s (as in Martinez et al., ICCV 2017, protocol 2)."""
    return mpjpe(joints, truth, "R, t, s")


def pck(errors: Array, threshold: float) -> float:
    """Share of correct keypoints, 0..1: of errors below a threshold of the same unit.

    Of joints in space as Mehta et al., 3DV 2017, who take 15 cm.
    """
    return float((errors < threshold).mean())


def auc(errors: Array, end: float) -> float:
    """Area under the curve of `pck` over thresholds from 0 to `end`, as a share of the whole (Mehta et al., 3DV 2017).

    The integral itself, not its value at chosen thresholds: an error e is within the share 1 - e / end of them.
    """
    return float(np.maximum(0.0, 1.0 - errors / end).mean())


def angles_between(vectors: Array, others: Array) -> Array:
    """Degrees (...) between vectors (...,3); by the chord, which is exact where the angle is small."""
    return _by_chord(np.linalg.norm(unit(vectors) - unit(others), axis=-1))


def rotations_apart(rotations: Array, others: Array) -> Array:
    """Degrees (...) of the turn from one rotation (...,3,3) to another, their geodesic distance; by the chord.

    The Frobenius norm of a difference is sqrt(8) sin(angle / 2) (Huynh, JMIV 2009).
    """
    return _by_chord(np.linalg.norm(rotations - others, axis=(-2, -1)) / np.sqrt(2))


def _by_chord(chord: Array) -> Array:
    """Degrees of an arc on the unit circle whose ends are a chord apart."""
    return np.degrees(2 * np.arcsin(np.clip(chord / 2, 0.0, 1.0)))


def mpjae(rotations: Array, truth: Array) -> float:
    """Mean per joint angle error, degrees: the mean geodesic distance of rotations (F,N,3,3) in the camera's axes.

    Ionescu et al. (2014) have the name, for differences of Euler angles; by rotations, of which there are no two for
    one orientation, it is what von Marcard et al. (3DPW, ECCV 2018) compare.
    """
    return float(rotations_apart(rotations, truth).mean())


def accelerations(joints: Array) -> Array:
    """(F-2,N,3) second differences of joints (F,N,3) over frames, a frame squared."""
    return np.diff(joints, n=2, axis=0)


def jitter(accelerations: Array) -> float:
    """Mean size of accelerations (F,N,3): of noise most, where motion is slow; a frame squared."""
    return float(np.linalg.norm(accelerations, axis=-1).mean())


def acceleration_error(accelerations: Array, truth: Array) -> float:
    """Mean distance between accelerations (F,N,3) and the true ones (Kanazawa et al., CVPR 2019); a frame squared."""
    return jitter(accelerations - truth)
