"""The names and shapes that every stage after the detector relies on."""

import subprocess
import sys

import numpy as np
import pytest

from engine.keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side


def _keypoints(frames: int = 3, **changed: object) -> Keypoints:
    values: dict[str, object] = {
        "points": np.zeros((frames, 75, 2), np.float32),
        "confidence": np.zeros((frames, 75), np.float32),
        "time": np.arange(frames) / 30,
        "fps": 30.0,
        "size": (640, 480),
    }
    return Keypoints(**(values | changed))  # pyright: ignore[reportArgumentType]


def test_names_are_mediapipes_in_mediapipes_order() -> None:
    assert len(KEYPOINT_NAMES) == len(set(KEYPOINT_NAMES)) == 75
    assert [KEYPOINT_NAMES[i] for i in (0, 11, 16, 24, 32)] == [
        "nose",
        "left_shoulder",
        "right_wrist",
        "right_hip",
        "right_foot_index",
    ]
    for side, hand in HANDS.items():
        names = KEYPOINT_NAMES[hand]
        assert len(names) == 21
        assert [names[i] for i in (0, 1, 5, 9, 20)] == [
            f"{side}_hand_{name}"
            for name in ("wrist", "thumb_cmc", "index_finger_mcp", "middle_finger_mcp", "pinky_tip")
        ]


def test_seen_tells_body_and_hands_apart() -> None:
    confidence = np.zeros((4, 75), np.float32)
    confidence[0, BODY] = 0.1
    confidence[1, HANDS[Side.LEFT]] = 1
    confidence[2, HANDS[Side.RIGHT].start] = 1
    expected = [[True, False, False], [False, True, False], [False, False, True], [False, False, False]]
    assert _keypoints(4, confidence=confidence).seen.tolist() == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"points": np.zeros((3, 74, 2), np.float32)},
        {"confidence": np.zeros((2, 75), np.float32)},
        {"points": np.full((3, 75, 2), np.nan, np.float32)},
        {"time": np.array([0.0, 0.1, 0.1])},
    ],
)
def test_wrong_shapes_and_values_are_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"Keypoints\.(points|confidence|time)"):
        _keypoints(3, **changed)


def test_engine_is_imported_without_decoder_and_detector() -> None:
    code = (
        "import sys, engine.detection.detect, engine.detection.video;"
        "print({'av', 'mediapipe', 'cv2', 'torch', 'bpy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
