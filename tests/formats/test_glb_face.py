"""A .glb's face: read by another reader, its shapes, weights and eyes are those of the head and the motion."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.face.names import FACE_NAMES
from engine.formats.glb import write_glb
from engine.motion import Motion
from engine.plain_head.form import head_form
from engine.plain_head.shapes import face_shapes
from engine.retarget.face.bones import gaze_directions
from engine.skeleton import load_skeleton
from tests.blender.motions import random_motion
from tests.faces import random_face
from tests.formats.gltf import Read, joints, turned

FRAMES = 9
Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])


@pytest.fixture(scope="module")
def motion() -> Motion:
    return replace(random_motion(load_skeleton(), FRAMES), face=random_face(FRAMES))


@pytest.fixture(scope="module")
def read(motion: Motion, tmp_path_factory: pytest.TempPathFactory) -> Read:
    path: Path = tmp_path_factory.mktemp("glb") / "face.glb"
    write_glb(motion, path)
    return Read(path)


def moved(read: Read, accessor: int, count: int) -> np.ndarray:
    """(N,3) of a sparse accessor, as the specification says (glTF 2.0, 3.6.2.3)."""
    own: Any = read.gltf.accessors[accessor]
    values = np.zeros((count, 3), np.float32)
    assert own.bufferView is None and own.count == count and own.sparse.count > 0

    def numbers(view: int, kind: str) -> np.ndarray:
        at = read.gltf.bufferViews[view]
        return np.frombuffer(read.gltf.binary_blob()[at.byteOffset : at.byteOffset + at.byteLength], kind)

    places = numbers(own.sparse.indices.bufferView, "<u2")
    assert own.sparse.indices.componentType == 5123 and (np.diff(places.astype(int)) > 0).all()
    values[places] = numbers(own.sparse.values.bufferView, "<f4").reshape(-1, 3)
    assert values.min(0).tolist() == np.float32(own.min).tolist()
    assert values.max(0).tolist() == np.float32(own.max).tolist()
    return values


def test_its_shapes_bear_arkits_names_and_move_what_the_head_moves(read: Read) -> None:
    mesh = next(mesh for mesh in read.gltf.meshes if mesh.name == "face")
    assert tuple(mesh.extras["targetNames"]) == FACE_NAMES and mesh.weights == [0.0] * len(FACE_NAMES)
    form, used = head_form(), set[int]()
    shapes = face_shapes(form)
    for primitive in mesh.primitives:
        points = read.numbers(primitive.attributes.POSITION)
        np.testing.assert_allclose(points, np.array(form.points) @ Y_UP.T, atol=1e-6)
        used |= {*read.numbers(primitive.indices)[:, 0].tolist()}
        for name, target in zip(FACE_NAMES, primitive.targets, strict=True):
            wanted = shapes[name] @ Y_UP.T
            np.testing.assert_allclose(moved(read, target["POSITION"], len(points)), wanted, atol=1.1e-5)
    assert used == {*range(len(form.points))}


def test_its_faces_look_outwards_as_their_normals_do(read: Read) -> None:
    for mesh in read.gltf.meshes[1:]:
        for primitive in mesh.primitives:
            points, normals = (read.numbers(getattr(primitive.attributes, name)) for name in ("POSITION", "NORMAL"))
            np.testing.assert_allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)
            corners = points[read.numbers(primitive.indices).reshape(-1, 3).astype(int)].astype(np.float64)
            ways = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
            name = read.gltf.materials[primitive.material].name
            if name in ("skin", "white", "iris", "pupil"):
                outwards = (ways * corners.mean(1)).sum(1)
                assert outwards.sum() > 0 and (outwards > -1e-9).mean() > 0.9, name


def test_its_weights_are_the_coefficients_at_the_frames_times(motion: Motion, read: Read) -> None:
    assert motion.face is not None and len(read.times) == FRAMES
    weights = read.keys["face", "weights"].reshape(FRAMES, len(FACE_NAMES))
    np.testing.assert_array_equal(weights, motion.face.coefficients)


def test_its_eyes_look_where_the_gaze_does(motion: Motion, read: Read) -> None:
    assert motion.face is not None
    wanted = gaze_directions(motion.face.gaze.astype(np.float64)) @ Y_UP.T
    for column, eye in enumerate(("left_eye", "right_eye")):
        looks = [turned(own)[:, 2] for own in read.keys[eye, "rotation"]]
        np.testing.assert_allclose(looks, wanted[:, column], atol=1e-5)
        (node,) = (node for node in read.gltf.nodes if node.name == eye)
        assert np.sign(node.translation[0]) == (1 if eye == "left_eye" else -1)


def test_it_goes_with_the_head_and_stands_upright_at_rest(motion: Motion, read: Read) -> None:
    for frame in range(FRAMES):
        np.testing.assert_allclose(read.placed(frame)["face"][:3, 3], joints(motion, frame)["head"], atol=1e-5)
    np.testing.assert_allclose(read.placed(None)["face"][:3, :3], np.eye(3), atol=1e-6)
    (node,) = (node for node in read.gltf.nodes if node.name == "face")
    skeleton = motion.skeleton
    head = skeleton.names.index("head")
    ratio = motion.lengths_of_bones()[head] / skeleton.lengths[head]
    np.testing.assert_allclose(node.scale, [ratio] * 3, rtol=1e-6)


def test_no_sticks_stand_out_of_the_face(motion: Motion, read: Read) -> None:
    (primitive,) = read.gltf.meshes[0].primitives
    owners = {read.names[read.gltf.skins[0].joints[own]] for own in read.numbers(primitive.attributes.JOINTS_0)[:, 0]}
    skeleton = motion.skeleton
    head = skeleton.names.index("head")
    features = {name for name, parent in zip(skeleton.names, skeleton.bone_parents, strict=True) if parent == head}
    assert owners == {*skeleton.names} - features and "nose" in features
