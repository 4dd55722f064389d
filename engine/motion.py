"""The result of tracking one clip, and its `.npz` file (the public contract of the command line)."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .face.face import Face
from .face.names import FACE_NAMES
from .files import read_arrays, written_whole
from .geometry.arrays import Mask, check_shapes
from .geometry.camera import Camera
from .geometry.orientation import UPRIGHT, Orientation
from .keypoints import KEYPOINT_NAMES, LONGEST_SECONDS
from .skeleton import Kind, Skeleton, load_skeleton

#: Seconds, and frames a second, beyond which a clock is nonsense, and poses at an even rate would fill the memory.
_FASTEST = 1000.0
_EXPECTED = ("spread", "expected_error")  # what files of before have not


@dataclass(frozen=True)
class Motion:
    """A tracked clip of F frames; every array is finite. Angles in radians, lengths in metres.

    Positions are the forward kinematics of `angles` and `bone_lengths`, in the camera frame
    (x right, y down, z away). Raises ValueError where shapes disagree.
    """

    kind: Kind
    """Of the skeleton whose J joints and A angles these are."""
    positions: NDArray[np.float32]
    """(F,J,3) metres, camera frame, relative to the root joint."""
    translation: NDArray[np.float32]
    """(F,3) the root joint in the camera frame, metres; weak, since scale is assumed."""
    camera: Camera
    """The picture's, assumed where it is not known."""
    angles: NDArray[np.float32]
    """(F,A) radians, within the limits; the root's three are unlimited and continuous."""
    bone_lengths: NDArray[np.float32]
    """(J,) metres, of the bone that ends at the joint; 0 for the root."""
    keypoints: NDArray[np.float32]
    """(F,K,2) pixels of the upright picture, as KEYPOINT_NAMES."""
    confidence: NDArray[np.float32]
    """(F,K) 0..1; 0 = not seen."""
    seen: Mask
    """(F,3) body, left hand, right hand detected in this frame."""
    fps: float
    """Nominal rate in 1/s; 0 for a still."""
    time: NDArray[np.float64]
    """(F,) presentation times, s."""
    size: tuple[int, int]
    """Width and height of the upright picture, pixels."""
    jumps: tuple[float, ...] = ()
    """Times, s, before which the file's clock jumped; the jumps are taken out of `time`."""
    seams: tuple[tuple[float, float], ...] = ()
    """Times, s, at which stretches that were detected by themselves are joined, and by how many pixels (mean) their
    points differ before it."""
    orientation: Orientation = UPRIGHT
    """How the file's pictures become upright."""
    offsets: tuple[float, ...] = ()
    """(V,) s that the clocks of the other videos of the take were ahead, where there are some."""
    spread: NDArray[np.float32] | None = None
    """(F,A) radians that the angles may be off (one standard deviation): of a guess where the part was not seen;
    None where that is not known, as in files of before."""
    expected_error: NDArray[np.float32] | None = None
    """(F,J) metres that each joint is to be expected away from the true one, while an arm's shoulder, a hand's wrist,
    of other joints the root is held; as far as it can reach where the part was not seen; None as of `spread`."""
    face: Face | None = None
    """None where it was not looked for, or never seen."""
    notes: tuple[str, ...] = ()
    """What was taken for granted when the file was read, a sentence each."""

    def __post_init__(self) -> None:
        frames, joints, names = len(self.time), len(self.skeleton.joints), len(KEYPOINT_NAMES)
        check_shapes(
            self,
            positions=(frames, joints, 3),
            translation=(frames, 3),
            angles=(frames, len(self.skeleton.freedoms)),
            bone_lengths=(joints,),
            keypoints=(frames, names, 2),
            confidence=(frames, names),
            seen=(frames, 3),
            time=(frames,),
            spread=(frames, len(self.skeleton.freedoms)),
            expected_error=(frames, joints),
        )
        if self.face is not None and len(self.face.seen) != frames:
            raise ValueError(f"Motion.face has {len(self.face.seen)} frames, expected {frames}")

    @property
    def skeleton(self) -> Skeleton:
        """The finished skeleton."""
        return load_skeleton(self.kind)

    @property
    def joints(self) -> tuple[str, ...]:
        """(J,) joint names; MediaPipe's where the joint is a landmark."""
        return self.skeleton.joints

    def lengths_of_bones(self) -> NDArray[np.float64]:
        """(B,) metres, in the order of the skeleton's bones."""
        bones = self.skeleton.joint_bones
        lengths = np.empty(len(self.skeleton.bones))
        lengths[bones[bones >= 0]] = self.bone_lengths[bones >= 0]
        return lengths


