"""Forward kinematics: NumPy and torch agree, and a pose worked out by hand comes out."""

import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import (
    Kind,
    Skeleton,
    body_skeleton,
    forward_kinematics,
    hand_skeleton,
    joint_positions,
    load_skeleton,
)

SKELETONS = [load_skeleton(Kind.FULL_BODY), body_skeleton(), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)]


def random_angles(skeleton: Skeleton, count: int) -> np.ndarray:
    random = np.random.default_rng(4)
    return random.uniform(skeleton.lower, skeleton.upper, (count, len(skeleton.lower)))


@pytest.mark.parametrize("skeleton", SKELETONS)
def test_numpy_and_torch_agree(skeleton: Skeleton) -> None:
    torch = pytest.importorskip("torch")
    angles = random_angles(skeleton, 64)
    for dtype, tolerance in ((np.float64, 1e-9), (np.float32, 1e-5)):
        ours = forward_kinematics(skeleton, angles.astype(dtype), skeleton.lengths.astype(dtype))
        theirs = forward_kinematics(
            skeleton, torch.as_tensor(angles.astype(dtype)), torch.as_tensor(skeleton.lengths.astype(dtype))
        )
        assert ours.tails.dtype == dtype
        np.testing.assert_allclose(ours.tails, theirs.tails.numpy(), atol=tolerance)
        np.testing.assert_allclose(ours.rotations, theirs.rotations.numpy(), atol=tolerance)
        np.testing.assert_allclose(
            joint_positions(skeleton, ours), joint_positions(skeleton, theirs).numpy(), atol=tolerance
        )


@pytest.mark.parametrize("skeleton", SKELETONS)
def test_bones_keep_their_lengths_and_start_where_the_table_says(skeleton: Skeleton) -> None:
    random = np.random.default_rng(5)
    lengths = skeleton.lengths * random.uniform(0.7, 1.3, (32, len(skeleton.bones)))
    pose = forward_kinematics(skeleton, random_angles(skeleton, 32), lengths)
    np.testing.assert_allclose(np.linalg.norm(pose.tails - pose.heads, axis=-1), lengths, atol=1e-12)
    for bone, parent in enumerate(skeleton.bone_parents):
        if parent >= 0:
            start = pose.heads if skeleton.at_head[bone] else pose.tails
            np.testing.assert_array_equal(pose.heads[:, bone], start[:, parent])


def test_a_bent_right_elbow_lifts_the_hand_in_the_plane_of_the_arm() -> None:
    """With every other angle zero the wrist turns about the elbow by the angle itself."""
    skeleton = load_skeleton()
    angles = np.zeros((2, 71))
    angles[1, skeleton.angle_names.index("forearm.R.X")] = np.radians(90.0)
    joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, skeleton.lengths))
    shoulder, elbow, wrist = (joints[:, skeleton.joints.index(f"right_{n}")] for n in ("shoulder", "elbow", "wrist"))
    upper, fore = elbow - shoulder, wrist - elbow
    cosine = (upper * fore).sum(-1) / np.linalg.norm(upper, axis=-1) / np.linalg.norm(fore, axis=-1)
    np.testing.assert_allclose(cosine, [1.0, 0.0], atol=1e-12)
    assert fore[1, 2] > 0.1  # a raised hand, not an elbow bent backwards


def test_positive_flexion_closes_both_hands_towards_the_palm() -> None:
    for side in Side:
        skeleton = hand_skeleton(side)
        angles = np.zeros((2, 26))
        for i, name in enumerate(skeleton.angle_names):
            if name.startswith("f_") and name.endswith(".X"):
                angles[1, i] = 0.5
        joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, skeleton.lengths))
        tips = [skeleton.joints.index(f"{side}_hand_{f}_tip") for f in ("index_finger", "middle_finger", "pinky")]
        assert (joints[1, tips, 1] < joints[0, tips, 1] - 0.02).all()  # -Y is where the palm faces
