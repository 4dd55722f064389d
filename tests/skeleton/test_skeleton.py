"""The table: what the design asks of it, for every joint."""

import tomllib

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix, matrix_to_euler
from engine.keypoints import HAND_NAMES, POSE_NAMES, Side
from engine.skeleton import (
    Kind,
    Skeleton,
    body_skeleton,
    forward_kinematics,
    hand_skeleton,
    joint_positions,
    legs_skeleton,
    load_skeleton,
)
from engine.skeleton.table import SKELETONS

UPPER, FULL = load_skeleton(), load_skeleton(Kind.FULL_BODY)


def test_the_skeletons_have_the_angles_of_the_paper() -> None:
    assert (len(UPPER.angle_names), len(FULL.angle_names)) == (71, 81)
    assert (len(body_skeleton().angle_names), len(body_skeleton(Kind.FULL_BODY).angle_names)) == (19, 29)
    assert len(legs_skeleton().angle_names) == 3 + 10
    assert len(hand_skeleton(Side.LEFT).angle_names) == len(hand_skeleton(Side.RIGHT).angle_names) == 26


def test_joints_bear_mediapipe_names() -> None:
    assert {f"{side}_hand_{name}" for side in Side for name in HAND_NAMES} <= set(FULL.joints)
    body_points = [*POSE_NAMES[:17], "left_hip", "right_hip"]
    assert set(body_points) <= set(UPPER.joints)
    assert {*body_points, *POSE_NAMES[25:]} <= set(FULL.joints)
    assert len(set(FULL.joints)) == len(FULL.joints)


def test_a_full_body_is_the_upper_body_with_legs() -> None:
    own = [FULL.names.index(name) for name in UPPER.names]
    np.testing.assert_array_equal(FULL.rest[own], UPPER.rest)
    np.testing.assert_array_equal(FULL.lengths[own], UPPER.lengths)
    assert [FULL.bones[i].limits for i in own] == [bone.limits for bone in UPPER.bones]
    added = {bone.name.split(".")[0] for bone in FULL.bones} - {bone.name.split(".")[0] for bone in UPPER.bones}
    assert added == {"thigh", "shin", "foot", "heel"}


def test_legs_bend_the_way_that_legs_do() -> None:
    """Forwards is -Y: a thigh flexes forwards, a shin backwards, a foot's tip upwards; thighs spread outwards."""
    legs = legs_skeleton()

    def moved(bone: str, axis: str, joint: str) -> np.ndarray:
        angles = np.zeros((2, len(legs.freedoms)))
        angles[1, legs.angle_names.index(f"{bone}.R.{axis}")] = 0.3
        points = joint_positions(legs, forward_kinematics(legs, angles, legs.lengths))
        return np.diff(points[:, legs.joints.index(f"right_{joint}")], axis=0)[0]

    assert moved("thigh", "X", "knee")[1] < -0.1
    assert moved("shin", "X", "ankle")[1] > 0.1
    assert moved("foot", "X", "foot_index")[2] > 0.03
    assert moved("thigh", "Z", "knee")[0] > 0.1  # towards the other leg
    assert moved("thigh", "Y", "foot_index")[0] < -0.03  # outwards


@pytest.mark.parametrize(
    "skeleton", [UPPER, FULL, body_skeleton(), legs_skeleton(), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)]
)
def test_parents_come_first(skeleton: Skeleton) -> None:
    assert skeleton.parents[0] == -1
    assert all(0 <= parent < joint for joint, parent in enumerate(skeleton.parents) if joint)
    assert all(parent < bone for bone, parent in enumerate(skeleton.bone_parents))


def test_every_limit_has_a_citation_and_every_rest_frame_is_a_rotation() -> None:
    entries = [entry for path in SKELETONS.glob("*.toml") for entry in tomllib.loads(path.read_text())["bone"]]
    limits = [limit for entry in entries for limit in entry.get("limits", {}).values()]
    assert limits
    assert all(len(limit["source"]) > 10 for limit in limits)
    np.testing.assert_allclose(np.linalg.det(FULL.rest), 1.0, atol=1e-12)


def test_left_is_the_mirror_image_of_right() -> None:
    for bone in FULL.bones:
        if not bone.name.endswith(".R"):
            continue
        left = FULL.bones[FULL.names.index(str(bone.mirror))]
        angles = {axis: 0.3 * upper + 0.1 for axis, (_, upper) in bone.limits.items()}
        right_turn = euler_to_matrix(np.array([angles.get(axis, 0.0) for axis in "XYZ"]), bone.order)
        signs = {"X": 1.0, "Y": -1.0, "Z": -1.0}
        left_turn = euler_to_matrix(np.array([signs[axis] * angles.get(axis, 0.0) for axis in "XYZ"]), left.order)
        mirror = np.diag([-1.0, 1.0, 1.0])
        np.testing.assert_allclose(left.rest @ left_turn, mirror @ bone.rest @ right_turn @ mirror, atol=1e-12)
        assert {
            a: (-upper, -lower) if a != "X" else (lower, upper) for a, (lower, upper) in bone.limits.items()
        } == left.limits


@pytest.mark.parametrize("bone", [b for b in FULL.bones[1:] if b.limits], ids=lambda b: b.name)
def test_every_legal_pose_is_the_euler_solution_that_blender_picks(bone) -> None:
    """Blender picks the triple of least |x|+|y|+|z|: a sum below 270 degrees, middle within 88."""
    widest = {axis: max(map(abs, limit)) for axis, limit in bone.limits.items()}
    assert np.degrees(sum(widest.values())) < 270.0
    assert np.degrees(widest.get(bone.order[1], 0.0)) <= 88.0
    random = np.random.default_rng(0)
    angles = np.zeros((4000, 3))
    for axis, (lower, upper) in bone.limits.items():
        draw = random.uniform(lower, upper, len(angles))
        angles[:, "XYZ".index(axis)] = np.where(
            random.random(len(angles)) < 0.3, np.where(draw > 0, upper, lower), draw
        )
    found = matrix_to_euler(euler_to_matrix(angles, bone.order), bone.order)
    np.testing.assert_allclose(found, angles, atol=1e-9)


def test_clamp_keeps_float32_angles_inside_and_leaves_the_root_alone() -> None:
    angles = np.random.default_rng(0).uniform(-7, 7, (300, len(FULL.freedoms))).astype(np.float32)
    clamped = FULL.clamp(angles)
    assert clamped.dtype == np.float32
    inside = clamped[:, 3:].astype(np.float64)
    assert (inside >= FULL.lower[3:]).all()
    assert (inside <= FULL.upper[3:]).all()
    np.testing.assert_array_equal(clamped[:, :3], angles[:, :3])
