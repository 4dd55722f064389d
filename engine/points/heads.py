"""What a file leaves out of a head: put where its face shows it, else where a usual head has it.

Networks have learnt from whole heads, of which a point may be missing: without a face they take the trunk to be bent.
A head is rigid on its neck, so that from afar its places are an affine map of those of the table's head. The map is
sought by least squares from the places that are known, near to that of a head that is upright and looks ahead.
"""

from collections.abc import Container
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..face.landmarks import FaceLandmarks
from ..geometry.arrays import Array, Mask, solve
from ..keypoints import POSE_NAMES, Side
from ..skeleton import body_skeleton, camera_positions

#: Columns of keypoints.
SHOULDERS = [POSE_NAMES.index(f"{side}_shoulder") for side in Side]
HEAD = slice(0, min(SHOULDERS))
#: Which of the face model's points show what a pose has of a head.
_SHOWN = {
    "nose": (1,),
    "left_eye_inner": (362,),
    "left_eye": (362, 263),
    "left_eye_outer": (263,),
    "right_eye_inner": (133,),
    "right_eye": (133, 33),
    "right_eye_outer": (33,),
    "left_ear": (454,),
    "right_ear": (234,),
    "mouth_left": (291,),
    "mouth_right": (61,),
}
#: How sure a point is that is put by a usual head: networks hear it, and it pulls little.
_PUT = 0.4
#: One standard deviation of how far maps are off that of a usual head: of places to the right and down, by x, y, z and
#: 1, the last in metres. Heads turn by 30 degrees, nod by 20 and lean by 10, and are of different sizes.
_FREE = np.array([[0.15, 0.2, 0.5, 0.03], [0.2, 0.15, 0.35, 0.03]])
#: The same of a known point from the table's head, metres.
_OFF = 0.01
#: How far before the shoulders MediaPipe has eyes, nose and mouth, and ears, shoulder widths: in two videos 1.2 to
#: 1.5, and 0.5.
_BEFORE, _EARS_BEFORE = 1.35, 0.5


def add_face(
    pixels: NDArray[np.float32],
    confidence: NDArray[np.float32],
    depth: NDArray[np.float32],
    face: FaceLandmarks,
    found: Container[str],
) -> None:
    """Enter points of the head that are not among those found, but shown by the face: (F,K,...), in place."""
    usual = _usual_depths(pixels, depth)
    for name, numbers in _SHOWN.items():
        if name not in found:
            own = POSE_NAMES.index(name)
            pixels[face.seen, own] = face.at(numbers)[face.seen].mean(1)
            depth[face.seen, own] = usual[face.seen, own]
            confidence[face.seen, own] = 1.0


def put_head(pixels: NDArray[np.float32], confidence: NDArray[np.float32], depth: NDArray[np.float32]) -> None:
    """Enter points of the head that are not known in frames that know both shoulders: (F,K,...), in place."""
    rows = np.flatnonzero((confidence[:, SHOULDERS] > 0).all(1))
    known = confidence[rows, HEAD] > 0
    if known.all():
        return
    head, wide = _table()
    left, right = (pixels[rows, own].astype(np.float64) for own in SHOULDERS)
    width: Array = np.linalg.norm(left - right, axis=1)
    scale, neck = max(float(np.median(width)) / wide, 1.0), (left + right)[:, None] / 2
    places = (pixels[rows, HEAD] - neck) / scale
    put = np.stack([_mapped(places[..., axis], known, head, axis) for axis in (0, 1)], axis=-1)
    pixels[rows, HEAD] = np.where(known[..., None], pixels[rows, HEAD], neck + scale * put)
    usual = _usual_depths(pixels[rows], depth[rows])
    nearer = ((depth[rows, HEAD] - usual) * known).sum(1, keepdims=True) / np.maximum(known.sum(1, keepdims=True), 1)
    depth[rows, HEAD] = np.where(known, depth[rows, HEAD], usual + nearer)
    confidence[rows, HEAD] = np.where(known, confidence[rows, HEAD], _PUT)


@cache
def _table() -> tuple[Array, float]:
    """(N,4) x, y, z and 1 of the table's head, metres from between its shoulders, and how wide these are."""
    body = body_skeleton()
    rest = camera_positions(body, np.zeros((1, len(body.freedoms)), np.float32), body.lengths)[0]
    left, right = (rest[body.joints.index(POSE_NAMES[own])] for own in SHOULDERS)
    head = rest[[body.joints.index(name) for name in POSE_NAMES[HEAD]]] - (left + right) / 2
    return np.column_stack([head, np.ones(len(head))]), float(np.linalg.norm(left - right))


def _mapped(places: Array, known: Mask, head: Array, axis: int) -> Array:
    """All places (F,N) along an axis of the picture, metres, by those that are known and the table's (N,4)."""
    weights, prior = known / _OFF**2, np.diag(_FREE[axis] ** -2.0)
    pairs = (head[:, :, None] * head[:, None]).reshape(len(head), -1)
    normal = (weights @ pairs).reshape(-1, *prior.shape) + prior
    right = (weights * places) @ head + prior[axis]
    return solve(normal, right) @ head.T


def _usual_depths(pixels: Array, depth: Array) -> Array:
    """(F,N) where heads have their points, pixels away, by the shoulders of points (F,K,...)."""
    width = np.linalg.norm(pixels[:, SHOULDERS[0]] - pixels[:, SHOULDERS[1]], axis=1)
    before = np.array([_EARS_BEFORE if name.endswith("ear") else _BEFORE for name in POSE_NAMES[HEAD]])
    return depth[:, SHOULDERS].mean(1)[:, None] - before * width[:, None]
