"""Signs of a library become a sentence, by the command and by the operator; Blender's evaluation is what tells."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from engine.motion import save_motion
from tests.blender.characters import UPPER, pose_matrices
from tests.blender.curves import angle_keys
from tests.blender.faced import shown, summed, with_keys
from tests.blender.faces import evaluated
from tests.blender.motions import addon, random_angles, random_motion
from tests.blender.rigs import rig_file
from tests.performed_faces import posed_face

RATE, FRAMES = 30.0, 24


#: What the faces of the signs do throughout; the third has none.
LOOKS = ({"jawOpen": 0.7, "mouthClose": 0.2}, {"browInnerUp": 0.6}, None)
KEYS = ("jawOpen", "mouthClose", "browInnerUp")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three signs, each a half wave between two poses."""
    for seed, name in enumerate(("ME", "HOUSE", "THANK YOU")):
        ends = random_angles(UPPER, 4, seed)[[0, 2]] * [[0.7], [0.7]]
        ends[:, :9] *= 0.1
        share = np.sin(np.linspace(0, np.pi, FRAMES))[:, None] * 0.3
        angles = UPPER.clamp((ends[0] + share * (ends[1] - ends[0])).astype(np.float32))
        still = np.tile(np.float32([0.0, 0.0, 2.5]), (FRAMES, 1))
        look = LOOKS[seed]
        face = None if look is None else posed_face(look, FRAMES)
        motion = random_motion(UPPER, FRAMES, RATE, angles=angles, translation=still, face=face)
        save_motion(motion, tmp_path / f"{name}.npz")
    assert command("library", *sorted(tmp_path.glob("*.npz")), "-o", tmp_path / "library.blend") == 0
    return tmp_path / "library.blend"


@pytest.fixture
def own(library: Path) -> Path:
    """The same signs of a character, which has a head with shape keys."""
    bpy.ops.wm.read_homefile(use_empty=True)
    rig, folder = rig_file(library.parent, with_head), library.parent
    assert command("library", *sorted(folder.glob("*.npz")), "-o", folder / "own.blend", "--rig", f"{rig}:rig") == 0
    return folder / "own.blend"


def with_head(rig: bpy.types.Object) -> None:
    with_keys(rig, "head", KEYS)


def command(*arguments: object) -> int:
    return addon("command.cli").main([*map(str, arguments)])


def opened(path: Path) -> bpy.types.Object:
    bpy.ops.wm.open_mainfile(filepath=str(path))
    (obj,) = (obj for obj in bpy.data.objects if obj.type == "ARMATURE")
    return obj


def test_a_sentence_is_one_action_of_all_signs_that_never_jumps(library: Path, tmp_path: Path) -> None:
    assert command("sentence", library, "me house", "Thank", "you", "-o", tmp_path / "sentence.blend") == 0
    obj = opened(tmp_path / "sentence.blend")
    (action,) = bpy.data.actions
    assert action == obj.animation_data.action and action.name == "me house Thank you"
    frames = range(bpy.context.scene.frame_start, bpy.context.scene.frame_end + 1)
    assert len(frames) > 2.5 * FRAMES and bpy.context.scene.render.fps == RATE
    hands = np.array([[pose_matrices(obj, frame)[f"hand.{side}"][:3, 3] for side in "LR"] for frame in frames])
    steps = np.linalg.norm(np.diff(hands, axis=0), axis=-1)
    assert 0.01 < steps.max() < 0.2, "metres a frame, of poses a metre apart"
    assert np.abs(np.diff(hands, n=2, axis=0)).max() < 0.5 * steps.max(), "a jump changes the speed by all of it"
    for angle in ("forearm.L.X", "upper_arm.R.Z"):
        keyed = angle_keys(obj, angle)
        assert keyed[:, 0].tolist() == [*frames]
        column = UPPER.angle_names.index(angle)
        assert keyed[:, 1].min() >= UPPER.lower[column] and keyed[:, 1].max() <= UPPER.upper[column]


