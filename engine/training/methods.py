"""What MediaPipe and what our engine say about rendered signers, in one form to compare with the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..features import BODY_POINTS
from ..keypoints import HAND_NAMES, HANDS, KEYPOINT_NAMES, SIDES
from ..motion import Motion
from ..packaging.alignment import Array, Joints
from ..skeleton import load_skeleton
from ..track import TrackOptions, motion_from_keypoints
from .rendered import Rendered

#: Each part's joints by the column of `Joints.found`; both hands count as one part.
PARTS: dict[str, dict[int, tuple[str, ...]]] = {
    "body": {0: BODY_POINTS},
    "hand": {column: tuple(f"{side}_hand_{name}" for name in HAND_NAMES) for column, side in enumerate(SIDES, start=1)},
}
#: The alignments that a method is compared under: turned onto the truth, and not. MediaPipe's size is a guess.
MEDIAPIPE, OURS = ("R, t, s", "t, s"), ("R, t", "t")
PER_FRAME, OVER_TIME = TrackOptions(smoothing=0.0), TrackOptions()


@dataclass(frozen=True)
class Method:
    """One source of joints."""

    name: str
    joints: Joints
    """Of all N frames of a set."""
    alignments: tuple[str, str]


def columns(names: tuple[str, ...]) -> list[int]:
    """Where keypoints of these names are."""
    return [KEYPOINT_NAMES.index(name) for name in names]


def project(rendered: Rendered) -> Array:
    """(N,J,2) pixels of the true joints."""
    camera = rendered.camera[rendered.clip][:, None]
    positions = rendered.positions.astype(np.float64)
    return positions[..., :2] / positions[..., 2:] * camera[..., :2] + camera[..., 2:]


def true_joints(rendered: Rendered) -> Joints:
    """The truth; a hand counts where all its points are inside the picture, the body always."""
    names = tuple(rendered.joints.tolist())
    inside = in_picture(rendered)
    found = np.ones((len(inside), 3), bool)
    for column, hand in PARTS["hand"].items():
        found[:, column] = inside[:, [names.index(name) for name in hand]].all(1)
    return Joints(names, rendered.positions.astype(np.float64), found)


def in_picture(rendered: Rendered) -> NDArray[np.bool_]:
    """(N,J) whether a true joint is inside the picture, seen or hidden."""
    pixels = project(rendered)
    return ((pixels >= 0) & (pixels < rendered.size[rendered.clip][:, None])).all(-1)


def mediapipe_methods(rendered: Rendered) -> tuple[Method, ...]:
    """World landmarks first, then the points of the picture with MediaPipe's depth, and with world depth."""
    hands = [rendered.confidence[:, hand].any(1) for hand in HANDS.values()]
    body = rendered.confidence[:, columns(BODY_POINTS)].any(1)
    found = np.column_stack([body, np.stack(hands, 1) & rendered.plain])
    points, world = rendered.points.astype(np.float64), rendered.world.astype(np.float64)
    depth = world[..., 2].copy()
    for names in (names for part in PARTS.values() for names in part.values()):
        own = columns(names)
        depth[:, own] *= _spread(points[:, own]) / np.maximum(_spread(world[:, own, :2]), 1e-9)
    variants = {
        "MediaPipe world": world,
        "MediaPipe image x, y, z": np.dstack([points, rendered.depth]),
        "MediaPipe image x, y, world depth": np.dstack([points, depth]),
    }
    return tuple(Method(name, Joints(KEYPOINT_NAMES, xyz, found), MEDIAPIPE) for name, xyz in variants.items())


def _spread(points: Array) -> Array:
    """(N,1) root mean square distance of points (N,K,2) from their middle."""
    return np.sqrt(((points - points.mean(1, keepdims=True)) ** 2).sum(-1).mean(-1, keepdims=True))


def track_clips(rendered: Rendered, options: TrackOptions) -> list[Motion | None]:
    """Our motion of each clip; None where no frame of it shows a person."""
    clips = [rendered.keypoints(clip) for clip in range(len(rendered.camera))]
    return [motion_from_keypoints(clip, options) if clip.seen[:, 0].any() else None for clip in clips]


def motion_joints(motions: list[Motion | None], rendered: Rendered) -> Joints:
    """The joints of all clips; frames without a detection are not found, even where a gap was bridged."""
    names = load_skeleton().joints
    positions = np.zeros((len(rendered.clip), len(names), 3))
    found = np.zeros((len(rendered.clip), 3), bool)
    for clip, motion in enumerate(motions):
        if motion is not None:
            positions[rendered.clip == clip], found[rendered.clip == clip] = motion.positions, motion.seen
    return Joints(names, positions, found)