def notes_on(motion: Motion) -> list[str]:
    """What a person should know of a clip, a sentence each."""
    notes = list(motion.notes)
    notes += [f"The clock of the file jumps at {time:.2f} s; the jump is closed." for time in motion.jumps]
    for number, offset in enumerate(motion.offsets, 1):
        if offset:
            notes.append(f"The clock of view {number} is {abs(offset):.3f} s {'ahead' if offset >= 0 else 'behind'}.")
    if not motion.offsets and np.abs(motion.camera.centre - np.array(motion.size) / 2).max() > 1:
        x, y = motion.camera.centre
        notes.append(f"The camera is an inset's with its middle at {x:.0f}, {y:.0f}; switch Inset off where it is not.")
    return notes


def save_motion(motion: Motion, path: Path) -> None:
    """Write `motion` to `path` whole or not at all. Raises OutputError where that is impossible."""
    skeleton = motion.skeleton
    arrays: dict[str, NDArray[Any]] = {
        "joints": np.array(skeleton.joints),
        "parents": np.array(skeleton.parents, dtype=np.int32),
        "positions": motion.positions,
        "translation": motion.translation,
        "camera": motion.camera.numbers.astype(np.float32),
        "angles": motion.angles,
        "angle_names": np.array(skeleton.angle_names),
        "bone_lengths": motion.bone_lengths,
        "keypoints": motion.keypoints,
        "keypoint_names": np.array(KEYPOINT_NAMES),
        "confidence": motion.confidence,
        "seen": motion.seen,
        "fps": np.array(motion.fps, dtype=np.float64),
        "time": motion.time,
        "size": np.array(motion.size, dtype=np.int32),
    }
    arrays |= {name: values for name in _EXPECTED if (values := getattr(motion, name)) is not None}
    if motion.face is not None:
        arrays |= _face_arrays(motion.face)
    if motion.jumps:
        arrays["jumps"] = np.array(motion.jumps)
    if motion.seams:
        arrays["seams"] = np.array(motion.seams)
    if motion.notes:
        arrays["notes"] = np.array(motion.notes)
    if motion.offsets:
        arrays["offsets"] = np.array(motion.offsets)
    if motion.orientation != UPRIGHT:
        arrays["orientation"] = np.array(astuple(motion.orientation))
    with written_whole(path) as draft, draft.open("wb") as file:
        np.savez_compressed(file, **arrays)


def load_motion(path: Path) -> Motion:
    """Read what `save_motion` wrote; ValueError where the file is damaged, or of no skeleton of ours."""
    arrays = read_arrays(path)
    try:
        return _motion_of(arrays)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} does not hold the arrays of a motion ({error})") from error


def _motion_of(arrays: Mapping[str, NDArray[Any]]) -> Motion:
    names = tuple(arrays["angle_names"].tolist())
    kind = next((kind for kind in Kind if load_skeleton(kind).angle_names == names), None)
    if kind is None:
        raise ValueError("its angles are those of no skeleton of Sign Mocap's")
    fps, time = float(arrays["fps"]), arrays["time"]
    if not (0 <= fps <= _FASTEST and (np.diff(time) > 0).all() and np.ptp(time) <= LONGEST_SECONDS):
        raise ValueError("its clock makes no sense")
    width, height = arrays["size"].tolist()
    plain = ("positions", "translation", "angles", "bone_lengths", "keypoints", "confidence", "seen", "time")
    return Motion(
        kind=kind,
        camera=Camera.of(arrays["camera"]),
        fps=fps,
        size=(width, height),
        jumps=tuple(arrays["jumps"].tolist()) if "jumps" in arrays else (),
        seams=tuple((time, difference) for time, difference in arrays["seams"].tolist()) if "seams" in arrays else (),
        notes=tuple(arrays["notes"].tolist()) if "notes" in arrays else (),
        offsets=tuple(arrays["offsets"].tolist()) if "offsets" in arrays else (),
        orientation=Orientation(*arrays["orientation"].tolist()) if "orientation" in arrays else UPRIGHT,
        face=_face_of(arrays) if "face" in arrays else None,
        **{name: arrays[name] for name in plain},
        **{name: arrays[name] for name in _EXPECTED if name in arrays},
    )


def _face_arrays(face: Face) -> dict[str, NDArray[Any]]:
    names = np.array(FACE_NAMES)
    return {
        "face_names": names,
        "face": face.coefficients,
        "gaze": face.gaze,
        "face_seen": face.seen,
        "face_neutral": face.neutral,
        "face_covered": face.covered,
    }


def _face_of(arrays: Mapping[str, NDArray[Any]]) -> Face:
    own = (arrays[name] for name in ("face", "gaze", "face_seen", "face_neutral", "face_covered"))
    return Face(*own)
