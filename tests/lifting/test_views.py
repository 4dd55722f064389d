"""Several cameras: depth and size are seen, cameras are found from the person, and a camera that errs is left out."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.camera import Extrinsics
from engine.keypoints import HANDS, Side
from engine.lifting.person import Tracked, track_person
from engine.lifting.relative import solve_cameras
from engine.lifting.views import View, track_views
from engine.skeleton import camera_positions
from tests.takes import CAMERA, LENGTHS, SKELETON, beside, joints_at, seen_by

TIME = np.arange(0.0, 4.0, 0.1)
#: A person who is larger than average, with long forearms.
OWN = LENGTHS * np.array([1.2 if name.startswith("forearm") else 1.1 for name in SKELETON.names])
ARMS = [SKELETON.joints.index(f"{side}_{joint}") for side in Side for joint in ("shoulder", "elbow", "wrist")]


def views_of(*stands: Extrinsics | None, noise: float = 1.0) -> list[View]:
    return [View(seen_by(stand, TIME, OWN, noise), CAMERA, stand) for stand in stands]


def off(tracked: Tracked) -> float:
    """Metres: the median distance of arms' joints from the true ones, their middle aside."""
    own = camera_positions(SKELETON, tracked.angles.astype(np.float64), tracked.lengths)[:, ARMS]
    true = joints_at(TIME, OWN)[:, ARMS]
    gaps = (own - own.mean(1, keepdims=True)) - (true - true.mean(1, keepdims=True))
    return float(np.median(np.linalg.norm(gaps, axis=-1)))


def angle(rotation: np.ndarray) -> float:
    return float(np.degrees(np.arccos(np.clip((np.trace(rotation) - 1.0) / 2.0, -1.0, 1.0))))


def test_two_calibrated_cameras_see_depth_and_size() -> None:
    views = views_of(None, beside(60.0))
    both = track_views(views, metric=True)
    assert off(both) < 0.01 < 0.3 * off(track_person(views[0].keypoints, CAMERA))
    assert both.lengths.sum() == pytest.approx(OWN.sum(), rel=0.02)
    forearm = SKELETON.names.index("forearm.L")
    assert both.lengths[forearm] == pytest.approx(OWN[forearm], rel=0.03)
    assert (SKELETON.clamp(both.angles) == both.angles).all()


def test_cameras_are_found_from_the_person() -> None:
    true = [beside(50.0), beside(-40.0)]
    views = views_of(None, *true)
    found = solve_cameras([replace(view, extrinsics=None) for view in views])
    assert found[0].extrinsics is None
    for view, stand in zip(found[1:], true, strict=True):
        assert view.extrinsics is not None
        assert angle(view.extrinsics.rotation @ stand.rotation.T) < 1.0
        ways = [-own.rotation.T @ own.translation for own in (view.extrinsics, stand)]
        cosine = ways[0] @ ways[1] / np.linalg.norm(ways[0]) / np.linalg.norm(ways[1])
        assert np.degrees(np.arccos(cosine)) < 1.5
    solved = track_views(found, metric=False)
    one = track_person(views[0].keypoints, CAMERA).lengths.sum()
    assert solved.lengths.sum() == pytest.approx(one, rel=0.1)  # size is not told
    known = dict(zip(SKELETON.names, OWN.tolist(), strict=True))
    sized = track_views(found, known, metric=False)
    np.testing.assert_allclose(sized.lengths, OWN)
    assert off(sized) < 0.02


def test_a_hand_taken_for_the_other_by_one_camera_is_left_out_and_one_that_one_camera_lost_is_there() -> None:
    views = views_of(None, beside(60.0), noise=0.0)
    exact = track_views(views, metric=True)
    points, confidence = views[1].keypoints.points.copy(), views[0].keypoints.confidence.copy()
    left, right = HANDS[Side.LEFT], HANDS[Side.RIGHT]
    points[10:13, left], points[10:13, right] = points[10:13, right].copy(), points[10:13, left].copy()
    confidence[20:23, left] = 0.0
    views[0] = replace(views[0], keypoints=replace(views[0].keypoints, confidence=confidence))
    views[1] = replace(views[1], keypoints=replace(views[1].keypoints, points=points))
    found = track_views(views, metric=True)
    fingers = [number for number, name in enumerate(SKELETON.angle_names) if name.startswith(("f_", "thumb"))]
    gaps = np.abs(found.angles - exact.angles)[:, fingers]
    assert np.median(gaps[10:13]) < 0.1
    assert np.median(gaps[20:23]) < 0.2
