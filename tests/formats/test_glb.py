"""A .glb holds every joint at every frame's time, and a skin that goes with its joints."""

from pathlib import Path

import numpy as np
import pytest

from engine.formats.glb import write_glb
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion
from tests.formats.gltf import Read, joints

FRAMES = 9
UNEVEN = 3.0 + np.cumsum(np.random.default_rng(0).uniform(0.01, 0.1, FRAMES))


@pytest.mark.parametrize("kind", Kind)
def test_joints_lie_where_they_were_at_their_times(kind: Kind, tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(kind), FRAMES, time=UNEVEN)
    write_glb(motion, tmp_path / "clip.glb")
    read, skeleton = Read(tmp_path / "clip.glb"), motion.skeleton
    np.testing.assert_array_equal(read.times, (UNEVEN - UNEVEN[0]).astype(np.float32))
    for frame in range(FRAMES):
        wanted, seen = joints(motion, frame), read.placed(frame)
        np.testing.assert_allclose(seen[skeleton.names[0]][:3, 3], wanted[""], atol=1e-5)
        for bone, (name, parent) in enumerate(zip(skeleton.names, skeleton.bone_parents, strict=True)):
            if f"{name}_end" in seen:
                np.testing.assert_allclose(seen[f"{name}_end"][:3, 3], wanted[name], atol=1e-5)
            if parent >= 0 and not skeleton.at_head[bone]:
                np.testing.assert_allclose(seen[name][:3, 3], wanted[skeleton.names[parent]], atol=1e-5)


def test_the_skin_rests_where_the_joints_do_and_its_sticks_end_with_bones(tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(), FRAMES)
    write_glb(motion, tmp_path / "clip.glb")
    read, skeleton = Read(tmp_path / "clip.glb"), motion.skeleton
    (skin,), (mesh,) = read.gltf.skins, read.gltf.meshes
    binds = read.numbers(skin.inverseBindMatrices).reshape(-1, 4, 4).swapaxes(-1, -2)
    rest = read.placed(None)
    for joint, bind in zip(skin.joints, binds, strict=True):
        np.testing.assert_allclose(bind @ rest[read.names[joint]], np.eye(4), atol=1e-5)
    (primitive,) = mesh.primitives
    points, owners = (read.numbers(getattr(primitive.attributes, name)) for name in ("POSITION", "JOINTS_0"))
    weights, indices = read.numbers(primitive.attributes.WEIGHTS_0), read.numbers(primitive.indices)
    assert weights.sum(1) == pytest.approx(1.0) and indices.max() == len(points) - 1
    places = read.placed(4)
    moved = [
        (places[read.names[skin.joints[owner]]] @ binds[owner] @ [*point, 1.0])[:3]
        for point, owner in zip(points.tolist(), owners[:, 0].tolist(), strict=True)
    ]
    wanted = joints(motion, 4)
    for bone, name in enumerate(skeleton.names):
        np.testing.assert_allclose(moved[6 * bone + 5], wanted[name], atol=1e-5)
    triangles = points.astype(np.float64)[indices.reshape(-1, 3).astype(int)]
    normals = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    middles = np.repeat(points.reshape(-1, 6, 3).mean(1), 8, axis=0)
    assert ((triangles.mean(1) - middles) * normals).sum(1).min() > 0  # they face outwards
