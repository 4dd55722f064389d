"""From keypoints to a motion: what happens where a part is lost."""

import numpy as np

from engine.keypoints import KEYPOINT_NAMES
from engine.lifting.features import BODY_POINTS
from engine.lifting.seen import MOMENT
from engine.motion import Motion
from engine.options import TrackOptions
from engine.skeleton import body_skeleton
from engine.track import motion_from_keypoints
from tests.projections import keypoints_of

WRIST = KEYPOINT_NAMES.index("right_wrist")


def test_a_wrist_that_is_lost_for_a_moment_is_on_its_way_and_not_at_rest() -> None:
    skeleton = body_skeleton()
    angles = np.zeros((12, 19))
    angles[:, skeleton.angle_names.index("forearm.R.X")] = np.linspace(0.6, 2.2, 12)
    keypoints = keypoints_of(skeleton, angles, {name: name for name in BODY_POINTS}, np.array([0.0, 0.0, 2.0]))
    options = TrackOptions(smoothing=0.0)
    whole = motion_from_keypoints(keypoints, options)
    elbow, wrist = (whole.joints.index(f"right_{name}") for name in ("elbow", "wrist"))

    def apart(other: Motion) -> np.ndarray:
        """(F,) metres between the two forearms' ends, laid onto each other at the elbow."""
        own, theirs = (motion.positions[:, wrist] - motion.positions[:, elbow] for motion in (whole, other))
        return np.linalg.norm(own - theirs, axis=-1)

    keypoints.confidence[5:8, WRIST] = 0.0
    assert keypoints.time[8] - keypoints.time[4] < MOMENT
    assert apart(motion_from_keypoints(keypoints, options))[5:8].max() < 0.03
    keypoints.confidence[1:11, WRIST] = 0.0
    assert apart(motion_from_keypoints(keypoints, options))[5] > 0.1
