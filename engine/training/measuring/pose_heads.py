"""What arms and heads become of `.pose` files that leave points of the head out, against four cameras.

`python -m engine.training.measuring.pose_heads` writes the table of docs/points.md.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import HAND_NAMES, KEYPOINT_NAMES, POSE_NAMES, Side
from ...motion import Motion
from ...options import TrackOptions
from ...points.names import load_point_maps
from ...points.pictured import Pictured, seen_in_picture
from ...points.pose_format import Component, PoseFile
from ...track import motion_from_keypoints
from ..markers import put_into
from .markdown import number, table
from .metrics import angles_between, joint_errors
from .multiview import Track, judged, true_track
from .recordings import Recording, load_recordings

PAGE = Path(__file__).resolve().parents[3] / "docs" / "points.md"
HEAD = frozenset(POSE_NAMES[: POSE_NAMES.index("left_shoulder")])
_EYES, _EARS = (frozenset(f"{side}_{part}" for side in Side) for part in ("eye", "ear"))
#: What a file has of the head, by what that is.
KEPT: dict[str, frozenset[str]] = {
    "all 11 points": HEAD,
    "nose, eyes, ears: BODY_25": _EYES | _EARS | {"nose"},
    "nose, eyes": _EYES | {"nose"},
    "nose": frozenset({"nose"}),
    "nothing": frozenset(),
}
_HIPS_AND_LEGS = frozenset(POSE_NAMES[POSE_NAMES.index("left_hip") :])
_CLIPS = ("hands", "balance")
_ARMS = tuple(tuple(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist")) for side in Side)
_ALIGNMENTS = ("t", "R, t")


def without(recording: Recording, camera: int, absent: frozenset[str]) -> PoseFile:
    """MediaPipe's points of one camera's video, without depth, as a `.pose` file that leaves some out."""
    body = tuple(name for name in POSE_NAMES if name not in absent)
    parts = [Component("POSE_LANDMARKS", body, depth=False)]
    parts += [Component(f"{side.upper()}_HAND_LANDMARKS", HAND_NAMES, depth=False) for side in Side]
    names = [*body, *(name for side in Side for name in side.hand_names)]
    points = recording.image[camera][:, [KEYPOINT_NAMES.index(name) for name in names], :2].astype(np.float32)
    sure = np.isfinite(points).all(-1).astype(np.float32)
    width, height = recording.size[camera].tolist()
    fps = float(1.0 / np.median(np.diff(recording.time[camera])))
    return PoseFile((width, height), fps, tuple(parts), points[:, None], sure[:, None])


def lifted(file: PoseFile) -> Motion:
    """What becomes of the one person of a file."""
    person = Pictured(file, np.zeros(len(file.data), np.intp))
    options = TrackOptions()
    return motion_from_keypoints(seen_in_picture(person, options, load_point_maps()), options)


def arms_apart(motion: Motion, truth: Track, alignment: str) -> Array:
    """(N,) cm that an arm's joints are off in the mean, of both arms, in the frames in which it is known."""
    ours, apart = Track(motion.joints, motion.positions.astype(np.float64)), list[Array]()
    for arm in _ARMS:
        known = np.isfinite(truth.of(arm)).all((1, 2))
        apart.append(100.0 * joint_errors(ours.of(arm)[known], truth.of(arm)[known], alignment).mean(1))
    return np.concatenate(apart)


def _noses_apart(motion: Motion, truth: Track) -> Array:
    """(N,) degrees between the ways from the neck to the nose."""
    ours = Track(motion.joints, motion.positions.astype(np.float64))
    names = ("nose", *(f"{side}_shoulder" for side in Side))
    ways = [own.of(names)[:, 0] - own.of(names)[:, 1:].mean(1) for own in (ours, truth)]
    known = np.isfinite(ways[1]).all(1)
    return angles_between(ways[0][known], ways[1][known])


def rows() -> Iterator[list[str]]:
    """Medians of all cameras that are judged, for every kind of file."""
    recordings = load_recordings()
    kinds = [(title, HEAD - kept) for title, kept in KEPT.items()]
    for title, absent in [*kinds, ("nothing, and neither hips nor legs", HEAD | _HIPS_AND_LEGS)]:
        row = [title]
        for clip in _CLIPS:
            recording = recordings[clip]
            pairs = [
                (lifted(without(recording, camera, absent)), true_track(recording, camera))
                for camera in judged(recording)
            ]
            arms = [[arms_apart(*pair, alignment) for pair in pairs] for alignment in _ALIGNMENTS]
            row.append(" / ".join(number(float(np.median(np.concatenate(own))), 1) for own in arms))
            noses = np.concatenate([_noses_apart(*pair) for pair in pairs])
            row += [number(float(np.median(noses)), 0)] if len(noses) else []
        yield row


def main() -> None:
    """Write the table."""
    head = ("of the head", "arms, cm, `hands`", "nose, degrees", "arms, cm, `balance`")
    put_into(PAGE, "heads", table(head, rows()))


if __name__ == "__main__":
    main()
