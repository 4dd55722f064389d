"""How far the sample's rig is from its exact joints, beside MediaPipe's own 3D landmarks.

`python -m engine.training.measuring.sample_accuracy` prints Markdown tables: by part, by direction, by joint.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...detection.holistic import Holistic
from ...detection.landmarkers import MODELS_DIR
from ...detection.video import open_video
from ...geometry.arrays import Array, Mask
from ...keypoints import HAND_NAMES, KEYPOINT_NAMES, Side
from ...keypoints import PARTS as LANDMARKS
from ...motion import Motion
from ...options import TrackOptions
from ...process import prepare_process
from ...track import track
from .joints import DIRECTIONS, Joints, direction_errors
from .metrics import joint_errors

SAMPLE = Path(__file__).resolve().parents[3] / "tests" / "data" / "sample.mp4"

_LIMBS = ("shoulder", "elbow", "wrist", "hip")
PARTS: dict[str, tuple[str, ...]] = {
    "body": ("nose", *(f"{side}_{joint}" for joint in _LIMBS for side in Side)),
    **{f"{side} hand": tuple(f"{side}_hand_{name}" for name in HAND_NAMES) for side in Side},
}
"""The joints of each part; a part is aligned by itself."""
ALIGNMENTS = ("t", "R, t", "R, t, s")


def true_joints(video: Path) -> Joints:
    """The exact joints, out of the .npz beside the sample."""
    with np.load(video.with_suffix(".npz"), allow_pickle=False) as truth:
        positions = truth["positions_camera"].astype(np.float64)
        return Joints(tuple(truth["joints"].tolist()), positions, np.ones((len(positions), 3), bool))


def rig_joints(motion: Motion) -> Joints:
    """The joints of a tracked clip."""
    return Joints(motion.joints, motion.positions.astype(np.float64), motion.seen)


def mediapipe_joints(video: Path) -> Joints:
    """MediaPipe's world landmarks: each hand has an origin of its own."""
    with open_video(video) as source, Holistic(MODELS_DIR, video=True, second_look=False, face=False) as holistic:
        rows = [holistic(frame.image, frame.time) for frame in source.frames()]
    found = [[bool(row.confidence[part].any()) for part in LANDMARKS] for row in rows]
    return Joints(KEYPOINT_NAMES, np.stack([row.world for row in rows]).astype(np.float64), np.array(found))


def part_errors(joints: Joints, truth: Joints, part: str, frames: Mask) -> dict[str, Array]:
    """Distances (frames, N), metres, of a part's joints from the true ones, per alignment."""
    own, exact = (x.of(PARTS[part])[frames] for x in (joints, truth))
    return {name: joint_errors(own, exact, name) for name in ALIGNMENTS}


def tables(rig: Joints, mediapipe: Joints, truth: Joints) -> Iterator[str]:
    """The lines of the tables by part and direction; frames count in which both find the part."""
    both = rig.found & mediapipe.found
    yield "| median / mean, cm | frames | " + " | ".join(f"rig ({a}) | MediaPipe ({a})" for a in ALIGNMENTS) + " |"
    yield "|---|---|" + "---|---|" * len(ALIGNMENTS)
    for column, part in enumerate(PARTS):
        frames = both[:, column]
        errors = [part_errors(joints, truth, part, frames) for joints in (rig, mediapipe)]
        cells = [_summary(100 * error[a], 1) for a in ALIGNMENTS for error in errors]
        yield f"| {part}, {len(PARTS[part])} joints | {frames.sum()} | " + " | ".join(cells) + " |"
    yield ""
    yield "| median / mean, degrees | rig | MediaPipe |"
    yield "|---|---|---|"
    for name in DIRECTIONS:
        for column, side in enumerate(Side, start=1):
            frames = both[:, column if name == "palm normal" else 0]
            cells = [_summary(direction_errors(j, truth, name, side, frames), 0) for j in (rig, mediapipe)]
            yield f"| {side} {name} | " + " | ".join(cells) + " |"


def joint_table(rig: Joints, mediapipe: Joints, truth: Joints) -> Iterator[str]:
    """The lines of a table of single joints, each part aligned by translation."""
    both = rig.found & mediapipe.found
    medians: dict[str, list[str]] = {}
    for column, (part, names) in enumerate(PARTS.items()):
        frames = both[:, column]
        errors = [part_errors(joints, truth, part, frames)["t"] for joints in (rig, mediapipe)]
        for joint, name in enumerate(names):
            medians[name] = [f"{100 * np.median(error[:, joint]):.1f}" for error in errors]
    yield "| median, cm (t) | left: rig | MediaPipe | right: rig | MediaPipe |"
    yield "|---|---|---|---|---|"
    for name in dict.fromkeys(name.removeprefix("left_").removeprefix("right_") for name in medians):
        cells = [cell for side in Side for cell in medians.get(f"{side}_{name}", medians.get(name, ["", ""]))]
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
