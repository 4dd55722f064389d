"""What judges several cameras is exact where the cameras and the points are."""

import numpy as np

from engine.keypoints import KEYPOINT_NAMES
from engine.lifting.views import View
from engine.training.measuring.recordings import load_recordings
from engine.training.measuring.several_cameras import SOLUTIONS, triangulated, view_of
from tests.takes import CAMERA, SKELETON, beside, joints_at, seen_by


def test_exact_points_are_triangulated_where_they_are_and_points_of_one_camera_are_not() -> None:
    time = np.arange(5) / 10
    views = [View(seen_by(stand, time), CAMERA, stand) for stand in (None, beside(60.0))]
    found, joints = triangulated(views), joints_at(time)
    for number, name in enumerate(KEYPOINT_NAMES):
        if name in SKELETON.joints:
            np.testing.assert_allclose(found[:, number], joints[:, SKELETON.joints.index(name)], atol=1e-4)
        else:
            assert np.isnan(found[:, number]).all()


def test_the_kept_cameras_see_the_kept_truth_where_the_detector_saw_the_person() -> None:
    for clip, recording in load_recordings().items():
        main = SOLUTIONS[clip][0][0]
        for camera in range(len(recording.cameras)):
            view, truth = view_of(recording, camera, main), recording.positions[main].astype(np.float64)
            pixels = view.camera.project(truth if view.extrinsics is None else view.extrinsics.move(truth))
            columns = [KEYPOINT_NAMES.index(name) for name in recording.names.tolist()]
            gaps = np.linalg.norm(pixels - view.keypoints.points[:, columns], axis=-1)
            sure = (view.keypoints.confidence[:, columns] > 0.5) & np.isfinite(gaps)
            assert np.median(gaps[sure]) < 0.02 * max(view.keypoints.size), (clip, camera)
