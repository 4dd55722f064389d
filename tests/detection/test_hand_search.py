"""The second look for a hand: how much of a picture is searched."""

from contextlib import closing

import numpy as np
import pytest

from engine.detection.hand_search import IN_VAIN, LAST_SIDES, SEARCH_SIDES, HandSearch
from engine.detection.landmarkers import MODELS_DIR, Landmarker
from engine.geometry.arrays import Image
from engine.keypoints import HANDS, POSE_NAMES, Row, Side
from engine.process import import_mediapipe

NOTHING = np.zeros((200, 200, 3), np.uint8)


def _seated() -> Row:
    """A person whose left hand is found and whose right wrist is seen."""
    row = Row()
    for name, point in {"left_shoulder": (130, 60), "right_shoulder": (70, 60), "right_elbow": (60, 90)}.items():
        row.points[POSE_NAMES.index(name)] = point
    for name in ("wrist", "pinky", "index"):
        row.points[POSE_NAMES.index(f"right_{name}")] = (65, 130)
    row.confidence[POSE_NAMES.index("right_wrist")] = 1.0
    row.points[HANDS[Side.LEFT]] = (140, 130)
    row.confidence[HANDS[Side.LEFT]] = 1.0
    return row


@pytest.mark.parametrize("video", [False, True])
def test_a_video_is_searched_less_after_searches_in_vain(monkeypatch: pytest.MonkeyPatch, video: bool) -> None:
    import_mediapipe()
    searched: list[Image] = []
    run = Landmarker.__call__

    def count(landmarker: Landmarker, image: Image, time: float) -> object:
        searched.append(image)
        return run(landmarker, image, time)

    monkeypatch.setattr(Landmarker, "__call__", count)
    counts: list[int] = []
    with closing(HandSearch(MODELS_DIR, video=video)) as search:
        for picture in range(IN_VAIN + 5):
            row, before = _seated(), len(searched)
            if picture == IN_VAIN + 2:
                row.points[HANDS[Side.RIGHT]] = (65, 130) + np.arange(21)[:, None]
                row.confidence[HANDS[Side.RIGHT]] = 1.0
            search(NOTHING, row)
            counts.append(len(searched) - before)
    whole = len(SEARCH_SIDES)
    again = whole + len(LAST_SIDES) if video else whole  # around the hand of the picture before as well
    late = [1, 1] if video else [whole, whole]
    assert counts == [*[whole] * IN_VAIN, *late, 0, again, whole]
