"""Hands to measure lifting on: as the detector saw them, some of their points withheld or hidden, and their truth."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...geometry.camera import Camera, place_in_camera
from ...keypoints import HANDS, Keypoints, Side
from ...lifting.lift import Lift, lift_hand
from ...lifting.observations import NEAR
from ...lifting.prior import lifted, reference
from ..clips import ClipSet
from ..measuring.methods import in_picture, project

#: Half a finger's thickness, and how much nearer than another the hand before it is at least, metres.
FINGER, BEFORE = 0.01, 0.01


@dataclass(frozen=True)
class SeenHand:
    """One side's hand in F frames of a clip."""

    keypoints: Keypoints
    camera: Camera
    side: Side
    missing: Mask
    """(F,21) the points that are not to be trusted."""
    truth: Array
    """(F,21,3) joints in the camera's axes, metres."""

    def __post_init__(self) -> None:
        frames = len(self.keypoints.time)
        check_shapes(self, missing=(frames, 21), truth=(frames, 21, 3))

    @property
    def found(self) -> Mask:
        """(F,) where the detector found it."""
        return self.keypoints.seen[:, self.side.column]

    def lift(self) -> Lift:
        """What the product's networks make of it; missing points weigh nothing from here on."""
        lift = lift_hand(self.keypoints, self.camera, self.side)
        weights = np.where(self.missing, 0.0, lift.evidence.weights)
        return replace(lift, evidence=replace(lift.evidence, weights=weights))

    def forgotten(self) -> "SeenHand":
        """Missing points are in the middle of the others: nothing is known of them."""
        there = (~self.missing)[..., None]
        count = np.maximum(there.sum(1), 1)
        points, depth = self._own
        return self._filled(
            ((points * there).sum(1) / count)[:, None], (depth * there[..., 0]).sum(1, keepdims=True) / count
        )

    def completed(self) -> "SeenHand":
        """Missing points are where the prior puts them."""
        lift = self.lift()
        places = reference(lift.skeleton, lift.skeleton.lengths) * lifted(lift, self.camera)
        places += place_in_camera(places, lift.evidence.pixels, lift.evidence.weights, self.camera)[:, None]
        away = places[..., 2] = np.maximum(places[..., 2], NEAR)
        return self._filled(self.camera.project(places), (away / away[:, :1] - 1.0) * self.camera.focal[0])

    @property
    def _own(self) -> tuple[Array, Array]:
        """Pixels (F,21,2) and MediaPipe's depths (F,21), pixels; 0 where these are not known."""
        hand, known = HANDS[self.side], self.keypoints
        depth = np.zeros_like(known.confidence) if known.depth is None else known.depth
        return known.points[:, hand], depth[:, hand]

    def _filled(self, points: Array, depth: Array) -> "SeenHand":
        """Missing points, pixels (F,21,2), and depths, pixels (F,21), are these."""
        every, hand = self.keypoints.points.copy(), HANDS[self.side]
        own, deep = self._own
        every[:, hand] = np.where(self.missing[..., None], points, own)
        depths = self.keypoints.depth
        if depths is not None:
            depths = depths.copy()
            depths[:, hand] = np.where(self.missing, depth, deep)
        return replace(self, keypoints=replace(self.keypoints, points=every, depth=depths))


def hands_of(
    clips: ClipSet,
    keypoints: Callable[[ClipSet, int], Keypoints],
    hidden: Callable[[ClipSet, Side], Mask] | None = None,
) -> Iterator[SeenHand]:
    """The hands of a set that the detector found; `hidden` says which of their points are missing, else none is."""
    for side in Side:
        missing = np.zeros((len(clips.clip), 21), bool) if hidden is None else hidden(clips, side)
        truth = clips.positions[:, columns(clips, side)]
        for clip in range(len(clips.camera)):
            own, rows = keypoints(clips, clip), clips.clip == clip
            if own.seen[:, side.column].any():
                yield SeenHand(own, Camera.assumed(own.size, None), side, missing[rows], truth[rows])


def with_guesses(clips: ClipSet, clip: int) -> Keypoints:
    """What the detector made of one clip, its guesses beyond the picture's edge taken for seen points."""
    detected = clips.keypoints(clip)
    confidence = detected.confidence.copy()
    for side, hand in HANDS.items():
        confidence[:, hand] = detected.seen[:, side.column, None]
    return replace(detected, confidence=confidence)


def columns(clips: ClipSet, side: Side) -> list[int]:
    """(21,) which of a set's joints are a hand's."""
    return [clips.joints.tolist().index(name) for name in side.hand_names]


def outside(clips: ClipSet, side: Side) -> Mask:
    """(N,21) whether a hand's true joint is beyond the picture's edge."""
    return ~in_picture(clips)[:, columns(clips, side)]


def behind(clips: ClipSet, side: Side) -> Mask:
    """(N,21) whether a hand's true joint is behind a bone of the other hand."""
    pixels, depth = project(clips), clips.positions[..., 2]
    own, other = columns(clips, side), columns(clips, side.other)
    points, away = pixels[:, own, None], depth[:, own, None]
    inner = [0 if point % 4 == 1 else point - 1 for point in range(1, 21)]
    (start, near), (end, far) = (
        (pixels[:, None, at], depth[:, None, at]) for at in (np.array(other)[inner], other[1:])
    )
    bone = end - start
    share = (((points - start) * bone).sum(-1) / np.maximum((bone**2).sum(-1), 1e-9)).clip(0.0, 1.0)
    depths = near + share * (far - near)
    apart = np.linalg.norm(points - start - share[..., None] * bone, axis=-1)
    thick = FINGER * clips.camera[clips.clip, 0][:, None, None] / depths
    return ((apart < thick) & (depths < away - BEFORE)).any(-1)
