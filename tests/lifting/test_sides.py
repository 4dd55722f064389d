"""Left and right: where a detector takes one for the other, the other cameras and the frames around tell it."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.camera import Camera
from engine.keypoints import HANDS, KEYPOINT_NAMES, Keypoints, Side, mirrored_name
from engine.lifting.sides import mistaken_sides, sides_swapped, steady_sides
from engine.lifting.views import View
from engine.training.measuring.recordings import load_recordings
from tests.takes import CAMERA, beside, seen_by

TIME = np.arange(0.0, 4.0, 0.1)
STANDS = (None, beside(50.0), beside(-40.0))
MIRRORED = [KEYPOINT_NAMES.index(mirrored_name(name)) for name in KEYPOINT_NAMES]


def views_of(count: int, turned: dict[int, slice]) -> list[View]:
    """Views of a person who moves, some with sides taken for each other in some frames."""
    found: list[View] = []
    for number, stand in enumerate(STANDS[:count]):
        frames = np.zeros(len(TIME), dtype=bool)
        frames[turned.get(number, slice(0))] = True
        found.append(View(sides_swapped(seen_by(stand, TIME, noise=3.0), frames), CAMERA, stand))
    return found


@pytest.mark.parametrize(
    ("count", "turned"),
    [
        (1, {}),
        (1, {0: slice(10, 25)}),
        (2, {}),
        (2, {0: slice(12, 40)}),
        (2, {0: slice(5, 9), 1: slice(8, 30)}),
        (2, {1: slice(0, 40)}),
        (3, {0: slice(0, 40), 2: slice(30, 40)}),
    ],
)
def test_frames_with_the_sides_taken_for_each_other_are_found(count: int, turned: dict[int, slice]) -> None:
    true = np.zeros((count, len(TIME)), dtype=bool)
    for number, frames in turned.items():
        true[number, frames] = True
    np.testing.assert_array_equal(mistaken_sides(views_of(count, turned)), true)


def test_sides_are_swapped_with_their_hands_in_the_frames_that_are_asked_for() -> None:
    plain = replace(seen_by(None, TIME), depth=np.tile(np.arange(75, dtype=np.float32), (len(TIME), 1)))
    swapped = sides_swapped(plain, TIME > 2.0)
    for own in ("points", "confidence", "depth"):
        before, after = getattr(plain, own), getattr(swapped, own)
        np.testing.assert_array_equal(after[TIME <= 2.0], before[TIME <= 2.0])
        np.testing.assert_array_equal(after[TIME > 2.0][:, HANDS[Side.LEFT]], before[TIME > 2.0][:, HANDS[Side.RIGHT]])
    elbows = [KEYPOINT_NAMES.index(f"{side}_elbow") for side in Side]
    np.testing.assert_array_equal(swapped.points[-1, elbows], plain.points[-1, elbows[::-1]])


def test_nobody_has_no_sides_to_mistake() -> None:
    empty = replace(seen_by(None, TIME), confidence=np.zeros((len(TIME), 75), np.float32))
    assert not mistaken_sides([View(empty, CAMERA)] * 2).any()


def test_a_real_man_whom_a_camera_saw_from_behind_for_a_while_faces_it() -> None:
    recording = load_recordings()["balance"]
    camera = recording.cameras.tolist().index("cam02")
    keypoints = recording.keypoints(camera)
    assert _turned(recording.positions[camera], recording.intrinsics[camera], keypoints) > 30
    assert _turned(recording.positions[camera], recording.intrinsics[camera], steady_sides(keypoints)) == 0
    for other in set(range(len(recording.cameras))) - {camera}:
        np.testing.assert_array_equal(
            steady_sides(recording.keypoints(other)).points, recording.keypoints(other).points
        )


def _turned(joints: np.ndarray, matrix: np.ndarray, keypoints: Keypoints) -> int:
    """Frames in which the limbs are nearer to the other side's true ones (F,J,3), as four cameras triangulate them."""
    names = load_recordings()["balance"].names.tolist()
    limbs = [f"{side}_{joint}" for side in Side for joint in ("shoulder", "elbow", "wrist", "hip", "knee")]
    columns = [KEYPOINT_NAMES.index(name) for name in limbs]
    camera = Camera.of(np.array([matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]))
    pixels = camera.project(joints[:, [names.index(name) for name in limbs]].astype(float))
    points = np.where(keypoints.confidence[..., None] > 0.5, keypoints.points, np.nan)
    with np.errstate(invalid="ignore"):
        own, other = (
            np.nanmedian(np.linalg.norm(points[:, of] - pixels, axis=-1)[keypoints.seen[:, 0]], axis=1)
            for of in (columns, [MIRRORED[column] for column in columns])
        )
    return int((other < own).sum())
