"""How far the sample's rig is from its exact joints, beside MediaPipe's own 3D landmarks.

`python -m engine.packaging.accuracy` prints Markdown tables: by part, by direction, by joint.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..keypoints import HAND_NAMES, HANDS, KEYPOINT_NAMES, POSE_NAMES, SIDES
from ..landmarkers import HOLISTIC, MODELS_DIR, Landmarker
from ..motion import Motion
from ..process import prepare_process
from ..track import TrackOptions, track
from ..video import open_video

Array = NDArray[np.float64]
SAMPLE = Path(__file__).resolve().parents[2] / "tests" / "data" / "sample.mp4"

_LIMBS = ("shoulder", "elbow", "wrist", "hip")
PARTS: dict[str, tuple[str, ...]] = {
    "body": ("nose", *(f"{side}_{joint}" for joint in _LIMBS for side in SIDES)),
    **{f"{side} hand": tuple(f"{side}_hand_{name}" for name in HAND_NAMES) for side in SIDES},
}
"""The joints of each part; a part is aligned by itself."""


@dataclass(frozen=True)
class Joints:
    """Named joints of a clip in the camera's axes, of no particular place."""

    names: tuple[str, ...]
    positions: Array
    """(F,J,3) metres."""
    found: NDArray[np.bool_]
    """(F,3) where body, left hand and right hand count."""

    def of(self, names: tuple[str, ...]) -> Array:
        """(F,N,3) the joints of these names."""
        return self.positions[:, [self.names.index(name) for name in names]]


def true_joints(video: Path) -> Joints:
    """The exact joints, out of the .npz beside the sample."""
    with np.load(video.with_suffix(".npz"), allow_pickle=False) as truth:
        positions = truth["positions_camera"].astype(np.float64)
        return Joints(tuple(truth["joints"].tolist()), positions, np.ones((len(positions), 3), bool))


def rig_joints(motion: Motion) -> Joints:
    """The joints of a tracked clip."""
    return Joints(tuple(motion.joints.tolist()), motion.positions.astype(np.float64), motion.seen)


def mediapipe_joints(video: Path) -> Joints:
    """MediaPipe's world landmarks: each hand has an origin of its own."""
    rows: list[Array] = []
    with open_video(video) as source, Landmarker(HOLISTIC, MODELS_DIR, video=True) as landmarker:
        for frame in source.frames():
            result = landmarker(frame.image, frame.time)
            row = np.full((len(KEYPOINT_NAMES), 3), np.nan)
            _fill(row[: len(POSE_NAMES)], result.pose_world_landmarks)
            for side in SIDES:
                _fill(row[HANDS[side]], getattr(result, f"{side}_hand_world_landmarks"))
            rows.append(row)
    positions = np.stack(rows)
    firsts = [0, *(HANDS[side].start for side in SIDES)]
    return Joints(KEYPOINT_NAMES, np.nan_to_num(positions), np.isfinite(positions[:, firsts, 0]))


def _fill(row: Array, landmarks: Any) -> None:
    if landmarks:
        row[:] = [(point.x, point.y, point.z) for point in landmarks]


def align(joints: Array, truth: Array, *, rotate: bool, scale: bool) -> Array:
    """Joints (F,N,3) moved onto the truth in each frame by itself; least squares (Umeyama 1991)."""
    centred, target = (x - x.mean(axis=1, keepdims=True) for x in (joints, truth))
    if rotate:
        solved = cast("Any", np.linalg.svd(np.swapaxes(centred, 1, 2) @ target))
        u, singular, vt = cast("tuple[Array, Array, Array]", solved)
        proper = np.ones(singular.shape)
        proper[:, 2] = np.sign(np.linalg.det(u @ vt))
        centred = centred @ (u * proper[:, None]) @ vt
        if scale:
            size = (singular * proper).sum(1) / (centred**2).sum((1, 2))
            centred = centred * size[:, None, None]
    return centred + truth.mean(axis=1, keepdims=True)


ALIGNMENTS = {
    "t": {"rotate": False, "scale": False},
    "R, t": {"rotate": True, "scale": False},
    "R, t, s": {"rotate": True, "scale": True},
}


