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
from tests.blender.motions import addon, random_angles, random_motion
from tests.blender.rigs import rig_file

RATE, FRAMES = 30.0, 24


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three signs, each a half wave between two poses."""
    for seed, name in enumerate(("ME", "HOUSE", "THANK YOU")):
        ends = random_angles(UPPER, 4, seed)[[0, 2]] * [[0.7], [0.7]]
        ends[:, :9] *= 0.1
        share = np.sin(np.linspace(0, np.pi, FRAMES))[:, None] * 0.3
        angles = UPPER.clamp((ends[0] + share * (ends[1] - ends[0])).astype(np.float32))
        still = np.tile(np.float32([0.0, 0.0, 2.5]), (FRAMES, 1))
        motion = random_motion(UPPER, FRAMES, RATE, angles=angles, translation=still)
        save_motion(motion, tmp_path / f"{name}.npz")
    assert command("library", *sorted(tmp_path.glob("*.npz")), "-o", tmp_path / "library.blend") == 0
    return tmp_path / "library.blend"


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


def test_a_character_signs_a_sentence(library: Path, tmp_path: Path) -> None:
    bpy.ops.wm.read_homefile(use_empty=True)
    rig = rig_file(tmp_path)
    assert command("sentence", library, "HOUSE ME", "-o", tmp_path / "s.blend", "--rig", f"{rig}:rig") == 0
    obj = opened(tmp_path / "s.blend")
    assert bpy.context.scene.frame_end > 1.5 * FRAMES
    assert np.abs(pose_matrices(obj, 1)["hand.R"] - pose_matrices(obj, 20)["hand.R"]).max() > 0.01


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
