"""A character shows the face: by Blender's evaluation of its shape keys, its eyes and its jaw."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from engine.face.face import Face
from engine.face.names import FACE_NAMES
from engine.retarget.face.carry import carry_face
from engine.retarget.face.map_files import load_face_maps
from engine.retarget.face.recognise import recognise_face
from tests.blender.characters import FIRST, carry, edit_bones, signer
from tests.blender.curves import fcurves, keys
from tests.blender.faced import FRAMES, coordinates, faced, looks, play, shaped, shown, summed, told, with_keys
from tests.blender.motions import addon
from tests.blender.rigs import as_saved, opened, rig_file
from tests.blender.scene import SAMPLE
from tests.faces import random_face, seen_face
from tests.performed_faces import posed_face

VOWELS = ("A", "I", "U", "E", "O", "Blink_L", "Blink_R")


def weights(face: Face, names: tuple[str, ...], frame: int) -> dict[str, float]:
    """What the engine gives keys of these names."""
    values = carry_face(face, recognise_face(names, load_face_maps()), {})
    return {name: value[frame] for name, value in values.items()}


@pytest.mark.parametrize("kind", ["arkit", "viseme_"])
def test_a_characters_mesh_is_its_base_and_the_weighted_shapes(kind: str) -> None:
    rig, mesh = shaped(kind)
    face, base = random_face(3), coordinates(mesh.data.vertices)
    names = tuple(block.name for block in mesh.data.shape_keys.key_blocks[1:])
    play(rig, face)
    for frame in range(3):
        seen = shown(mesh, FIRST + frame)
        np.testing.assert_allclose(seen, summed(mesh, weights(face, names, frame)), atol=2e-5)
        assert frame == 0 or np.linalg.norm(seen - base, axis=1).max() > 0.005


def test_several_meshes_have_each_their_own_keys() -> None:
    rig, meshes = faced(FACE_NAMES, ("jawOpen", "tongueOut"), ("Fat",), ())
    face = random_face(FRAMES)
    play(rig, face)
    values = dict(zip(FACE_NAMES, face.coefficients[2].tolist(), strict=True))
    own = [values, {name: values[name] for name in ("jawOpen", "tongueOut")}, {}, {}]
    for mesh, wanted in zip(meshes, own, strict=True):
        np.testing.assert_allclose(shown(mesh, FIRST + 2), summed(mesh, wanted), atol=1e-5)
    assert [mesh.data.shape_keys.animation_data is None for mesh in meshes] == [False, False, True, True]
    assert len(bpy.data.actions) == 3


def test_a_vrm_character_speaks_with_its_vowels() -> None:
    rig, (mesh,) = faced((*VOWELS, "Joy"))
    face = random_face(FRAMES)
    play(rig, face)
    np.testing.assert_allclose(shown(mesh, FIRST + 2), summed(mesh, weights(face, (*VOWELS, "Joy"), 2)), atol=1e-5)
    assert "; face: VRM, 8 keys, without " in told(rig)


def test_a_mesh_that_a_bone_carries_is_keyed_too() -> None:
    rig, _ = faced(())
    mesh = with_keys(rig, "teeth", ("jawOpen", "tongueOut"))
    mesh.modifiers.clear()
    mesh.parent, mesh.parent_type, mesh.parent_bone = rig, "BONE", "spine.006"
    play(rig, posed_face({"jawOpen": 0.5}))
    assert fcurves(mesh.data.shape_keys)['key_blocks["jawOpen"].value', 0].evaluate(FIRST) == pytest.approx(0.5)


def test_an_earlier_action_is_kept_and_what_it_alone_moved_goes_to_rest() -> None:
    rig, (mesh,) = faced(("jawOpen", "mouthClose", "Fat"))
    blocks = mesh.data.shape_keys.key_blocks
    for name in ("jawOpen", "Fat"):
        blocks[name].value = 0.7
        blocks[name].keyframe_insert("value", frame=1)
    earlier = mesh.data.shape_keys.animation_data.action
    play(rig, posed_face({"jawOpen": 0.2}, FRAMES))
    action = mesh.data.shape_keys.animation_data.action
    assert earlier.use_fake_user and action != earlier
    assert {path for path, _ in fcurves(mesh.data.shape_keys)} == {
        f'key_blocks["{name}"].value' for name in ("jawOpen", "mouthClose")
    }
    np.testing.assert_allclose(shown(mesh, FIRST), summed(mesh, {"jawOpen": 0.2}), atol=1e-5)


def test_a_motion_without_a_face_leaves_the_face_alone() -> None:
    rig, (mesh,) = faced(("jawOpen", "mouthClose"))
    mesh.data.shape_keys.key_blocks["jawOpen"].keyframe_insert("value", frame=1)
    earlier = mesh.data.shape_keys.animation_data.action
    play(rig, None)
    assert mesh.data.shape_keys.animation_data.action == earlier
    assert not any("eye" in path or "jaw" in path for path, _ in fcurves(rig))


def test_driven_keys_are_left_alone_and_named() -> None:
    rig, (mesh,) = faced(("jawOpen", "mouthClose", "browInnerUp"))
    driver = mesh.data.shape_keys.key_blocks["jawOpen"].driver_add("value").driver
    driver.type, driver.expression = "SCRIPTED", "0.25"
    play(rig, posed_face({"jawOpen": 0.9, "browInnerUp": 0.5}))
    np.testing.assert_allclose(shown(mesh, FIRST), summed(mesh, {"jawOpen": 0.25, "browInnerUp": 0.5}), atol=1e-5)
    assert "; not to be keyed are jawOpen, driven or linked" in told(rig)


def test_values_stay_within_each_sliders_own_range() -> None:
    rig, meshes = faced(("jawOpen", "mouthClose"), ("jawOpen",))
    meshes[0].data.shape_keys.key_blocks["jawOpen"].slider_max = 0.5
    meshes[1].data.shape_keys.key_blocks["jawOpen"].slider_max = 0.3
    play(rig, posed_face({"jawOpen": 0.9}))
    for mesh, most in zip(meshes, (0.5, 0.3), strict=True):
        np.testing.assert_allclose(shown(mesh, FIRST), summed(mesh, {"jawOpen": most}), atol=1e-5)


def test_options_of_strength_sides_and_rest() -> None:
    rig, (mesh,) = faced(FACE_NAMES)
    coefficients = np.zeros((2, len(FACE_NAMES)))
    for name, value in {"browDownLeft": 0.4, "eyeBlinkLeft": 0.5, "mouthSmileLeft": 0.6, "jawOpen": 0.5}.items():
        coefficients[1, FACE_NAMES.index(name)] = value
    coefficients[0, FACE_NAMES.index("jawOpen")] = 0.2
    options = {"face_brows": 2.0, "face_eyes": 0.0, "face_mouth": 0.5, "face_mirrored": True, "face_neutral": FIRST}
    play(rig, seen_face(coefficients), **options)
    wanted = {"browDownRight": 0.8, "mouthSmileRight": 0.3, "jawOpen": 0.3 / 0.8 / 2}
    np.testing.assert_allclose(shown(mesh, FIRST + 1), summed(mesh, wanted), atol=1e-5)
    np.testing.assert_allclose(shown(mesh, FIRST), summed(mesh, {}), atol=1e-5)


def wanted_look(yaw: float, pitch: float) -> np.ndarray:
    return np.array([np.sin(yaw) * np.cos(pitch), -np.cos(yaw) * np.cos(pitch), np.sin(pitch)])


@pytest.mark.parametrize("facing", [0.0, 2.0])
def test_eyes_look_where_the_performers_do_from_the_head_whatever_their_rolls(facing: float) -> None:
    rig, _ = faced(())
    with edit_bones(rig) as bones:
        for name, roll in {"eye.L": 1.0, "eye.R": -2.3}.items():
            bones[name].roll, bones[name].tail = roll, bones[name].tail + bones[name].vector * 0.5
            bones[name].tail.z += 0.03
    rig.rotation_euler.z = facing
    rig.pose.bones["eye.R"].rotation_mode = "ZXY"
    bpy.context.view_layer.update()
    face = random_face(FRAMES)
    play(rig, face)
    for frame in range(FRAMES):
        for eye, name in enumerate(("eye.L", "eye.R")):
            look = looks(rig, name, "spine.006", FIRST + frame)
            np.testing.assert_allclose(look, wanted_look(*face.gaze[frame, eye].tolist()), atol=1e-4)


def test_the_jaws_bone_opens_the_mouth_where_no_key_does() -> None:
    rig, (mesh,) = faced(("browInnerUp", "browDownLeft"))
    play(rig, posed_face({"jawOpen": 1.0, "mouthClose": 0.5, "browInnerUp": 0.4}))
    look = looks(rig, "jaw", "spine.006", FIRST)
    assert np.degrees(np.arctan2(-look[2], -look[1])) == pytest.approx(9.0, abs=0.01)
    assert "jawOpen" not in told(rig) and "jawLeft, jawRight" not in told(rig).split("without")[0]
    with_keys(rig, "teeth", ("jawOpen",))
    play(rig, posed_face({"jawOpen": 1.0}))
    assert not any('"jaw"' in path for path, _ in fcurves(rig))
    assert shown(mesh, FIRST) is not None


def test_a_look_key_that_moves_what_an_eyes_bone_turns_is_left_to_the_bone() -> None:
    rig, (head, eyes) = faced(("eyeLookOutLeft", "jawOpen"), ("eyeLookOutLeft", "jawOpen"))
    eyes.vertex_groups.new(name="eye.L").add(range(6), 1.0, "REPLACE")
    face = posed_face({"eyeLookOutLeft": 0.8, "jawOpen": 0.5}, gaze=[[0.4, 0.1], [0.4, 0.1]])
    play(rig, face)
    np.testing.assert_allclose(shown(head, FIRST), summed(head, {"eyeLookOutLeft": 0.8, "jawOpen": 0.5}), atol=1e-5)
    np.testing.assert_allclose(shown(eyes, FIRST), summed(eyes, {"jawOpen": 0.5}), atol=1e-5)


def test_what_the_armature_of_ours_plays_is_carried_edits_included() -> None:
    source, (rig, (mesh,)) = signer(), faced(FACE_NAMES)
    bone = source.pose.bones["head"]
    for name in FACE_NAMES:
        bone[name] = 0.0
    for name in ("gaze_yaw_left", "gaze_pitch_left", "gaze_yaw_right", "gaze_pitch_right"):
        bone[name] = 0.1
    bone["browInnerUp"] = 0.25
    for frame, value in ((FIRST, 0.0), (FIRST + 2, 0.8)):
        bone["jawOpen"] = value
        bone.keyframe_insert('["jawOpen"]', frame=frame)
    carry(source, rig)
    curve = fcurves(mesh.data.shape_keys)['key_blocks["jawOpen"].value', 0]
    wanted = [fcurves(source)['pose.bones["head"]["jawOpen"]', 0].evaluate(frame) for frame in range(FIRST, FIRST + 3)]
    np.testing.assert_allclose(keys(curve)[:3, 1], wanted, atol=1e-6)
    np.testing.assert_allclose(shown(mesh, FIRST), summed(mesh, {"browInnerUp": 0.25}), atol=1e-5)
    np.testing.assert_allclose(looks(rig, "eye.L", "spine.006", FIRST), wanted_look(0.1, 0.1), atol=1e-4)


def test_the_mesh_of_a_library_is_left_alone_and_named(tmp_path: Path) -> None:
    faced(("jawOpen", "mouthClose"))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True)
    libraries: Any = bpy.data.libraries
    with libraries.load(str(tmp_path / "library.blend"), link=True) as (_, target):
        target.objects = ["metarig", "mesh 0"]
    for obj in target.objects:
        bpy.context.scene.collection.objects.link(obj)
    rig = target.objects[0].override_create(remap_local_usages=True)
    target.objects[1].override_create(remap_local_usages=True).modifiers["Armature"].object = rig
    play(rig, posed_face({"jawOpen": 0.9}))
    assert "; not to be keyed are jawOpen, mouthClose, driven or linked" in told(rig)


OWN = 'name = "Puppet"\nsource = "me"\n[keys]\n"open" = "jawOpen"\n"up {S}" = "browOuterUp{Side}"\n'


def faced_file(folder: Path) -> Path:
    rig_file(folder, as_saved)
    with_keys(bpy.data.objects["rig"], "head", ("open", "up L", "up R"))
    path = folder / "rigs" / "faced.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    return path


@pytest.mark.parametrize(
    ("text", "choice", "reason"),
    [
        (OWN, "own.toml", ""),
        (
            OWN.replace("jawOpen", "jawWide"),
            "own.toml",
            "own.toml is no face map: 'jawWide' of 'open' is no coefficient",
        ),
        (OWN, "Muppet", "There is no face map 'Muppet'; choose one of ARKit, "),
    ],
)
def test_the_command_line_takes_a_map_of_the_users_own(
    text: str, choice: str, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "own.toml").write_text(text)
    rig, target = faced_file(tmp_path), tmp_path / "result.blend"
    choice = str(tmp_path / choice) if choice.endswith(".toml") else choice
    arguments = ["--end", "0.2", "--start", "0.1", str(SAMPLE), "-o", str(target), "--rig", f"{rig}:rig"]
    status = addon("command.cli").main([*arguments, "--face-map", choice])
    written = capfd.readouterr()
    assert (status, reason in written.err) == (int(bool(reason)), True), written.err
    if not reason:
        assert "; face: Puppet, 3 keys, without " in written.out


def test_a_users_own_map_comes_before_those_that_ship() -> None:
    known = addon("character.known_maps")
    own = known.user_folder("faces", create=True) / "own.toml"
    own.write_text(OWN.replace('"open"', '"jawOpen"').replace("up {S}", "tongueOut"))
    try:
        rig, _ = faced(("jawOpen", "tongueOut"))
        assert "; face: Puppet, 2 keys" in told(rig)
        own.write_text("name = 3")
        with pytest.raises(Exception, match=r"own\.toml is no face map: its name has to be a text"):
            told(rig)
    finally:
        own.unlink()


def test_a_map_that_claims_to_be_proven_is_proven_here() -> None:
    assert {known.name for known in load_face_maps() if known.proven} == {"ARKit", "Oculus visemes"}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("rigs/geneva/GenevaModel_v2_Tpose_Final.fbx", "b_l_eye b_r_eye b_jaw"),
        ("rigs/vrm/basic_armature.blend", "eye.L eye.R"),
    ],
)
def test_eyes_of_stored_rigs_look_where_the_performers_do(path: str, names: str) -> None:
    rig = opened(path)
    face = random_face(FRAMES)
    play(rig, face)
    found = addon("character.character").CharacterObject.of(rig)
    assert {bone.name for bone in found.face.bones.values()} == {*names.split()}
    head = found.character.rig.names[found.character.match.bones["head"][0]]
    front = rig.matrix_world.to_3x3().normalized().inverted()
    for frame in range(FRAMES):
        for eye, name in enumerate(names.split()[:2]):
            look = looks(rig, name, head, FIRST + frame, np.array(front)[:, 1] * -1.0)
            wanted = np.array(front) @ wanted_look(*face.gaze[frame, eye].tolist())
            np.testing.assert_allclose(look, wanted, atol=1e-3)
