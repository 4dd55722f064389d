"""Motions for the tests, made of random legal angles through the real forward kinematics."""

import importlib
from types import ModuleType
from typing import Any

import numpy as np

from engine.geometry.camera import Camera
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import KEYPOINT_NAMES
from engine.motion import Motion
from engine.placement import standing_root
from engine.skeleton import Skeleton, forward_kinematics, joint_positions

SIZE = (640, 480)
CAMERA = (800.0, 800.0, 320.0, 240.0)


def addon(name: str) -> ModuleType:
    """A module of the enabled add-on."""
    return importlib.import_module(f"bl_ext.user_default.sign_mocap.addon.{name}")


def random_angles(skeleton: Skeleton, frames: int, seed: int = 0) -> np.ndarray:
    """(F,A) radians, half of the frames inside the limits, half at the limits' corners."""
    rng = np.random.default_rng(seed)
    inside = rng.uniform(skeleton.lower, skeleton.upper, (frames, len(skeleton.lower)))
    corners = np.where(rng.random(inside.shape) < 0.5, skeleton.lower, skeleton.upper)
    return skeleton.clamp(np.where(np.arange(frames)[:, None] % 2, corners, inside).astype(np.float32))


def random_lengths(skeleton: Skeleton, seed: int = 0) -> np.ndarray:
    """(B,) metres, up to a fifth off the table's."""
    return skeleton.lengths * np.random.default_rng(seed).uniform(0.8, 1.2, len(skeleton.bones))


def random_motion(skeleton: Skeleton, frames: int = 12, fps: float = 25.0, **changes: Any) -> Motion:
    """A clip of random poses a few metres before the camera; `changes` replace arrays of it."""
    angles, lengths = random_angles(skeleton, frames), random_lengths(skeleton)
    points = joint_positions(skeleton, forward_kinematics(skeleton, angles.astype(np.float64), lengths))
    bones = skeleton.joint_bones
    drift = np.random.default_rng(1).normal(0.0, 0.1, (frames, 3))
    arrays: dict[str, Any] = {
        "kind": skeleton.kind,
        "positions": (points @ CAMERA_FROM_BLENDER.T).astype(np.float32),
        "translation": (drift + np.array([0.1, 0.2, 2.5])).astype(np.float32),
        "camera": Camera.of(np.array(CAMERA, dtype=np.float32)),
        "angles": angles,
        "bone_lengths": np.where(bones >= 0, lengths[bones], 0.0).astype(np.float32),
        "keypoints": np.zeros((frames, len(KEYPOINT_NAMES), 2), dtype=np.float32),
        "confidence": np.zeros((frames, len(KEYPOINT_NAMES)), dtype=np.float32),
        "seen": np.ones((frames, 3), dtype=bool),
        "fps": fps,
        "time": np.arange(frames) / (fps or 1.0),
        "size": SIZE,
        "spread": np.full(angles.shape, 0.05, dtype=np.float32),
        "expected_error": np.zeros((frames, len(skeleton.joints)), dtype=np.float32),
    }
    return Motion(**{**arrays, **changes})


def standing_bones(motion: Motion) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(F,B,3) metres, Blender's axes: starts and ends of a standing person's bones; (F,B,3,3) how they are turned."""
    pose = forward_kinematics(motion.skeleton, motion.angles.astype(np.float64), motion.lengths_of_bones())
    root = standing_root(motion)[:, None]
    return pose.heads + root, pose.tails + root, pose.rotations


def expected_errors(skeleton: Skeleton, frames: int, **shares: float | np.ndarray) -> np.ndarray:
    """(F,J) metres for `random_motion`: of named joints as shares (F,) of their reach, none of others."""
    errors = np.zeros((frames, len(skeleton.joints)), dtype=np.float32)
    for name, share in shares.items():
        errors[:, skeleton.joints.index(name)] = share
    return errors * skeleton.reach(random_lengths(skeleton)).astype(np.float32)
