"""The sample video and its ground truth agree with each other."""

from pathlib import Path

import av
import numpy as np
import pytest

from engine.keypoints import KEYPOINT_NAMES, Side

DATA = Path(__file__).parent / "data"
_FINGER = ("mcp", "pip", "dip", "tip")
_CHAINS = [
    ("{s}_shoulder", "{s}_elbow", "{s}_wrist"),
    ("{s}_hip", "{s}_knee", "{s}_ankle"),
    *(
        ("{s}_hand_wrist", *("{s}_hand_" + f"{finger}_{part}" for part in _FINGER))
        for finger in ("index_finger", "middle_finger", "ring_finger", "pinky")
    ),
    ("{s}_hand_wrist", *("{s}_hand_thumb_" + part for part in ("cmc", "mcp", "ip", "tip"))),
    ("{s}_eye_inner", "{s}_eye", "{s}_eye_outer", "nose"),
]


@pytest.fixture(scope="module")
def truth() -> dict[str, np.ndarray]:
    return dict(np.load(DATA / "sample.npz", allow_pickle=False))


def test_joints_bear_the_names_of_keypoints(truth: dict[str, np.ndarray]) -> None:
    names = list(truth["joints"])
    assert len(set(names)) == len(names)
    assert set(names) <= set(KEYPOINT_NAMES)


def test_positions_project_onto_the_keypoints(truth: dict[str, np.ndarray]) -> None:
    position, (fx, fy, cx, cy) = truth["positions_camera"].astype(float), truth["camera"]
    pixels = position[..., :2] / position[..., 2:] * [fx, fy] + [cx, cy]
    assert np.abs(pixels - truth["keypoints"]).max() < 0.01


def test_wrist_of_arm_and_of_hand_coincide(truth: dict[str, np.ndarray]) -> None:
    names = list(truth["joints"])
    for side in Side:
        arm, hand = names.index(f"{side}_wrist"), names.index(f"{side}_hand_wrist")
        assert (truth["positions_camera"][:, arm] == truth["positions_camera"][:, hand]).all()


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("chain", _CHAINS, ids=lambda chain: chain[-1].replace("{s}_", ""))
def test_bone_lengths_are_constant(truth: dict[str, np.ndarray], chain: tuple[str, ...], side: str) -> None:
    names = list(truth["joints"])
    rows = [names.index(name.format(s=side)) for name in chain]
    length = np.linalg.norm(np.diff(truth["positions_camera"][:, rows], axis=1), axis=-1)
    assert np.ptp(length, axis=0).max() < 2e-5


def test_video_has_the_frames_and_the_rate_of_the_truth(truth: dict[str, np.ndarray]) -> None:
    with av.open(str(DATA / "sample.mp4")) as container:
        stream = container.streams.video[0]
        times = [frame.time for frame in container.decode(stream)]
        assert stream.average_rate == truth["fps"]
        assert (stream.width, stream.height) == tuple(truth["size"])
    assert np.abs(np.array(times) - truth["time"]).max() < 1e-3
    assert len(times) == len(truth["positions_camera"])


def test_hands_and_head_stay_in_the_picture_while_signing(truth: dict[str, np.ndarray]) -> None:
    names = list(truth["joints"])
    rows = [i for i, name in enumerate(names) if "_hand_" in name or name == "nose"]
    pixels = truth["keypoints"][30:150, rows]
    assert (pixels > 0).all()
    assert (pixels < truth["size"]).all()
