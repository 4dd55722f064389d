"""Leg poses that the leg networks learn from: recorded, sampled, and as a detector sees them."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.lifting.features import FULL_POINTS
from engine.skeleton import body_skeleton, legs_skeleton

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.training.fitting.recorded_legs import recorded_legs
from engine.training.learning.detector_errors import pose_points
from engine.training.learning.synthetic import drawn_legs
from engine.training.poses.cmu import AXES, read_cmu
from engine.training.poses.legs import SITTING, sample_legs

LEGS = legs_skeleton()
NAMES = LEGS.angle_names[3:]
MOCAP = Path(__file__).resolve().parents[3] / "shared" / "data" / "body_mocap"


def test_sampled_legs_are_legal_and_a_quarter_of_them_sits() -> None:
    legs = sample_legs(4000, np.zeros((1, 10), np.float32), np.random.default_rng(0))
    assert ((legs >= LEGS.lower[3:] - 1e-6) & (legs <= LEGS.upper[3:] + 1e-6)).all()
    left, right = (np.degrees(legs[:, NAMES.index(f"thigh.{side}.X")]) for side in "LR")
    sitting = (np.abs(left - SITTING[0][0]) < 35) & (np.abs(right - SITTING[0][0]) < 35)
    assert 0.15 < sitting.mean() < 0.35
    spread = legs[sitting][:, [NAMES.index("thigh.L.Z"), NAMES.index("thigh.R.Z")]].mean(0)
    assert spread[0] > 0.05 and spread[1] < -0.05  # knees apart, on both sides


def test_drawn_legs_are_seen_where_they_are() -> None:
    torch.manual_seed(0)
    chance = np.random.default_rng(1)
    bodies = torch.zeros(5, len(body_skeleton().freedoms))
    legs = torch.as_tensor(sample_legs(500, np.zeros((1, 10), np.float32), chance))
    batch = drawn_legs(300, bodies, legs)
    assert batch.features.shape == (300, 4 * len(FULL_POINTS) + 1)
    points = pose_points(LEGS, batch.root, batch.angles, batch.lengths)
    np.testing.assert_allclose(points, batch.points, atol=1e-5)
    names = FULL_POINTS[17:]
    # Blender's X is the camera's x, its -Z the camera's y, for people who stand upright before it.
    true = batch.points[:, [LEGS.joints.index(name) for name in names]].numpy()[..., [0, 2]] * [1.0, -1.0]
    seen = batch.features[:, :-1].reshape(300, len(FULL_POINTS), 4)[:, 17:].numpy()
    alike: list[float] = []
    for row in range(300):
        shown = seen[row, :, 3] > 0
        if shown.sum() > 5:
            a, b = (x[shown] - x[shown].mean(0) for x in (true[row], seen[row, :, :2]))
            alike.append((a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b))
    assert len(alike) > 100
    assert np.median(alike) > 0.97  # from near, feet that come forwards look larger


def test_recorded_legs_bend_as_the_recorded_joints_do() -> None:
    """Knee flexion is the angle between thigh and shin of the recording itself."""
    if not MOCAP.is_dir():
        pytest.skip(f"NOT TESTED: {MOCAP} does not exist")
    files = {"cmu_subject03.npz": json.loads((MOCAP / "splits.json").read_text())["dev"]["cmu_subject03.npz"]}
    angles, residual = recorded_legs(MOCAP.parent, files)
    assert residual < 0.005
    bends: list[np.ndarray] = []
    for clip in files["cmu_subject03.npz"]:
        recording = read_cmu(MOCAP / "cmu_subject03.npz", clip)
        hip, knee, ankle = (recording.joint(name) @ AXES.T for name in ("lfemur", "ltibia", "lfoot"))
        thigh, shin = knee - hip, ankle - knee
        cosine = (thigh * shin).sum(-1) / np.linalg.norm(thigh, axis=-1) / np.linalg.norm(shin, axis=-1)
        bends.append(np.arccos(np.clip(cosine, -1, 1)))
    bend = np.concatenate(bends)
    step = round(len(bend) / len(angles))
    own = angles[:, NAMES.index("shin.L.X")]
    assert np.degrees(np.abs(own - bend[::step][: len(own)])).mean() < 4.0
    assert np.degrees(own.max()) > 40  # it walks
