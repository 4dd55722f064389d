"""The result of tracking one clip, and its `.npz` file (the public contract of the command line)."""

import os
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import OutputError
from .skeleton import FULL_BODY, Skeleton, hand_skeleton, load_skeleton


@dataclass(frozen=True)
class Motion:
    """A tracked clip of F frames; every array is finite. Angles in radians, lengths in metres.

    Positions are the forward kinematics of `angles` and `bone_lengths`, in the camera frame
    (x right, y down, z away). Raises ValueError where shapes disagree.
    """

    joints: NDArray[np.str_]
    """(J,) joint names; MediaPipe's where the joint is a landmark."""
    parents: NDArray[np.int32]
    """(J,) index of the parent joint, -1 for the root."""
    positions: NDArray[np.float32]
    """(F,J,3) metres, camera frame, relative to the root joint."""
    translation: NDArray[np.float32]
    """(F,3) the root joint in the camera frame, metres; weak, since scale is assumed."""
    camera: NDArray[np.float32]
    """(4,) fx, fy, cx, cy in pixels."""
    angles: NDArray[np.float32]
    """(F,A) radians, within the limits; the root's three are unlimited and continuous."""
    angle_names: NDArray[np.str_]
    """(A,) bone and axis, such as 'forearm.L.X'."""
    bone_lengths: NDArray[np.float32]
    """(J,) metres, of the bone that ends at the joint; 0 for the root."""
    keypoints: NDArray[np.float32]
    """(F,K,2) pixels of the upright picture."""
    keypoint_names: NDArray[np.str_]
    """(K,) MediaPipe naming."""
    confidence: NDArray[np.float32]
    """(F,K) 0..1; 0 = not seen."""
    seen: NDArray[np.bool_]
    """(F,3) body, left hand, right hand detected in this frame."""
    fps: NDArray[np.float64]
    """() nominal rate in 1/s; 0 for a still."""
    time: NDArray[np.float64]
    """(F,) presentation times, s."""
    size: NDArray[np.int32]
    """(2,) width and height of the upright picture."""

    def __post_init__(self) -> None:
        frames, joints, angles = len(self.time), len(self.joints), len(self.angle_names)
        expected = {
            "parents": (joints,),
            "positions": (frames, joints, 3),
            "translation": (frames, 3),
            "camera": (4,),
            "angles": (frames, angles),
            "bone_lengths": (joints,),
            "keypoints": (frames, len(self.keypoint_names), 2),
            "confidence": (frames, len(self.keypoint_names)),
            "seen": (frames, 3),
        }
        for name, shape in expected.items():
            value: NDArray[Any] = getattr(self, name)
            if value.shape != shape:
                raise ValueError(f"Motion.{name} has shape {value.shape}, expected {shape}")
            if value.dtype.kind == "f" and not np.isfinite(value).all():
                raise ValueError(f"Motion.{name} holds values that are not finite")

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton whose angles these are: a finished one, or that of a single hand."""
        known = (load_skeleton(), load_skeleton(FULL_BODY), hand_skeleton("left"), hand_skeleton("right"))
        return next(s for s in known if s.angle_names == tuple(self.angle_names.tolist()))

    def lengths_of_bones(self) -> NDArray[np.float64]:
        """(B,) metres, in the order of the skeleton's bones."""
        bones = self.skeleton.joint_bones
        lengths = np.empty(len(self.skeleton.bones))
        lengths[bones[bones >= 0]] = self.bone_lengths[bones >= 0]
        return lengths


def save_motion(motion: Motion, path: Path) -> None:
    """Write `motion` to `path` whole or not at all. Raises OutputError where that is impossible."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            np.savez_compressed(file, **{f.name: getattr(motion, f.name) for f in fields(motion)})
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise OutputError(f"Cannot write {path}: {error.strerror}; choose another folder.") from error


def load_motion(path: Path) -> Motion:
    """Read what `save_motion` wrote."""
    with np.load(path, allow_pickle=False) as arrays:
        return Motion(**{field.name: arrays[field.name] for field in fields(Motion)})
