"""Milliseconds per frame of each stage after detection, for a clip's keypoints."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..geometry.camera import Camera
from ..keypoints import Keypoints, Side
from ..lifting.lift import lift_body, lift_hand, shown_body
from ..lifting.smooth import smooth_angles
from ..motion import Motion
from ..options import TrackOptions
from ..skeleton import camera_positions
from ..track import motion_from_keypoints

REPEATS = 3


def stretched(keypoints: Keypoints, frames: int) -> Keypoints:
    """The clip played again and again up to a number of frames."""
    index = np.arange(frames) % len(keypoints.time)
    return replace(
        keypoints,
        points=keypoints.points[index],
        confidence=keypoints.confidence[index],
        depth=None if keypoints.depth is None else keypoints.depth[index],
        time=np.arange(frames) / (keypoints.fps or 1.0),
    )


def stage_times(keypoints: Keypoints) -> tuple[Motion, dict[str, float]]:
    """The clip's motion, and CPU time in ms per frame, the best of three: "lift + fk", "smooth", "rest"."""
    options = TrackOptions()
    camera = Camera.assumed(keypoints.size, options.fov)
    motion = motion_from_keypoints(keypoints, options)
    skeleton, lengths = motion.skeleton, motion.lengths_of_bones().astype(np.float32)

    def lift() -> None:
        lift_body(keypoints, camera, shown_body(keypoints))
        for side in Side:
            lift_hand(keypoints, camera, side)

    def kinematics() -> None:
        camera_positions(skeleton, motion.angles, lengths)

    def smooth() -> None:
        order, seen = skeleton.bones[0].order, np.ones(motion.angles.shape, bool)
        smooth_angles(motion.angles, order, seen, keypoints.time, options.smoothing)

    def whole() -> None:
        motion_from_keypoints(keypoints, options)

    lifting, fk, smoothing, total = (_milliseconds(work, keypoints) for work in (lift, kinematics, smooth, whole))
    return motion, {"lift + fk": lifting + fk, "smooth": smoothing, "rest": total - lifting - fk - smoothing}


def _milliseconds(work: Callable[[], object], keypoints: Keypoints) -> float:
    """Per frame of the clip."""
    times: list[float] = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * min(times) / len(keypoints.time)
