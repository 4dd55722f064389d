"""The sample's rig does what the signer does: bounds that only a real fault exceeds."""

import numpy as np
import pytest

from engine.keypoints import Side
from engine.options import TrackOptions
from engine.process import import_mediapipe
from engine.track import track
from engine.training.measuring.joints import Joints, direction_errors
from engine.training.measuring.sample_accuracy import PARTS, SAMPLE, part_errors, rig_joints, true_joints


@pytest.fixture(scope="module")
def truth() -> Joints:
    return true_joints(SAMPLE)


@pytest.fixture(scope="module")
def rig() -> Joints:
    import_mediapipe()
    return rig_joints(track(SAMPLE, TrackOptions()))


def test_every_frame_of_the_video_is_tracked(rig: Joints, truth: Joints) -> None:
    assert rig.found.mean(axis=0).min() > 0.95
    assert len(rig.positions) == len(truth.positions)


@pytest.mark.parametrize(("part", "bound"), [("body", 0.10), ("left hand", 0.03), ("right hand", 0.03)])
def test_joints_are_near_the_true_ones(rig: Joints, truth: Joints, part: str, bound: float) -> None:
    """Metres, aligned by translation: a swap of sides, a flipped elbow or a hand backwards is beyond."""
    frames = rig.found[:, list(PARTS).index(part)]
    assert np.median(part_errors(rig, truth, part, frames)["t"]) < bound


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("name", "bound"), [("upper arm", 35.0), ("forearm", 30.0), ("palm normal", 45.0)])
def test_limbs_and_palms_point_where_the_signers_do(
    rig: Joints, truth: Joints, name: str, bound: float, side: Side
) -> None:
    """Degrees; a palm that faces backwards is off by 180."""
    frames = rig.found[:, side.column]
    errors = direction_errors(rig, truth, name, side, frames)
    assert np.median(errors) < bound
    assert np.mean(errors > 90.0) < 0.05
