"""Shape keys in the files that are written: every frame's weights, at its time, whatever animates them."""

# The stubs take members of Context for methods, and data of objects for optional; they lack the exporters.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false
# pyright: reportMissingImports=false

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from io_scene_fbx import parse_fbx

from engine.face.names import FACE_NAMES
from engine.skeleton import load_skeleton
from tests.blender.gltf import morph_weights, read_glb
from tests.blender.motions import addon, random_motion
from tests.blender.scene import SAMPLE, apply
from tests.faces import random_face

FRAMES, FIRST = 40, 7
RATES = [25.0, 30000 / 1001, 60.0]
SECOND = 46186158000  # FBX's units of time
COEFFICIENTS = random_face(FRAMES).coefficients


def with_shape_keys(obj: bpy.types.Object) -> bpy.types.Object:
    """A mesh on the head of an armature, a shape key for every coefficient."""
    mesh = bpy.data.meshes.new("face")
    mesh.from_pydata([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [], [(0, 1, 2)])
    face = bpy.data.objects.new("face", mesh)
    bpy.context.scene.collection.objects.link(face)
    face.parent = obj
    face.modifiers.new("Armature", "ARMATURE").object = obj
    face.vertex_groups.new(name="head").add([0, 1, 2], 1.0, "REPLACE")
    face.shape_key_add(name="Basis")
    for number, name in enumerate(FACE_NAMES):
        face.shape_key_add(name=name).data[0].co.z += 0.01 * (number + 1)
    return face


def keyed(obj: bpy.types.Object) -> None:
    """As a character's: in an action of the shape keys."""
    blocks = with_shape_keys(obj).data.shape_keys.key_blocks
    for frame, row in enumerate(COEFFICIENTS.tolist()):
        for name, value in zip(FACE_NAMES, row, strict=True):
            blocks[name].value = value
            blocks[name].keyframe_insert("value", frame=FIRST + frame)


def driven(obj: bpy.types.Object) -> None:
    """As our armature's: by properties of its head bone, which are keyed in its action."""
    blocks, head = with_shape_keys(obj).data.shape_keys.key_blocks, obj.pose.bones["head"]
    for name in FACE_NAMES:
        head[name] = 0.0
        driver = blocks[name].driver_add("value").driver
        driver.type = "SUM"
        target = driver.variables.new().targets[0]
        target.id, target.data_path = obj, f'pose.bones["head"]["{name}"]'
    for frame, row in enumerate(COEFFICIENTS.tolist()):
        for name, value in zip(FACE_NAMES, row, strict=True):
            head[name] = value
            head.keyframe_insert(f'["{name}"]', frame=FIRST + frame)


def fbx_curves(path: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Of every channel of shape keys its name, its keys' times (F,), s, and its values (F,), per cent."""
    root, _ = parse_fbx.parse(str(path))
    sections = {element.id: element for element in root.elems}
    objects = {element.props[0]: element for element in sections[b"Objects"].elems}
    links = [element.props for element in sections[b"Connections"].elems]
    for _, child, parent, *more in links:
        if more == [b"DeformPercent"]:
            name = objects[parent].props[1].split(b"\0")[0].decode()
            (curve,) = (objects[link[1]] for link in links if link[2] == child)
            arrays: dict[bytes, Any] = {element.id: np.array(element.props[0]) for element in curve.elems}
            yield name, arrays[b"KeyTime"] / SECOND, arrays[b"KeyValueFloat"]


@pytest.mark.parametrize("animate", [keyed, driven])
@pytest.mark.parametrize("rate", RATES)
def test_every_frame_has_its_weights_at_its_time(rate: float, animate: Any, tmp_path: Path) -> None:
    obj = apply(random_motion(load_skeleton(), FRAMES, rate), first_frame=FIRST)
    animate(obj)
    for other in bpy.context.scene.objects:
        other.select_set(True)
    write, render = addon("command.export").write, bpy.context.scene.render
    before = render.fps, render.fps_base
    at = (FIRST + np.arange(FRAMES)) / rate
    write(tmp_path / "face.glb")
    times, weights = morph_weights(tmp_path / "face.glb", "face")
    np.testing.assert_allclose(times, at, atol=1e-5)
    assert list(weights) == list(FACE_NAMES)
    np.testing.assert_allclose(np.stack([*weights.values()], 1), COEFFICIENTS, atol=1e-4)
    write(tmp_path / "face.fbx")
    curves = {name: (own, values) for name, own, values in fbx_curves(tmp_path / "face.fbx")}
    assert {*curves} == {*FACE_NAMES}
    for number, name in enumerate(FACE_NAMES):
        own, values = curves[name]
        np.testing.assert_allclose(own, at, atol=1e-5)
        np.testing.assert_allclose(values / 100.0, COEFFICIENTS[:, number], atol=1e-4)
    assert (render.fps, render.fps_base) == before


def test_a_motions_face_is_in_the_files_of_a_new_armature(tmp_path: Path) -> None:
    """Its head, which nobody selected, with what drives it, in an empty file."""
    motion = random_motion(load_skeleton(), FRAMES, RATES[1], face=random_face(FRAMES))
    options = addon("settings").ImportOptions(first_frame=FIRST)
    addon("command.export").export({SAMPLE: motion}, options, tmp_path / "face.glb")
    document, _ = read_glb(tmp_path / "face.glb")
    meshes = [mesh["name"] for mesh in document["meshes"] if "targetNames" in mesh.get("extras", {})]
    assert meshes
    for name in meshes:
        times, weights = morph_weights(tmp_path / "face.glb", name)
        np.testing.assert_allclose(times, (FIRST + np.arange(FRAMES)) / RATES[1], atol=1e-5)
        own = [FACE_NAMES.index(target) for target in weights if target in FACE_NAMES]
        assert own
        told = np.stack([weights[FACE_NAMES[number]] for number in own], 1)
        np.testing.assert_allclose(told, COEFFICIENTS[:, own], atol=1e-4)
