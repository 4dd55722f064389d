"""The table: what the design asks of it, for every joint."""

import tomllib

import numpy as np
import pytest

from engine.bones import SKELETONS
from engine.keypoints import HAND_NAMES, POSE_NAMES
from engine.rotations import euler_to_matrix, matrix_to_euler
from engine.skeleton import (
    Skeleton,
    body_skeleton,
    hand_skeleton,
    load_skeleton,
)

FULL = load_skeleton()


def test_the_three_skeletons_have_the_angles_of_the_paper() -> None:
    assert len(FULL.angle_names) == 71
    assert len(body_skeleton().angle_names) == 19
    assert len(hand_skeleton("left").angle_names) == len(hand_skeleton("right").angle_names) == 26


def test_joints_bear_mediapipe_names() -> None:
    assert {f"{side}_hand_{name}" for side in ("left", "right") for name in HAND_NAMES} <= set(FULL.joints)
    body_points = [*POSE_NAMES[:17], "left_hip", "right_hip"]
    assert set(body_points) <= set(FULL.joints)
    assert len(set(FULL.joints)) == len(FULL.joints)


@pytest.mark.parametrize("skeleton", [FULL, body_skeleton(), hand_skeleton("left"), hand_skeleton("right")])
def test_parents_come_first(skeleton: Skeleton) -> None:
    assert skeleton.parents[0] == -1
    assert all(0 <= parent < joint for joint, parent in enumerate(skeleton.parents) if joint)
    assert all(parent < bone for bone, parent in enumerate(skeleton.bone_parents))


def test_every_limit_has_a_citation_and_every_rest_frame_is_a_rotation() -> None:
    with (SKELETONS / "upper_body.toml").open("rb") as file:
        entries = tomllib.load(file)["bone"]
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
    angles = np.random.default_rng(0).uniform(-7, 7, (300, 71)).astype(np.float32)
    clamped = FULL.clamp(angles)
    assert clamped.dtype == np.float32
    inside = clamped[:, 3:].astype(np.float64)
    assert (inside >= FULL.lower[3:]).all()
    assert (inside <= FULL.upper[3:]).all()
    np.testing.assert_array_equal(clamped[:, :3], angles[:, :3])
