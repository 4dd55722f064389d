"""A person who moves, as several cameras see them, exactly or with noise."""

import numpy as np

from engine.geometry.camera import Camera, Extrinsics
from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import KEYPOINT_NAMES, Keypoints
from engine.skeleton import Kind, camera_positions, load_skeleton

SKELETON = load_skeleton(Kind.UPPER_BODY)
SIZE = (1280, 720)
CAMERA = Camera.assumed(SIZE, None)
PLACE = np.array([0.0, 0.3, 2.0])
LENGTHS = SKELETON.lengths


def beside(degrees: float) -> Extrinsics:
    """Of a camera that looks at the person from so far to the side, a little from above."""
    turn = euler_to_matrix(np.array([0.1, np.radians(degrees), 0.0]), "XYZ")
    return Extrinsics(turn, PLACE - turn @ PLACE)


def moving(time: np.ndarray, seed: int = 0) -> np.ndarray:
    """Angles (F,A), radians, of arms and hands that swing at their own rates, at times (F,), s."""
    chance = np.random.default_rng(seed)
    count = len(SKELETON.freedoms)
    middle, reach = (SKELETON.upper + SKELETON.lower) / 2, (SKELETON.upper - SKELETON.lower) / 2
    share = np.array([0.05 if moves else 0.4 for moves in SKELETON.trunk])
    rates, phases = chance.uniform(0.2, 1.1, (2, count)), chance.uniform(0, 6.3, (2, count))
    swing = np.sin(2 * np.pi * rates * time[:, None, None] + phases).mean(1)
    angles = np.where(SKELETON.trunk, 0.0, middle) + share * reach * swing
    angles[:, SKELETON.root_angles] = 0.0
    return SKELETON.clamp(angles)


def joints_at(time: np.ndarray, lengths: np.ndarray = LENGTHS) -> np.ndarray:
    """(F,J,3) metres, in the first camera's axes."""
    return camera_positions(SKELETON, moving(time), lengths) + PLACE


def seen_by(
    extrinsics: Extrinsics | None,
    time: np.ndarray,
    lengths: np.ndarray = LENGTHS,
    noise: float = 0.0,
    ahead: float = 0.0,
) -> Keypoints:
    """What a camera sees whose clock shows times (F,), s, and is ahead by some."""
    joints = joints_at(time - ahead, lengths)
    pixels = CAMERA.project(joints if extrinsics is None else extrinsics.move(joints))
    points = np.zeros((len(time), len(KEYPOINT_NAMES), 2), np.float32)
    confidence = np.zeros(points.shape[:2], np.float32)
    for number, name in enumerate(KEYPOINT_NAMES):
        if name in SKELETON.joints:
            points[:, number] = pixels[:, SKELETON.joints.index(name)]
            confidence[:, number] = 1.0
    points += np.random.default_rng(1).normal(0.0, 1.0, points.shape).astype(np.float32) * noise
    return Keypoints(points, confidence, time, 1.0 / float(time[1] - time[0]), SIZE)
