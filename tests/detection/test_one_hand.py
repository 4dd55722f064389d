"""A still hand is looked at several times: against the sample's ground truth, and in a mirror."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.detection.landmarkers import MODELS_DIR
from engine.detection.one_hand import OneHand
from engine.detection.video import open_video
from engine.geometry.arrays import Array, Image
from engine.keypoints import HANDS, Row, Side
from engine.process import import_mediapipe

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture(scope="module", autouse=True)
def mediapipe() -> None:
    """Import MediaPipe as a process that detects does."""
    import_mediapipe()


def hands() -> Iterator[tuple[Image, Array, Side]]:
    """Pictures of the sample's hands, cut out, their true points (21,2), and which they are."""
    with np.load(DATA / "sample.npz", allow_pickle=False) as truth:
        names, pixels = truth["joints"].tolist(), truth["keypoints"]
    for number, frame in enumerate(open_video(DATA / "sample.mp4").frames()):
        if number % 12:
            continue
        for side in Side:
            points = pixels[number, [names.index(name) for name in side.hand_names]]
            reach = 0.8 * np.ptp(points, axis=0).max()
            corner = np.maximum((points.max(0) + points.min(0)) / 2 - reach, 0).astype(int)
            far = (corner + 2 * reach).astype(int)
            yield np.ascontiguousarray(frame.image[corner[1] : far[1], corner[0] : far[0]]), points - corner, side


def seen(row: Row) -> tuple[Array, Side]:
    """The points (21,2) of the hand in a row, and its side."""
    (side,) = (side for side, hand in HANDS.items() if row.confidence[hand].any())
    return row.points[HANDS[side]], side


def test_several_looks_see_more_than_one() -> None:
    one, several, sides = [list[float]() for _ in range(3)]
    with OneHand(MODELS_DIR, video=False) as detector:
        for image, truth, side in hands():
            first = detector._first(image, 0.0)  # pyright: ignore[reportPrivateUsage]
            if first is None:
                continue
            points, named = seen(detector(image, 0.0))
            size = np.ptp(truth, axis=0).max()
            one.append(float(np.linalg.norm(first.points - truth, axis=1).mean() / size))
            several.append(float(np.linalg.norm(points - truth, axis=1).mean() / size))
            sides.append(float(named is side))
    assert len(one) > 20
    assert np.mean(several) < np.mean(one)
    assert np.median(several) < np.median(one)
    assert np.mean(sides) > 0.75, np.mean(sides)


def test_a_mirror_shows_the_other_hand_at_the_mirrored_place() -> None:
    looks, singles, others = [list[float]() for _ in range(3)]
    with OneHand(MODELS_DIR, video=False) as detector:
        for image, _, _ in hands():
            mirrored = np.ascontiguousarray(image[:, ::-1])
            pair = [detector._first(own, 0.0) for own in (image, mirrored)]  # pyright: ignore[reportPrivateUsage]
            rows = [detector(own, 0.0) for own in (image, mirrored)]
            if any(own is None for own in pair) or not all(row.confidence.any() for row in rows):
                continue
            (here, side), (there, other) = map(seen, rows)
            back = image.shape[1] * np.array([1.0, 0.0])
            flip = np.array([-1.0, 1.0])
            looks.append(float(np.linalg.norm(here - (there * flip + back), axis=1).mean()))
            singles.append(float(np.linalg.norm(pair[0].points - (pair[1].points * flip + back), axis=1).mean()))  # type: ignore[union-attr]
            others.append(float(side is not other))
    assert len(looks) > 20
    assert np.median(looks) < 0.5 * np.median(singles)
    assert np.mean(others) > 0.9


def test_nothing_is_found_where_no_hand_is() -> None:
    with OneHand(MODELS_DIR, video=False) as detector:
        assert not detector(np.full((90, 70, 3), 130, np.uint8), 0.0).confidence.any()


@pytest.mark.parametrize("size", [(1, 1), (3, 500)])
def test_tiny_pictures_are_no_error(size: tuple[int, int]) -> None:
    with OneHand(MODELS_DIR, video=False) as detector:
        assert not detector(np.zeros((*size, 3), np.uint8), 0.0).confidence.any()
