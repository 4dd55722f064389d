"""The skin of one character on the body of 24 joints: what a twist moves, as a mesh shows it.

    python -m engine.training.measuring.skin --character DIR/characters/signer_06_mixamo.blend

keeps some of its vertices at rest in engine/training/data/skin.npz; needs bpy, which the rest does not.
"""

import argparse
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, check_shapes
from ...keypoints import Side
from ...lifting.hybrik import solve_angles
from ...lifting.hybrik.rigid import rigid_parts
from ...skeleton import Pose, Skeleton, forward_kinematics
from ..clips import DATA
from ..poses.whole_bodies import body_of_24

PATH = DATA / "skin.npz"
#: How many vertices are kept, spread evenly over the skin: most of the mesh's are in the face and the fingers.
COUNT, SEED = 2_000, 0
#: Bones of the rendered figures, and which of ours stand for them where it is not the one of their name.
_STANDS_FOR = {"hips": "pelvis", "spine1": "spine", "neck": "head", "left_clavicle": "chest", "right_clavicle": "chest"}


@dataclass(frozen=True)
class Skin:
    """V vertices of a character at rest; J joints, B bones of the body of 24 joints; metres, Blender's axes."""

    joints: NDArray[np.str_]
    """(J,) names."""
    positions: Array
    """(J,3)."""
    vertices: Array
    """(V,3)."""
    weights: Array
    """(V,B) how far each bone carries a vertex; rows sum to 1."""

    def __post_init__(self) -> None:
        count = len(self.vertices)
        check_shapes(self, positions=(len(self.joints), 3), vertices=(count, 3), weights=(count, self.weights.shape[1]))

    def bind(self, skeleton: Skeleton) -> Array:
        """(V,B,3) the vertices in every bone's own axes, as long as the skeleton's."""
        names, known = self.joints.tolist(), np.isin(skeleton.joints, self.joints)[None]
        root = self.positions[[names.index(f"{side}_hip") for side in Side]].mean(0)
        joints = np.zeros((1, len(skeleton.joints), 3))
        joints[0, known[0]] = self.positions[[names.index(name) for name in np.array(skeleton.joints)[known[0]]]] - root
        lengths = _lengths(skeleton, joints[0], known[0])
        rest = solve_angles(skeleton, joints, known, lengths, np.zeros((1, len(skeleton.freedoms))))
        pose = forward_kinematics(skeleton, rest, lengths)
        arms = (self.vertices - root)[:, None] - pose.heads[0]
        local: Array = (arms[..., None, :] @ pose.rotations[0])[..., 0, :]
        local[..., 1] *= skeleton.lengths / lengths
        return local

    def posed(self, local: Array, pose: Pose) -> Array:
        """(N,V,3) the vertices of bound ones (V,B,3) in N poses: linear blend skinning."""
        found = np.zeros((len(pose.heads), len(local), 3))
        for bone in np.flatnonzero(self.weights.any(0)).tolist():
            own = local[:, bone] @ np.swapaxes(pose.rotations[:, bone], -1, -2) + pose.heads[:, bone, None]
            found += self.weights[:, bone, None] * own
        return found


def _lengths(skeleton: Skeleton, joints: Array, known: NDArray[np.bool_]) -> Array:
    """(B,) between joints (J,3) where both ends of a bone are known; the others of the table's size."""
    parts, lengths = rigid_parts(skeleton), skeleton.lengths.copy()
    told = [bone for bone, own in enumerate(parts) if known[own.start] and known[own.end]]
    for bone in told:
        lengths[bone] = np.linalg.norm(joints[parts[bone].end] - joints[parts[bone].start])
    others = np.setdiff1d(np.arange(len(lengths)), told)
    lengths[others] *= lengths[told].sum() / skeleton.lengths[told].sum()
    return lengths


def load_skin(path: Path = PATH) -> Skin:
    """Read what `main` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        return Skin(**{field.name: stored[field.name] for field in fields(Skin)})


def main() -> None:
    """Keep some vertices of a character."""
    from ..acting.figure import BONES, load_figure  # here, since only this needs bpy
    from ..acting.pose import Posed
    from ..rendering.truth import JOINTS, read_joints, surface_vertices

    parser = argparse.ArgumentParser(prog="python -m engine.training.measuring.skin", description=__doc__)
    parser.add_argument("--character", type=Path, required=True, help=".blend of a character")
    figure, mesh = load_figure(parser.parse_args().character)
    area = np.zeros(len(figure.vertices))
    for polygon in mesh.data.polygons:
        area[list(polygon.vertices)] += polygon.area
    skeleton = body_of_24()
    weights = np.zeros((len(figure.vertices), len(skeleton.bones)), np.float32)
    for column, name in enumerate(BONES):
        side = next((side for side in Side if name.startswith(side)), None)
        part = _STANDS_FOR.get(name, name if side is None else side.bone(name.removeprefix(f"{side}_")))
        if part not in skeleton.names:  # fingers and toes
            part = side.bone("foot" if part.startswith("toe") else "hand") if side else part
        weights[:, skeleton.names.index(part)] += figure.weights[:, column]
    rest = Posed(np.tile(np.eye(3), (len(BONES), 1, 1)), figure.heads, figure.tails)
    places = read_joints(rest, figure.vertices[surface_vertices(figure)])
    kept = np.random.default_rng(SEED).choice(len(weights), COUNT, replace=False, p=area / area.sum())
    skin = Skin(np.array(JOINTS), places.astype(np.float32), figure.vertices[kept], weights[kept])
    np.savez_compressed(PATH, **{field.name: getattr(skin, field.name) for field in fields(Skin)})


if __name__ == "__main__":
    main()
