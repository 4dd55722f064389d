"""A VRM character, exported and imported by the VRM add-on itself, shows a face by the add-on's expressions."""

# The stubs take members of Context for methods, and data of objects for optional; they lack the add-on's.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Quaternion, Vector

from engine.face.face import Face
from engine.face.names import FACE_NAMES
from engine.formats.vrma import write_vrma
from engine.motion import save_motion
from engine.retarget.face.carry import carry_face
from engine.retarget.face.map_files import load_face_maps
from engine.retarget.face.recognise import recognise_face
from engine.skeleton import Kind, forward_kinematics, load_skeleton
from tests.blender.characters import FIRST, UPPER, degrees, pose_matrices
from tests.blender.curves import fcurves
from tests.blender.faced import FRAMES, coordinates, looks, play, shown, summed, told
from tests.blender.gltf import numbers, read_glb
from tests.blender.motions import addon, random_motion
from tests.blender.scene import SAMPLE
from tests.blender.vrm import PRESETS, attribute, bind, enabled, imported, opened_vrm, preview, shape
from tests.blender.vrm import looks as preset_looks
from tests.faces import random_face
from tests.performed_faces import posed_face


@pytest.fixture(scope="module", autouse=True)
def vrm_add_on() -> Iterator[None]:
    with enabled():
        yield


