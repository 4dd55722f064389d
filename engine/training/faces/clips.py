"""Rendered clips as the product lifts them, and what happens in them: blinks and jaws that open."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...face.face import Face
from ...face.landmarks import FACE_POINTS, FaceLandmarks
from ...face.names import FACE_NAMES
from ...files import read_arrays
from ...geometry.arrays import Array, Mask, runs
from ...keypoints import Keypoints
from ...lifting.face import lift_face

_BLINKS = [FACE_NAMES.index(f"eyeBlink{side}") for side in ("Left", "Right")]
JAW = FACE_NAMES.index("jawOpen")
#: Lids are shut above this in truth, and above that, chosen on the clips of `dev`, as they are told.
SHUT, TOLD_SHUT = 0.5, 0.3
#: A jaw opens where it gets this far, frames in which the same opening is looked for.
OPEN, NEAR = 0.2, 4


@dataclass(frozen=True)
class Clip:
    """A clip of F frames, lifted, and the truth."""

    face: Face
    scores: Array
    """(F,52) of MediaPipe's network."""
    coefficients: Array
    """(F,52)."""
    gaze: Array
    """(F,2,2) radians."""
    covered: Mask
    """(F,) whether a hand is before more than a twentieth of the face."""


def load_clips(folder: Path, name: str) -> list[Clip]:
    """Those that `render` wrote, lifted at the strength of filtering that is usual."""
    found: list[Clip] = []
    for path in sorted(folder.glob(f"{name}_[0-9]*.npz")):
        stored = read_arrays(path)
        points = stored["points"]
        own = points if points.shape[1] == len(FACE_POINTS) else points[:, list(FACE_POINTS)]
        time = stored["time"]
        keypoints = Keypoints(
            stored["keypoints"],
            stored["confidence"],
            time,
            float(1 / (time[1] - time[0])),
            (int(stored["size"][0]), int(stored["size"][1])),
            face=FaceLandmarks(own, stored["scores"]),
        )
        face = lift_face(keypoints, 1.0)
        if face is not None:
            truth = (stored["coefficients"], stored["gaze"], stored["covered"] > 0.05)
            found.append(Clip(face, stored["scores"], *truth))
    return found


def blinks(lids: Array, least: float) -> list[tuple[int, int]]:
    """First frame and the first after each, where lids (F,) are shut."""
    return runs(lids >= least)


def count_blinks(clip: Clip, told: Array, least: float) -> tuple[int, int, int, int]:
    """True ones, of them found, told ones, of them true; of coefficients told (F,52). One frame off counts."""
    true = blinks(clip.coefficients[:, _BLINKS].mean(1), SHUT)
    said = blinks(told[:, _BLINKS].mean(1), least)

    def met(own: tuple[int, int], others: list[tuple[int, int]]) -> bool:
        return any(own[0] <= stop and start <= own[1] for start, stop in others)

    return len(true), sum(met(own, said) for own in true), len(said), sum(met(own, true) for own in said)


def opening_times(jaw: Array, least: float = OPEN) -> Array:
    """Frames, with parts, at which a jaw (F,) gets half as far as where it is next widest, at least `least`."""
    peaks = [
        frame
        for frame in range(1, len(jaw) - 1)
        if jaw[frame] >= least and jaw[frame] >= jaw[frame - 1] and jaw[frame] > jaw[frame + 1]
    ]
    found: list[float] = []
    for peak in peaks:
        below = np.flatnonzero(jaw[:peak] < jaw[peak] / 2)
        if len(below):
            last = int(below[-1])
            rise = jaw[last + 1] - jaw[last]
            found.append(last + float((jaw[peak] / 2 - jaw[last]) / rise))
    return np.unique(np.array(found))


def opening_errors(clip: Clip, told: Array) -> Array:
    """Frames that each opening of the jaw is late in what is told (F,52); NaN where none is near."""
    true = opening_times(clip.coefficients[:, JAW])
    said = opening_times(told[:, JAW], OPEN / 2)
    if not len(said):
        return np.full(len(true), np.nan)
    late = np.array([said[np.argmin(np.abs(said - time))] - time for time in true])
    return np.where(np.abs(late) <= NEAR, late, np.nan)
