"""The measures of the retargeting fail where the retargeting does."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import HAND_NAMES, Side
from engine.training.measuring.joints import Joints
from engine.training.measuring.metrics import angles_between, rotations_apart
from tests.blender.motions import addon

contacts_by_mesh = addon("measuring.contacts").contacts_by_mesh
contacts_by_proportions = addon("measuring.contacts").contacts_by_proportions
touched_frames = addon("measuring.contacts").touched_frames
key_turns = addon("measuring.keys").key_turns
find_vertices = addon("measuring.mesh").find_vertices
texture_of = addon("measuring.mesh").texture_of
Errors = addon("measuring.orientation").Errors
orientation_errors = addon("measuring.orientation").orientation_errors
palm_frame = addon("measuring.orientation").palm_frame
span = addon("measuring.orientation").span
Played = addon("measuring.played").Played
part_of = addon("measuring.played").part_of
play = addon("measuring.played").play
read_played = addon("measuring.played").read_played
RIGS = addon("measuring.rigs").RIGS
open_rig = addon("measuring.rigs").open_rig
signer = addon("measuring.rigs").signer
random_performance = addon("measuring.source").random_performance
TOUCH = addon("measuring.touching").TOUCH
touching_poses = addon("measuring.touching").touching_poses
HAND = addon("measuring.vectors").HAND
turns_by_vectors = addon("measuring.vectors").turns_by_vectors

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
METARIG = next(rig for rig in RIGS if rig.name == "Rigify metarig")
MOTION = random_performance(4)


def measured(obj: bpy.types.Object, bones: dict[str, tuple[str, ...]]) -> Any:
    return orientation_errors(read_played(obj, bones, len(MOTION.angles)), MOTION, METARIG.twists)


@pytest.fixture
def obj() -> bpy.types.Object:
    rig = open_rig(METARIG, DATA)
    play(rig, MOTION, contacts=0)
    assert rig.pose.bones["f_index.03.L"].rotation_mode == "QUATERNION"
    return rig


def test_what_the_addon_keys_has_no_error(obj: bpy.types.Object) -> None:
    errors = measured(obj, METARIG.bones())
    assert len(errors.direction) == 36
    assert max(row.max() for row in (*errors.direction.values(), *errors.rotation.values())) < 0.01


def test_a_wrong_roll_is_an_error_of_orientation_alone(obj: bpy.types.Object) -> None:
    bone = obj.pose.bones["f_index.03.L"]
    for frame in range(1, 1 + len(MOTION.angles)):
        bpy.context.scene.frame_set(frame)
        bone.matrix_basis = bone.matrix_basis @ Matrix.Rotation(0.2, 4, "Y")
        bone.keyframe_insert("rotation_quaternion", frame=frame)
    errors = measured(obj, METARIG.bones())
    np.testing.assert_allclose(errors.rotation["f_index.03.L"], np.degrees(0.2), atol=0.01)
    assert errors.direction["f_index.03.L"].max() < 0.01 and errors.rotation["f_index.02.L"].max() < 0.01


def test_swapped_bones_are_an_error(obj: bpy.types.Object) -> None:
    bones = METARIG.bones()
    for k in (1, 2, 3):
        index, middle = f"f_index.0{k}.L", f"f_middle.0{k}.L"
        bones[index], bones[middle] = bones[middle], bones[index]
    errors = measured(obj, bones)
    assert np.median(errors.direction["f_index.01.L"]) > 5.0 and errors.direction["f_ring.02.L"].max() < 0.01


def test_keys_by_turns_are_the_turns(obj: bpy.types.Object) -> None:
    played = read_played(obj, METARIG.bones(), len(MOTION.angles))
    turns = {bones[-1]: played.moved.turns[name] @ played.rest.turns[name].T for name, bones in METARIG.bones().items()}
    again = open_rig(METARIG, DATA)
    key_turns(again, turns)
    shown = read_played(again, METARIG.bones(), len(MOTION.angles))
    for name in shown.moved.turns:
        np.testing.assert_allclose(shown.moved.turns[name], played.moved.turns[name], atol=1e-5, err_msg=name)


def landmarks(played: Any) -> Joints:
    """What MediaPipe would say if it were right."""
    at = dict[str, np.ndarray]()
    for side, letter in zip(Side, "LR", strict=True):
        heads = {name[:-2]: head for name, head in played.moved.heads.items() if name.endswith(letter)}
        at |= {f"{side}_{point}": heads[name] for point, name in (("shoulder", "upper_arm"), ("elbow", "forearm"))}
        at |= {f"{side}_wrist": heads["hand"], f"{side}_hand_wrist": heads["hand"]}
        at[f"{side}_hip"] = heads["upper_arm"] - [0.0, 0.0, 0.5]
        for finger, names in HAND.items():
            for k, name in enumerate(names, start=1):
                at[f"{side}_hand_{name}"] = heads[f"{finger}.0{k}"] if k < 4 else played.tip(f"{finger}.{letter}")
    assert {name for name in at if "left_hand_" in name} == {f"left_hand_{name}" for name in HAND_NAMES}
    positions = np.stack(list(at.values()), axis=1) @ CAMERA_FROM_BLENDER.T
    return Joints(tuple(at), positions, np.ones((len(positions), 3), bool))


def test_vectors_of_true_landmarks_point_where_the_bones_do(obj: bpy.types.Object) -> None:
    played = read_played(obj, METARIG.bones(), len(MOTION.angles))
    turns = turns_by_vectors(landmarks(played), played)
    for name in played.rest.heads:
        if not name.startswith("hand"):
            shown = turns[name] @ span(played, played.rest, name)
            assert angles_between(shown, span(played, played.moved, name)).max() < 0.01, name
    hand = turns["hand.L"] @ palm_frame(played, played.rest, "L")
    assert rotations_apart(hand, palm_frame(played, played.moved, "L")).max() < 10.0  # the rig's palms bend


def test_the_correction_brings_what_touches_nearer() -> None:
    motion = random_performance(300, seed=1)
    near = part_of(motion, np.flatnonzero(touched_frames(motion))[:6])
    assert len(near.angles) == 6
    near = replace(near, lengths=near.lengths * 1.15)  # proportions that are not the rig's
    errors = contacts_by_proportions(open_rig(METARIG, DATA), METARIG, near)
    assert np.median(errors.corrected) < np.median(errors.without)


def test_a_vertex_that_a_mesh_lacks_is_told() -> None:
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=4, y_subdivisions=4)
    mesh = bpy.context.view_layer.objects.active
    place = texture_of(mesh)[7]
    assert find_vertices(mesh, {"here": place}) == {"here": 7}
    with pytest.raises(ValueError, match="nowhere"):
        find_vertices(mesh, {"nowhere": place + 0.01})


def test_characters_touch_where_the_first_one_does() -> None:
    rig, other = signer(1), signer(2)
    try:
        obj = open_rig(rig, DATA)
    except FileNotFoundError as error:
        pytest.skip(f"NOT TESTED: {error}")
    touching = touching_poses(obj, rig)
    skeleton, angles = touching.performance.skeleton, touching.performance.angles
    assert len(touching.pairs) > 100 and touching.apart.max() < TOUCH
    assert (angles >= skeleton.lower).all() and (angles <= skeleton.upper).all()
    errors = contacts_by_mesh(open_rig(other, DATA), other, touching)
    assert np.median(errors.corrected) < np.median(errors.without)
