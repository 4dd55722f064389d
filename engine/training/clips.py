"""The rendered signers as small arrays, as `python -m engine.training.fitting.pack` keeps them."""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, Mask, check_shapes
from ..keypoints import KEYPOINT_NAMES, Keypoints
from ..skeleton import body_skeleton, hand_skeleton, load_skeleton

DATA = Path(__file__).resolve().parent / "data"
#: What networks learn from.
TRAIN_SETS = ("train", "builds")
#: Fields of C rows.
PER_CLIP = ("camera", "size", "character", "motion", "lengths")


@dataclass(frozen=True)
class ClipSet:
    """N frames of one set, clip after clip; K = 75 keypoints, J true joints, of truth.JOINTS."""

    joints: NDArray[np.str_]
    """(J,) names of the true joints."""
    positions: Array
    """(N,J,3) true joints in the camera frame, metres."""
    points: Array
    """(N,K,2) detected, pixels, with the second look."""
    confidence: Array
    """(N,K) 0..1; 0 = not seen."""
    depth: Array
    """(N,K) MediaPipe's depth, pixels; see Keypoints."""
    world: Array
    """(N,K,3) MediaPipe's world landmarks, metres; 0 in the training sets, which do not need them."""
    plain: Mask
    """(N,2) left and right hand found by Holistic alone, without the second look."""
    time: Array
    """(N,) seconds in the clip."""
    clip: NDArray[np.int32]
    """(N,) number of the clip, 0 to C - 1."""
    camera: Array
    """(C,4) true fx, fy, cx, cy, pixels."""
    size: NDArray[np.int32]
    """(C,2) width and height."""
    character: NDArray[np.str_]
    """(C,)."""
    motion: NDArray[np.str_]
    """(C,) class of motion."""
    body: Array
    """(N,19) angles of the body skeleton that explain the true joints, root in the camera frame, radians."""
    hands: Array
    """(N,2,26) of left and right hand; the left one as the right hand that its mirror image is."""
    residual: Array
    """(N,3) mean distance of body, left and right hand from the true joints, metres."""
    lengths: Array
    """(C,B) metres, of the finished skeleton's bones."""

    def __post_init__(self) -> None:
        frames, clips, points = len(self.clip), len(self.camera), len(KEYPOINT_NAMES)
        check_shapes(
            self,
            positions=(frames, len(self.joints), 3),
            points=(frames, points, 2),
            confidence=(frames, points),
            depth=(frames, points),
            world=(frames, points, 3),
            plain=(frames, 2),
            time=(frames,),
            camera=(clips, 4),
            size=(clips, 2),
            character=(clips,),
            motion=(clips,),
            body=(frames, len(body_skeleton().freedoms)),
            hands=(frames, 2, len(hand_skeleton().freedoms)),
            residual=(frames, 3),
            lengths=(clips, len(load_skeleton().bones)),
        )

    def frames(self, rows: Mask) -> "ClipSet":
        """Some of the frames (N,), of the same clips."""
        each = [field.name for field in fields(self) if field.name not in ("joints", *PER_CLIP)]
        return replace(self, **{name: getattr(self, name)[rows] for name in each})

    def keypoints(self, clip: int) -> Keypoints:
        """What the detector made of one clip."""
        rows = self.clip == clip
        time = self.time[rows].astype(np.float64)
        return Keypoints(
            points=self.points[rows],
            confidence=self.confidence[rows],
            time=time,
            fps=float(1.0 / np.median(np.diff(time))),
            size=(int(self.size[clip, 0]), int(self.size[clip, 1])),
            depth=self.depth[rows],
        )


#: Steps that the arrays are rounded to: far below the detector's errors.
_STEPS = {
    **{"positions": 2e-4, "points": 1 / 16, "depth": 1 / 16, "world": 2e-4, "confidence": 1 / 250},
    **{"body": 2e-4, "hands": 2e-4, "residual": 1e-5},
}


def save_clips(clips: ClipSet, path: Path) -> None:
    """Write a set, rounded to whole steps of 16 bits."""
    arrays = {field.name: getattr(clips, field.name) for field in fields(ClipSet)}
    for name, step in _STEPS.items():
        arrays[name] = np.clip(np.rint(arrays[name] / step), -32767, 32767).astype(np.int16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def load_clips(path: Path) -> ClipSet:
    """Read what `save_clips` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {field.name: stored[field.name] for field in fields(ClipSet)}
    for name, step in _STEPS.items():
        arrays[name] = arrays[name].astype(np.float32) * np.float32(step)
    return ClipSet(**arrays)