def joint_errors(joints: Joints, truth: Joints, part: str, frames: NDArray[np.bool_]) -> dict[str, Array]:
    """Distances (frames, N), metres, of a part's joints from the true ones, per alignment."""
    own, exact = (x.of(PARTS[part])[frames] for x in (joints, truth))
    return {name: np.linalg.norm(align(own, exact, **how) - exact, axis=-1) for name, how in ALIGNMENTS.items()}


def _limb(start: str, end: str) -> Callable[[Joints, str], Array]:
    return lambda joints, side: np.subtract(*np.swapaxes(joints.of((f"{side}_{end}", f"{side}_{start}")), 0, 1))


def _palm(joints: Joints, side: str) -> Array:
    names = tuple(f"{side}_hand_{name}" for name in ("wrist", "index_finger_mcp", "pinky_mcp"))
    wrist, index, pinky = np.swapaxes(joints.of(names), 0, 1)
    return np.cross(index - wrist, pinky - wrist)


DIRECTIONS: dict[str, Callable[[Joints, str], Array]] = {
    "upper arm": _limb("shoulder", "elbow"),
    "forearm": _limb("elbow", "wrist"),
    "palm normal": _palm,
}


def direction_errors(joints: Joints, truth: Joints, name: str, side: str, frames: NDArray[np.bool_]) -> Array:
    """Angles (frames,), degrees, between a direction and the true one in the camera's axes."""
    own, exact = (DIRECTIONS[name](x, side)[frames] for x in (joints, truth))
    cosine = (own * exact).sum(-1) / np.linalg.norm(own, axis=-1) / np.linalg.norm(exact, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def tables(rig: Joints, mediapipe: Joints, truth: Joints) -> Iterator[str]:
    """The lines of the tables by part and direction; frames count in which both find the part."""
    both = rig.found & mediapipe.found
    yield "| median / mean, cm | frames | " + " | ".join(f"rig ({a}) | MediaPipe ({a})" for a in ALIGNMENTS) + " |"
    yield "|---|---|" + "---|---|" * len(ALIGNMENTS)
    for column, part in enumerate(PARTS):
        frames = both[:, column]
        errors = [joint_errors(joints, truth, part, frames) for joints in (rig, mediapipe)]
        cells = [_summary(100 * error[a], 1) for a in ALIGNMENTS for error in errors]
        yield f"| {part}, {len(PARTS[part])} joints | {frames.sum()} | " + " | ".join(cells) + " |"
    yield ""
    yield "| median / mean, degrees | rig | MediaPipe |"
    yield "|---|---|---|"
    for name in DIRECTIONS:
        for column, side in enumerate(SIDES, start=1):
            frames = both[:, column if name == "palm normal" else 0]
            cells = [_summary(direction_errors(j, truth, name, side, frames), 0) for j in (rig, mediapipe)]
            yield f"| {side} {name} | " + " | ".join(cells) + " |"


def joint_table(rig: Joints, mediapipe: Joints, truth: Joints) -> Iterator[str]:
    """The lines of a table of single joints, each part aligned by translation."""
    both = rig.found & mediapipe.found
    medians: dict[str, list[str]] = {}
    for column, (part, names) in enumerate(PARTS.items()):
        frames = both[:, column]
        errors = [joint_errors(joints, truth, part, frames)["t"] for joints in (rig, mediapipe)]
        for joint, name in enumerate(names):
            medians[name] = [f"{100 * np.median(error[:, joint]):.1f}" for error in errors]
    yield "| median, cm (t) | left: rig | MediaPipe | right: rig | MediaPipe |"
    yield "|---|---|---|---|---|"
    for name in dict.fromkeys(name.removeprefix("left_").removeprefix("right_") for name in medians):
        cells = [cell for side in SIDES for cell in medians.get(f"{side}_{name}", medians.get(name, ["", ""]))]
        yield f"| {name.replace('_', ' ')} | " + " | ".join(cells) + " |"


def _summary(errors: Array, digits: int) -> str:
    return f"{np.median(errors):.{digits}f} / {errors.mean():.{digits}f}" if errors.size else "-"


def table() -> Iterator[str]:
    """Track the sample, and the lines of all tables."""
    joints = rig_joints(track(SAMPLE, TrackOptions())), mediapipe_joints(SAMPLE), true_joints(SAMPLE)
    yield from tables(*joints)
    yield from ("", "<details><summary>Every joint</summary>", "")
    yield from joint_table(*joints)
    yield from ("", "</details>")


def main() -> int:
    """Measure and print."""
    prepare_process()
    for line in table():
        print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
