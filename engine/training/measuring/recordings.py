"""Real people before calibrated cameras, and the bundled sample, as the detector sees them.

    python -m engine.training.measuring.recordings --multiview ../shared/data/multiview

keeps the keypoints of the videos, the triangulated joints and MediaPipe's own landmarks as arrays, from which
`evaluate` measures without the videos.
"""

import argparse
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...detection import detect, open_video
from ...geometry.arrays import Array, check_shapes
from ...keypoints import KEYPOINT_NAMES, Keypoints
from ...options import TrackOptions
from ...process import prepare_process
from ..clips import DATA
from .sample_accuracy import SAMPLE

MULTIVIEW, SAMPLE_KEYPOINTS = DATA / "multiview.npz", DATA / "sample.npz"
CLIPS = ("hands", "balance", "static")
#: What is kept of the truth.
_KNOWN = ("cameras", "view", "intrinsics", "distortion", "rotation", "translation", "names", "positions")
#: What is kept of keypoints.
_DETECTED = ("points", "confidence", "depth", "time", "size")


@dataclass(frozen=True)
class Recording:
    """One clip of a real person, F frames by each of C cameras; K = 75 keypoints, J joints that are judged."""

    cameras: NDArray[np.str_]
    """(C,) names."""
    view: NDArray[np.str_]
    """(C,) what the camera sees of the chest: 'front', 'oblique' or 'back'."""
    intrinsics: Array
    """(C,3,3) pixels."""
    distortion: Array
    """(C,5) as OpenCV's."""
    rotation: Array
    """(C,3,3) from the room to each camera, and so the next."""
    translation: Array
    """(C,3) metres."""
    clock: Array
    """(C,F) s: the times of `time` by one clock."""
    names: NDArray[np.str_]
    """(J,)."""
    positions: Array
    """(C,F,J,3) metres in each camera's axes, triangulated from all cameras; NaN where unknown."""
    image: Array
    """(C,F,K,3) MediaPipe 0.10.33 Holistic's own landmarks, whole picture: pixels, depth too; NaN where not found."""
    world: Array
    """(C,F,K,3) its world landmarks, metres; NaN where not found."""
    points: Array
    """(C,F,K,2) as Keypoints, and so the others."""
    confidence: Array
    """(C,F,K)."""
    depth: Array
    """(C,F,K)."""
    time: Array
    """(C,F)."""
    size: NDArray[np.int32]
    """(C,2)."""

    def __post_init__(self) -> None:
        cameras, frames, points = len(self.cameras), self.time.shape[1], len(KEYPOINT_NAMES)
        check_shapes(
            self,
            view=(cameras,),
            intrinsics=(cameras, 3, 3),
            distortion=(cameras, 5),
            rotation=(cameras, 3, 3),
            translation=(cameras, 3),
            clock=(cameras, frames),
            points=(cameras, frames, points, 2),
            confidence=(cameras, frames, points),
            depth=(cameras, frames, points),
            time=(cameras, frames),
            size=(cameras, 2),
        )

    def keypoints(self, camera: int) -> Keypoints:
        """What the detector made of one camera's video, as `detect` gives it."""
        return _keypoints({name: getattr(self, name)[camera] for name in _DETECTED})


def record(folder: Path, clip: str) -> Recording:
    """Detect the person in a clip's videos, and read what is known of it, all from ../shared/data/multiview."""
    with np.load(folder / "truth" / f"{clip}.npz", allow_pickle=False) as truth:
        known = {name: truth[name] for name in _KNOWN} | {"clock": truth["time"]}
    with np.load(folder / "baselines" / f"{clip}.npz", allow_pickle=False) as baselines:
        known |= {name: baselines[name] for name in ("image", "world")}
    videos = [_detected(folder / "videos" / f"{clip}_{camera}.mp4") for camera in known["cameras"].tolist()]
    return Recording(**known, **{name: np.stack([video[name] for video in videos]) for name in _DETECTED})


def _detected(video: Path) -> dict[str, NDArray[Any]]:
    """What is kept of a video's keypoints."""
    with open_video(video) as source:
        keypoints = detect(source, TrackOptions())
    return {name: np.asarray(getattr(keypoints, name)) for name in _DETECTED}


def _keypoints(arrays: dict[str, NDArray[Any]]) -> Keypoints:
    """The inverse of `_detected`."""
    width, height = arrays["size"].tolist()
    fps = float(1.0 / np.median(np.diff(arrays["time"])))
    return Keypoints(arrays["points"], arrays["confidence"], arrays["time"], fps, (width, height), arrays["depth"])


def save_recordings(recordings: dict[str, Recording], path: Path) -> None:
    """Write recordings by their names."""
    arrays = {f"{clip}.{f.name}": getattr(own, f.name) for clip, own in recordings.items() for f in fields(Recording)}
    np.savez_compressed(path, **arrays)


def load_recordings(path: Path = MULTIVIEW) -> dict[str, Recording]:
    """Read what `save_recordings` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        clips = dict.fromkeys(name.split(".")[0] for name in stored.files)
        return {clip: Recording(**{f.name: stored[f"{clip}.{f.name}"] for f in fields(Recording)}) for clip in clips}


def load_sample(path: Path = SAMPLE_KEYPOINTS) -> Keypoints:
    """The keypoints of the bundled sample, whose signer's pelvis is still."""
    with np.load(path, allow_pickle=False) as stored:
        return _keypoints({name: stored[name] for name in _DETECTED})


def main() -> None:
    """Detect and keep."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.measuring.recordings", description=__doc__)
    parser.add_argument("--multiview", type=Path, required=True, help="folder of the videos, truth and baselines")
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    if not (options.multiview / "truth").is_dir():
        parser.error(f"{options.multiview} holds no truth/")
    prepare_process()
    save_recordings({clip: record(options.multiview, clip) for clip in CLIPS}, options.out / MULTIVIEW.name)
    np.savez_compressed(options.out / SAMPLE_KEYPOINTS.name, **_detected(SAMPLE))


if __name__ == "__main__":
    main()