def played(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Of the character of a file (F,B,4,4) its bones and (F,N,3) its face, as Blender evaluates them."""
    obj, mesh = opened(path), bpy.data.objects["head"]
    frames = range(bpy.context.scene.frame_start, bpy.context.scene.frame_end + 1)
    bones = np.array([[*pose_matrices(obj, frame).values()] for frame in frames])
    return bones, np.array([shown(mesh, frame) for frame in frames])


def test_a_character_signs_the_same_by_its_own_library_as_by_ours_with_its_face(
    library: Path, own: Path, tmp_path: Path
) -> None:
    rig = f"{tmp_path / 'rigs' / 'rig.blend'}:rig"
    assert command("sentence", library, "HOUSE ME THANK YOU", "-o", tmp_path / "s.blend", "--rig", rig) == 0
    assert command("sentence", own, "house me thank you", "-o", tmp_path / "own_s.blend") == 0
    bones, faces = played(tmp_path / "own_s.blend")
    assert {action.name for action in bpy.data.actions} == {
        "mine",
        *(f"house me thank you{end}" for end in ("", ", face")),
    }
    mesh, middle = bpy.data.objects["head"], FRAMES // 2
    for look, frame in zip((LOOKS[1], LOOKS[0], {}), (middle, len(faces) // 2, -middle), strict=True):
        np.testing.assert_allclose(faces[frame], summed(mesh, look or {}), atol=1e-5)
    assert len(bones) > 2.5 * FRAMES and np.abs(np.diff(bones, axis=0)).max() > 0.01
    steps = np.linalg.norm(np.diff(faces, axis=0), axis=-1).max(axis=1)
    assert 0 < steps.max() < 0.35 * np.linalg.norm(faces[middle] - faces[-middle], axis=-1).max(), "a mouth that jumps"
    by_ours, faces_by_ours = played(tmp_path / "s.blend")
    np.testing.assert_allclose(bones, by_ours, atol=1e-5)
    np.testing.assert_allclose(faces, faces_by_ours, atol=1e-5)


def test_the_face_of_our_armature_and_its_head_come_back_in_a_sentence(library: Path, tmp_path: Path) -> None:
    assert command("sentence", library, "ME HOUSE THANK YOU", "-o", tmp_path / "sentence.blend") == 0
    obj = opened(tmp_path / "sentence.blend")
    (mesh,) = (
        mesh
        for mesh in obj.children
        if mesh.data.shape_keys is not None and "jawOpen" in mesh.data.shape_keys.key_blocks
    )
    last = bpy.context.scene.frame_end
    for look, frame in zip(LOOKS, (FRAMES // 2, last // 2, last - FRAMES // 2), strict=True):
        values = evaluated(mesh, frame).data.shape_keys.key_blocks
        own = evaluated(obj, frame).pose.bones["head"]
        for name in KEYS:
            wanted = (look or {}).get(name, 0.0)
            assert own[name] == pytest.approx(wanted, abs=1e-5)
            assert values[name].value == pytest.approx(wanted, abs=1e-5)


def test_the_operator_chains_signs_of_the_file_and_keeps_what_was_played(library: Path) -> None:
    obj = opened(library)
    bpy.context.view_layer.objects.active = obj
    earlier, count = obj.animation_data.action, len(bpy.data.actions)
    assert bpy.ops.object.sign_mocap_sentence(glosses="ME ME") == {"FINISHED"}
    assert obj.animation_data.action.name == "ME ME" and obj.animation_data.action.asset_data is None
    assert len(bpy.data.actions) == count + 1 and earlier.use_fake_user
    with pytest.raises(RuntimeError, match=r"no sign for MEE \(near ME\), XY\."):
        bpy.ops.object.sign_mocap_sentence(glosses="MEE ME XY")
    assert obj.animation_data.action.name == "ME ME" and len(bpy.data.actions) == count + 1


def test_the_operator_lets_a_character_sign_what_our_armature_is_known_to(own: Path) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(own))
    assert bpy.context.view_layer.objects.active.name == "rig"
    assert bpy.ops.object.sign_mocap_sentence(glosses="ME HOUSE") == {"FINISHED"}
    action, mesh = bpy.data.objects["rig"].animation_data.action, bpy.data.objects["head"]
    assert action.name == "ME HOUSE" and action.frame_range[1] > 1.5 * FRAMES
    np.testing.assert_allclose(shown(mesh, FRAMES // 2), summed(mesh, LOOKS[0] or {}), atol=1e-5)


def test_signs_are_known_where_they_were_appended(library: Path) -> None:
    """Blender drops the metadata of an asset that is appended; the action's own properties stay."""
    obj = opened(library)
    bpy.ops.wm.read_homefile(use_empty=True)
    libraries: Any = bpy.data.libraries
    with libraries.load(str(library)) as (_, wanted):
        wanted.actions, wanted.objects = ["HOUSE", "ME"], ["signer"]
    obj = bpy.data.objects["signer"]
    bpy.context.scene.collection.objects.link(obj)
    for action in bpy.data.actions:
        action.asset_clear()
    bpy.context.view_layer.objects.active = obj
    assert bpy.ops.object.sign_mocap_sentence(glosses="HOUSE ME") == {"FINISHED"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ME", "-o", "s.csv"), "must end in"),
        (("HOUS", "-o", "s.blend"), "There is no sign for HOUS (near HOUSE)."),
        (("ME", "-o", "library.blend"), "is the library itself"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    arguments: tuple[str, ...], said: str, library: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = library.read_bytes()
    *others, output = arguments
    assert command("sentence", library, *others, tmp_path / output) == 1
    assert said in capfd.readouterr().err and library.read_bytes() == before
    assert not (tmp_path / "s.blend").exists()


def test_a_library_that_lost_its_armature_is_a_sentence(
    own: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(own))
    bpy.data.objects.remove(bpy.data.objects["signer"])
    bpy.ops.wm.save_mainfile()
    assert command("sentence", own, "ME", "-o", tmp_path / "s.blend") == 1
    assert f"{own} does not have the armature of its signs; make it by `library` again." in capfd.readouterr().err