@pytest.fixture(scope="module")
def character(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return imported(tmp_path_factory.mktemp("vrm"))


def values_of(face: Face) -> dict[str, np.ndarray]:
    """What the engine gives the presets."""
    return carry_face(face, recognise_face(PRESETS, load_face_maps()), {})


def moved(values: dict[str, np.ndarray], frame: int) -> dict[str, float]:
    """The shape keys of presets of such values, by how the test bound them."""
    weights = dict.fromkeys(map(shape, FACE_NAMES), 0.0)
    for name, look in preset_looks().items():
        for coefficient, weight in look.items():
            weights[shape(coefficient)] += weight * float(values[name][frame])
    return {name: min(weight, 1.0) for name, weight in weights.items()}


def test_an_imported_character_shows_the_face_by_its_expressions(character: Path) -> None:
    rig, head = opened_vrm(character)
    face = random_face(FRAMES)
    assert "; face: VRM, 10 expressions, without " in told(rig)
    play(rig, face)
    values = values_of(face)
    curves = fcurves(rig.data)
    assert {path for path, _ in curves} == {preview(name) for name in PRESETS}
    base = coordinates(head.data.vertices)
    for frame in range(FRAMES):
        seen = shown(head, FIRST + frame)
        np.testing.assert_allclose(seen, summed(head, moved(values, frame)), atol=2e-5)
        assert frame == 0 or np.linalg.norm(seen - base, axis=1).max() > 0.002
        for name in PRESETS:
            own = rig.data.path_resolve(preview(name))
            assert own == pytest.approx(values[name][frame], abs=1e-5)


def test_shape_keys_have_what_expressions_make_of_them_for_what_is_rendered(character: Path) -> None:
    """The add-on sets them when the scene goes to a frame, which an animation that is rendered does not do."""
    rig, head = opened_vrm(character)
    face = random_face(FRAMES)
    play(rig, face)
    values, curves = values_of(face), fcurves(head.data.shape_keys)
    for frame in range(FRAMES):
        for name, weight in moved(values, frame).items():
            curve = curves.get((f'key_blocks["{name}"].value', 0))
            told = 0.0 if curve is None else min(curve.evaluate(FIRST + frame), 1.0)
            assert told == pytest.approx(weight, abs=1e-5)


def test_eyes_look_by_their_bones_and_not_by_look_presets_too(character: Path) -> None:
    rig, head = opened_vrm(character)
    for name in ("lookUp", "lookDown", "lookLeft", "lookRight"):
        bind(getattr(rig.data.vrm_addon_extension.vrm1.expressions.preset, attribute(name)), head, shape("jawOpen"))
    face = posed_face({"eyeLookUpLeft": 0.8, "eyeLookUpRight": 0.8}, FRAMES, gaze=[[0.3, 0.2], [0.3, 0.2]])
    play(rig, face)
    assert not any("look" in path for path, _ in fcurves(rig.data))
    look = looks(rig, "leftEye", "head", FIRST)
    np.testing.assert_allclose(look, [np.sin(0.3) * np.cos(0.2), -np.cos(0.3) * np.cos(0.2), np.sin(0.2)], atol=1e-3)


def test_eyes_look_by_presets_alone_where_the_character_says_so(character: Path) -> None:
    rig, head = opened_vrm(character)
    vrm = rig.data.vrm_addon_extension.vrm1
    vrm.look_at.type = "expression"
    bind(vrm.expressions.preset.look_up, head, shape("eyeLookUpLeft"))
    play(rig, posed_face({"eyeLookUpLeft": 0.8, "eyeLookUpRight": 0.8}, FRAMES, gaze=[[0.3, 0.2], [0.3, 0.2]]))
    assert fcurves(rig.data)[preview("lookUp"), 0].evaluate(FIRST) == pytest.approx(0.8, abs=1e-5)
    assert not any("Eye" in path for path, _ in fcurves(rig))


def test_expressions_that_suppress_blinks_or_the_mouth_are_left_out(character: Path) -> None:
    rig, _ = opened_vrm(character)
    preset = rig.data.vrm_addon_extension.vrm1.expressions.preset
    preset.surprised.override_mouth, preset.angry.override_blink = "block", "blend"
    assert "; face: VRM, 8 expressions" in told(rig)


def test_shape_keys_that_show_more_are_keyed_and_expressions_are_not(character: Path) -> None:
    rig, head = opened_vrm(character)
    play(rig, random_face(FRAMES))
    for name, key in zip(FACE_NAMES, head.data.shape_keys.key_blocks[1:], strict=True):
        key.name = name
    assert "; face: ARKit, 52 keys" in told(rig)
    face = random_face(FRAMES, seed=1)
    play(rig, face)
    assert not fcurves(rig.data)
    for frame in range(FRAMES):
        wanted = dict(zip(FACE_NAMES, face.coefficients[frame].tolist(), strict=True))
        np.testing.assert_allclose(shown(head, FIRST + frame), summed(head, wanted), atol=2e-5)
    assert all(rig.data.path_resolve(preview(name)) == 0.0 for name in PRESETS)


def perfect_sync(rig: bpy.types.Object, head: bpy.types.Object) -> None:
    """Give the character expressions of its own with ARKit's names, as Perfect Sync has them."""
    custom = rig.data.vrm_addon_extension.vrm1.expressions.custom
    for name in FACE_NAMES:
        own = custom.add()
        own.custom_name = name
        bind(own, head, shape(name), 0.5)


def test_expressions_of_perfect_sync_are_keyed_in_place_of_presets(character: Path) -> None:
    rig, head = opened_vrm(character)
    perfect_sync(rig, head)
    assert "; face: ARKit, 52 expressions" in told(rig)
    face = random_face(FRAMES)
    play(rig, face)
    for frame in range(FRAMES):
        row = zip(FACE_NAMES, face.coefficients[frame].tolist(), strict=True)
        wanted = {shape(name): 0.5 * value * (not name.startswith("eyeLook")) for name, value in row}
        np.testing.assert_allclose(shown(head, FIRST + frame), summed(head, wanted), atol=2e-5)


def test_blend_shape_groups_of_vrm_0_are_keyed(character: Path) -> None:
    rig, head = opened_vrm(character)
    data: Any = rig.data.vrm_addon_extension
    data.spec_version = "0.0"
    groups = data.vrm0.blend_shape_master.blend_shape_groups
    for preset, name, key, binary in (
        ("a", "A", "jawOpen", False),
        ("blink_l", "Blink_L", "eyeBlinkLeft", True),
        ("unknown", "Surprised", "browInnerUp", False),
    ):
        group = groups.add()
        group.preset_name, group.name, group.is_binary = preset, name, binary
        own = group.binds.add()
        own.mesh.bpy_object, own.index, own.weight = head, shape(key), 0.8
    assert "; face: VRM, 3 expressions" in told(rig)
    play(rig, posed_face({"jawOpen": 0.3, "eyeBlinkLeft": 0.7, "browInnerUp": 0.2, "browOuterUpLeft": 0.2}, FRAMES))
    bpy.context.scene.frame_set(FIRST + 1)
    given = [group.preview for group in groups]
    assert given[0] > 0.2 and given[1] == pytest.approx(0.7, abs=1e-5) and given[2] > 0.0
    wanted = {shape("jawOpen"): 0.8 * given[0], shape("eyeBlinkLeft"): 0.8, shape("browInnerUp"): 0.8 * given[2]}
    np.testing.assert_allclose(shown(head, FIRST + 1), summed(head, wanted), atol=2e-5)
    curves = fcurves(head.data.shape_keys)
    assert curves[f'key_blocks["{shape("eyeBlinkLeft")}"].value', 0].evaluate(FIRST) == pytest.approx(0.8)


@pytest.mark.parametrize("rate", [25.0, 30000 / 1001])
def test_a_vrma_has_expressions_and_the_gaze_at_their_times(rate: float, character: Path, tmp_path: Path) -> None:
    """By our own reader of glTF, and by what the add-on makes of it."""
    rig, head = opened_vrm(character)
    perfect_sync(rig, head)
    own = tmp_path / "own.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(own))
    face, target = random_face(FRAMES), tmp_path / "face.vrma"
    motion = random_motion(load_skeleton(), FRAMES, rate, face=face)
    options = addon("settings").ImportOptions(first_frame=FIRST, contacts=0.0)
    addon("command.export").export({SAMPLE: motion}, options, target, (own, "Armature"))
    document, _ = glb = read_glb(target)
    vrma = document["extensions"]["VRMC_vrm_animation"]
    assert not vrma["expressions"]["preset"]
    (animation,) = document["animations"]
    tracks = {channel["target"]["node"]: animation["samplers"][channel["sampler"]] for channel in animation["channels"]}
    looking = [name for name in FACE_NAMES if name.startswith("eyeLook")]
    assert {*vrma["expressions"]["custom"]} == {*FACE_NAMES} - {*looking}
    for name, expression in vrma["expressions"]["custom"].items():
        track = tracks[expression["node"]]
        np.testing.assert_allclose(numbers(glb, track["input"])[:, 0], np.arange(FRAMES) / rate, atol=1e-6)
        values = face.coefficients[:, FACE_NAMES.index(name)]
        np.testing.assert_allclose(numbers(glb, track["output"])[:, 0], values, atol=1e-5)
    track = tracks[vrma["lookAt"]["node"]]
    np.testing.assert_allclose(numbers(glb, track["input"])[:, 0], np.arange(FRAMES) / rate, atol=1e-6)
    paths = [own["target"]["path"] for own in animation["channels"] if own["target"]["node"] == vrma["lookAt"]["node"]]
    assert paths == ["rotation"] and vrma["lookAt"]["node"] in document["scenes"][0]["nodes"]
    offset = bpy.data.objects["Armature"].data.vrm_addon_extension.vrm1.look_at.offset_from_head_bone
    assert vrma["lookAt"]["offsetFromHeadBone"] == pytest.approx([*offset])
    yaw, pitch = face.gaze.mean(axis=1).T
    for frame, (x, y, z, w) in enumerate(numbers(glb, track["output"]).tolist()):
        look = Quaternion((w, x, y, z)) @ Vector((0, 0, 1))  # as the specification of VRMC_vrm reads it
        assert np.arctan2(look.x, look.z) == pytest.approx(yaw[frame], abs=1e-5)
        assert np.arctan2(-look.y, np.hypot(look.x, look.z)) == pytest.approx(-pitch[frame], abs=1e-5)
    assert document["nodes"][vrma["lookAt"]["node"]]["name"] == "lookAt"


def test_signs_of_a_library_have_the_keys_of_expressions_and_of_what_these_move(
    character: Path, tmp_path: Path
) -> None:
    face = random_face(FRAMES)
    save_motion(random_motion(load_skeleton(Kind.FULL_BODY), FRAMES, face=face), tmp_path / "A.npz")
    library = tmp_path / "signs.blend"
    assert (
        addon("command.cli").main(["library", str(tmp_path), "-o", str(library), "--rig", f"{character}:Armature"]) == 0
    )
    bpy.ops.wm.open_mainfile(filepath=str(library))
    rig, mine = (bpy.data.objects[name] for name in ("Armature", "signer"))
    meshes = [mesh for mesh in bpy.data.objects if mesh.type == "MESH" and mesh.data.shape_keys is not None]
    (head,) = (mesh for mesh in meshes if mesh not in mine.children_recursive)
    faces = bpy.data.actions["A"]["sign_mocap"]["faces"].to_dict()
    assert faces == {repr(own): own.animation_data.action for own in (rig.data, head.data.shape_keys)}
    for frame in range(FRAMES):
        np.testing.assert_allclose(shown(head, 1 + frame), summed(head, moved(values_of(face), frame)), atol=2e-5)


def test_the_vrma_of_a_sentence_has_expressions_and_the_gaze(character: Path, tmp_path: Path) -> None:
    look = posed_face({"jawOpen": 0.6}, 20, gaze=[[0.3, -0.2], [0.3, -0.2]])
    save_motion(
        random_motion(UPPER, 20, angles=np.zeros((20, len(UPPER.angle_names)), "f4"), face=look), tmp_path / "A.npz"
    )
    main, library, target = addon("command.cli").main, tmp_path / "signs.blend", tmp_path / "sentence.vrma"
    assert main(["library", str(tmp_path), "-o", str(library)]) == 0
    assert main(["sentence", str(library), "A", "A", "-o", str(target), "--rig", f"{character}:Armature"]) == 0
    document, _ = glb = read_glb(target)
    vrma, (animation,) = document["extensions"]["VRMC_vrm_animation"], document["animations"]
    keyed = {channel["target"]["node"]: animation["samplers"][channel["sampler"]] for channel in animation["channels"]}
    values, wanted = vrma["expressions"]["preset"], values_of(look)
    for name in ("aa", "ou", "blinkLeft"):
        amounts = numbers(glb, keyed[values[name]["node"]]["output"])[:, 0]
        np.testing.assert_allclose(amounts, wanted[name][0], atol=1e-5)
    turns = numbers(glb, keyed[vrma["lookAt"]["node"]]["output"])
    assert len(turns) > 30 and np.abs(turns - turns[0]).max() < 1e-5
    x, y, z = Quaternion((turns[0, 3], *turns[0, :3])) @ Vector((0, 0, 1))
    assert (np.arctan2(x, z), np.arctan2(y, np.hypot(x, z))) == pytest.approx((0.3, -0.2), abs=1e-5)


def test_the_add_on_reads_a_vrma_that_was_written_without_blender(character: Path, tmp_path: Path) -> None:
    rig, head = opened_vrm(character)
    perfect_sync(rig, head)
    motion = random_motion(load_skeleton(Kind.FULL_BODY), FRAMES, face=random_face(FRAMES))
    assert motion.face is not None
    write_vrma(motion, tmp_path / "clip.vrma")
    render = bpy.context.scene.render
    render.fps, render.fps_base = 25, 1.0
    written = bpy.ops.import_scene.vrma(filepath=str(tmp_path / "clip.vrma"), armature_object_name=rig.name)
    assert written == {"FINISHED"}
    vrm, skeleton = rig.data.vrm_addon_extension.vrm1, motion.skeleton
    pose = forward_kinematics(skeleton, motion.angles.astype(np.float64), motion.lengths_of_bones())
    presets = carry_face(motion.face, recognise_face(WRITTEN, load_face_maps()), {})
    for frame in range(FRAMES):
        places = {name: matrix[:3, 3] for name, matrix in pose_matrices(rig, 1 + frame).items()}
        for name in WRITTEN:
            shown = rig.data.path_resolve(preview(name))
            assert shown == pytest.approx(presets[name][frame], abs=1e-5)
        for own in vrm.expressions.custom:
            value = motion.face.coefficients[frame, FACE_NAMES.index(own.custom_name)]
            assert own.preview in (0.0, pytest.approx(value, abs=1e-5))
        assert frame == 0 or sum(own.preview > 0.0 for own in vrm.expressions.custom) > 10
        for ours, (start, end) in LIMBS.items():
            bone = skeleton.names.index(ours)
            assert degrees(places[end] - places[start], pose.tails[frame, bone] - pose.heads[frame, bone]) < 0.1


WRITTEN = ("aa", "ih", "ou", "ee", "oh", "blinkLeft", "blinkRight")
LIMBS = {
    f"{ours}.{side[0].upper()}": (side + start, side + end)
    for side in ("left", "right")
    for ours, (start, end) in {
        "upper_arm": ("UpperArm", "LowerArm"),
        "forearm": ("LowerArm", "Hand"),
        "thigh": ("UpperLeg", "LowerLeg"),
        "shin": ("LowerLeg", "Foot"),
        "thumb.02": ("ThumbProximal", "ThumbDistal"),
    }.items()
}
