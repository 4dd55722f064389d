"""The exact joints of a posed figure, named as MediaPipe names its points.

Rig joints are the points of the trunk, the limbs and the hands. Face, heels and toe tips have no joints:
their points are vertices, chosen once per figure at rest.
"""

import numpy as np

from ...geometry.arrays import Array, Index
from ...keypoints import HAND_NAMES, Side
from ..acting.figure import BONE, FINGERS, Figure
from ..acting.pose import Posed

FACE_NAMES = (
    "nose",
    *(f"{side}_eye{part}" for side in Side for part in ("_inner", "", "_outer")),
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
)
FOOT_NAMES = tuple(f"{side}_{name}" for name in ("heel", "foot_index") for side in Side)
_LIMBS = {
    "shoulder": "upper_arm",
    "elbow": "forearm",
    "wrist": "hand",
    "hip": "thigh",
    "knee": "shin",
    "ankle": "foot",
}
JOINTS: tuple[str, ...] = (
    *FACE_NAMES,
    *(f"{side}_{name}" for name in _LIMBS for side in Side),
    *(f"{side}_hand_{name}" for side in Side for name in HAND_NAMES),
    *FOOT_NAMES,
)


def _nearest(figure: Figure, candidates: Index, point: Array) -> int:
    distance = np.linalg.norm(figure.vertices[candidates] - point, axis=1)
    return int(candidates[np.argmin(distance)])


def surface_vertices(figure: Figure) -> Index:
    """(15,) vertices of the points FACE_NAMES and FOOT_NAMES."""
    part = {name: np.flatnonzero(figure.material == i) for i, name in enumerate(figure.materials)}
    xyz = figure.vertices
    skin = part["skin"][xyz[part["skin"], 2] > figure.heads[BONE["head"], 2]]
    nose = int(skin[np.argmin(xyz[skin, 1])])
    found = {"nose": _nearest(figure, skin, xyz[nose] + [0.0, 0.003, 0.009])}
    for side, sign in zip(Side, (1, -1), strict=True):
        eye = part["eye"][xyz[part["eye"], 0] * sign > 0]
        iris = part["iris"][xyz[part["iris"], 0] * sign > 0]
        low, high, centre = xyz[eye].min(axis=0), xyz[eye].max(axis=0), xyz[iris].mean(axis=0)
        inner, outer = (low, high) if sign > 0 else (high, low)
        found[f"{side}_eye"] = _nearest(figure, iris, centre)
        for name, edge, depth, inset in (("inner", inner, 0.004, 0.0), ("outer", outer, 0.010, 0.004)):
            corner = np.array([edge[0] - inset * sign, low[1] + depth, centre[2] - 0.001])
            found[f"{side}_eye_{name}"] = _nearest(figure, skin, corner)
        lips = part["lip"][xyz[part["lip"], 0] * sign > 0]
        corner = xyz[lips[np.argmax(xyz[lips, 0] * sign)]]
        found[f"mouth_{side}"] = _nearest(figure, skin, corner + np.array([-0.003 * sign, -0.003, 0.0]))
        level = (xyz[nose, 2] + centre[2]) / 2
        head = skin[np.abs(xyz[skin, 2] - level) < 0.01]
        far = head[np.argmax(xyz[head, 0] * sign)]
        found[f"{side}_ear"] = _nearest(figure, skin, xyz[far] - [0.019 * sign, 0.030, -0.002])
    for side in Side:
        foot = np.flatnonzero(figure.weights[:, [BONE[f"{side}_foot"], BONE[f"{side}_toe"]]].sum(1) > 0.5)
        found[f"{side}_heel"] = int(foot[np.argmax(xyz[foot, 1])])
        found[f"{side}_foot_index"] = int(foot[np.argmin(xyz[foot, 1])])
    return np.array([found[name] for name in FACE_NAMES + FOOT_NAMES])


def read_joints(posed: Posed, surface: Array) -> Array:
    """World joints (J,3) as JOINTS of a posed figure whose surface points (15,3) are known."""
    face, feet = surface[: len(FACE_NAMES)], surface[len(FACE_NAMES) :]
    rows = [*face]
    rows += [posed.heads[BONE[f"{side}_{bone}"]] for bone in _LIMBS.values() for side in Side]
    for side in Side:
        rows.append(posed.heads[BONE[f"{side}_hand"]])
        for finger in FINGERS:
            rows += [posed.heads[BONE[f"{side}_{finger}{k}"]] for k in (1, 2, 3)]
            rows.append(posed.tails[BONE[f"{side}_{finger}3"]])
    return np.stack([*rows, *feet])
