"""What MediaPipe and what our engine say about rendered signers, in one form to compare with the truth."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ...geometry.arrays import Array, Mask
from ...geometry.camera import Camera
from ...keypoints import BODY, HAND_NAMES, HANDS, KEYPOINT_NAMES, Keypoints, Side
from ...lifting.features import BODY_POINTS, FULL_POINTS
from ...lifting.smooth import Filter, filter_values
from ...motion import Motion
from ...options import TrackOptions
from ...skeleton import Kind, load_skeleton
from ...track import motion_from_keypoints
from ..clips import ClipSet
from .joints import Joints

#: Each part's joints by the column of `Joints.found`; both hands count as one part.
PARTS: dict[str, dict[int, tuple[str, ...]]] = {
    "body": {0: BODY_POINTS},
    "hand": {column: tuple(f"{side}_hand_{name}" for name in HAND_NAMES) for column, side in enumerate(Side, start=1)},
}
#: Those of sets that show the whole person, too.
ALL_PARTS = PARTS | {"whole": {0: FULL_POINTS}}
#: The alignments that a method is compared under: turned onto the truth, and not. MediaPipe's size is a guess.
MEDIAPIPE, OURS = ("R, t, s", "t, s"), ("R, t", "t")
PER_FRAME, OVER_TIME = TrackOptions(smoothing=0.0), TrackOptions()
#: What MediaPipe's depth of the body is multiplied by in its scaled variant: of the steps of 0.01 the one with
#: the least median error (R, t, s) on the training set: 2.37 cm, against 8.43 cm unscaled and 3.85 cm without depth.
BODY_DEPTH = 0.22
ALL = slice(None)


@dataclass(frozen=True)
class Method:
    """One source of joints."""

    name: str
    joints: Joints
    """Of all N frames of a set."""
    alignments: tuple[str, str]
    parts: tuple[str, ...] = tuple(ALL_PARTS)
    """Those that it says something of its own about."""


@dataclass(frozen=True)
class Given:
    """What a run of ours is given: by itself what a user's is."""

    keypoints: Callable[[ClipSet, int], Keypoints] = ClipSet.keypoints
    """Of a clip."""
    lengths: Array | None = None
    """(C,B) metres, of the finished skeleton's bones."""
    camera: bool = False
    """The true focal length."""
    filtering: Filter = filter_values
    """Over time."""


def columns(names: tuple[str, ...]) -> list[int]:
    """Where keypoints of these names are."""
    return [KEYPOINT_NAMES.index(name) for name in names]


def project(clips: ClipSet, rows: Mask | slice = ALL) -> Array:
    """(N,J,2) pixels of the true joints, of all frames or of some rows (N,)."""
    cameras = Camera.of(clips.camera[clips.clip[rows]][:, None])
    return cameras.project(clips.positions[rows].astype(np.float64))


def true_joints(clips: ClipSet) -> Joints:
    """The truth; a hand counts where all its points are inside the picture, the body always."""
    names = tuple(clips.joints.tolist())
    inside = in_picture(clips)
    found = np.ones((len(inside), 3), bool)
    for column, hand in PARTS["hand"].items():
        found[:, column] = inside[:, [names.index(name) for name in hand]].all(1)
    return Joints(names, clips.positions.astype(np.float64), found)


def in_picture(clips: ClipSet, rows: Mask | slice = ALL) -> Mask:
    """(N,J) whether a true joint is inside the picture, seen or hidden; as `project`."""
    pixels = project(clips, rows)
    return ((pixels >= 0) & (pixels < clips.size[clips.clip[rows]][:, None])).all(-1)


def mediapipe_methods(clips: ClipSet) -> tuple[Method, ...]:
    """World landmarks first, then the points of the picture with MediaPipe's depth, scaled, and with world depth."""
    hands = [clips.confidence[:, hand].any(1) for hand in HANDS.values()]
    body = clips.confidence[:, columns(BODY_POINTS)].any(1)
    found = np.column_stack([body, np.stack(hands, 1) & clips.plain])
    points, world = clips.points.astype(np.float64), clips.world.astype(np.float64)
    depth, scaled = world[..., 2].copy(), clips.depth.copy()
    scaled[:, BODY] *= BODY_DEPTH
    for names in (names for part in PARTS.values() for names in part.values()):
        own = columns(names)
        depth[:, own] *= _spread(points[:, own]) / np.maximum(_spread(world[:, own, :2]), 1e-9)
    variants = {
        "MediaPipe world": (world, tuple(ALL_PARTS)),
        "MediaPipe image x, y, z": (np.dstack([points, clips.depth]), tuple(ALL_PARTS)),
        "MediaPipe image x, y, z, depth scaled": (np.dstack([points, scaled]), ("body", "whole")),
        "MediaPipe image x, y, world depth": (np.dstack([points, depth]), tuple(PARTS)),
    }
    return tuple(
        Method(name, Joints(KEYPOINT_NAMES, xyz, found), MEDIAPIPE, parts) for name, (xyz, parts) in variants.items()
    )


def _spread(points: Array) -> Array:
    """(N,1) root mean square distance of points (N,K,2) from their middle."""
    return np.sqrt(((points - points.mean(1, keepdims=True)) ** 2).sum(-1).mean(-1, keepdims=True))


def true_keypoints(clips: ClipSet, clip: int) -> Keypoints:
    """The projected truth of each part wherever the detector found it, without depth.

    Body points outside the picture, and those without a true joint, are not seen.
    """
    detected, rows, own = clips.keypoints(clip), clips.clip == clip, columns(tuple(clips.joints.tolist()))
    points, confidence = np.zeros_like(detected.points), np.zeros_like(detected.confidence)
    points[:, own], confidence[:, own] = project(clips, rows), in_picture(clips, rows)
    for column, part in enumerate((BODY, *HANDS.values())):
        if part != BODY:
            confidence[:, part] = 1.0
        confidence[:, part] *= detected.seen[:, column, None]
    return replace(detected, points=points, confidence=confidence, depth=None)


def flat_keypoints(clips: ClipSet, clip: int) -> Keypoints:
    """What the detector made of one clip, without depth."""
    return replace(clips.keypoints(clip), depth=None)


def track_clips(clips: ClipSet, options: TrackOptions, given: Given | None = None) -> list[Motion | None]:
    """Our motion of each clip; None where no frame of it shows a person."""
    given = given or Given()
    motions: list[Motion | None] = []
    for clip, size in enumerate(clips.size):
        keypoints = given.keypoints(clips, clip)
        own = options
        if given.camera:
            own = replace(options, fov=float(np.degrees(2.0 * np.arctan(size.max() / (2.0 * clips.camera[clip, 0])))))
        known = None
        if given.lengths is not None:
            known = dict(zip(load_skeleton().names, given.lengths[clip].tolist(), strict=True))
        motions.append(
            motion_from_keypoints(keypoints, own, known, given.filtering) if keypoints.seen[:, 0].any() else None
        )
    return motions


def motion_joints(motions: list[Motion | None], clips: ClipSet) -> Joints:
    """The joints of all clips; frames without a detection are not found, even where a gap was bridged.

    Where a clip is taken for one without legs, these stay at the root.
    """
    names = load_skeleton(Kind.FULL_BODY).joints
    positions = np.zeros((len(clips.clip), len(names), 3))
    found = np.zeros((len(clips.clip), 3), bool)
    for clip, motion in enumerate(motions):
        if motion is not None:
            rows, own = np.flatnonzero(clips.clip == clip), [names.index(joint) for joint in motion.joints]
            positions[rows[:, None], own], found[rows] = motion.positions, motion.seen
    return Joints(names, positions, found)
