"""A person seen by several cameras at once: one pose that all of them see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, Mask
from ..geometry.camera import Camera, Extrinsics
from ..geometry.rotations import euler_to_matrix, matrix_to_euler, nearest_rotation
from ..keypoints import Keypoints, Side
from ..skeleton import Kind, Skeleton, camera_positions, load_skeleton
from .expected import Expected
from .lengths import clip_lengths, known_lengths, lengths_of, person_lengths
from .lift import HAND_TRUST, Lift, lift_body, lift_hand, shown_body, turn_root
from .observations import Picture, PointsInSpace, place_in_space
from .person import Tracked, join_parts
from .refine import refine
from .smooth import smooth_angles

#: A camera's part of a frame is left out where its points lie so many deviations from the pose of all, in the median:
#: a hand taken for the other, a person seen the wrong way round.
ASTRAY = 5.0
#: More than of one picture: several pull harder.
ITERATIONS = 8


@dataclass(frozen=True)
class View:
    """What one of several cameras sees, in the same F frames as the others."""

    keypoints: Keypoints
    camera: Camera
    extrinsics: Extrinsics | None = None
    """From the axes of the first camera; None of that one."""


@dataclass(frozen=True)
class Part:
    """A body or a hand that several cameras see."""

    lift: Lift
    """What the networks make of all views together, in the axes of the first camera; the evidence is the first's."""
    pictures: list[Picture]

    def rows(self, frames: Mask) -> "Part":
        """The same in the chosen frames (F,)."""
        return Part(self.lift.rows(frames), [seen.rows(frames) for seen in self.pictures])

    def scaled(self, scale: float) -> "Part":
        """The same where cameras stand so many times as far apart."""
        return Part(self.lift, [seen.scaled(scale) for seen in self.pictures])


def joined_part(lifts: Sequence[Lift], views: Sequence[View]) -> Part:
    """One part as all views show it: angles are the mean of what is seen, weighted by how sure each network is.

    Where views disagree the angles are in doubt, so that the points decide.
    """
    skeleton = lifts[0].skeleton
    angles = np.stack([lift.angles for lift in lifts]).astype(np.float64)
    for own, view in zip(angles, views, strict=True):
        if view.extrinsics is not None:
            turn_root(skeleton, own, np.broadcast_to(view.extrinsics.rotation, (len(own), 3, 3)))
    seen = np.stack([lift.seen for lift in lifts])
    anywhere = seen.any(0)
    weights = np.stack([lift.spreads for lift in lifts]).astype(np.float64) ** -2.0
    weights *= np.where(anywhere, seen, 1.0)[..., None]
    total = weights.sum(0)
    shares = weights / total
    mean = (shares * angles).sum(0)
    order, root = skeleton.bones[0].order, skeleton.root_angles
    turns = euler_to_matrix(angles[..., root], order)
    middle = nearest_rotation((shares[..., root].mean(-1)[..., None, None] * turns).sum(0))
    mean[:, root] = matrix_to_euler(middle, order)
    apart = (shares * (angles - mean) ** 2).sum(0)
    cosine = (np.trace(np.swapaxes(turns, -1, -2) @ middle, axis1=-2, axis2=-1).clip(-1.0, 3.0) - 1.0) / 2.0
    apart[:, root] = (shares[..., root].mean(-1) * np.arccos(cosine.clip(-1.0, 1.0)) ** 2).sum(0)[:, None]
    spreads = np.sqrt(np.where(anywhere, seen.sum(0), len(lifts))[:, None] / total + apart)
    lengths = np.stack([lift.lengths for lift in lifts])
    counted = np.where(anywhere, seen, 1.0)[..., None]
    lift = Lift(
        skeleton,
        mean.astype(np.float32),
        spreads.astype(np.float32),
        ((counted * lengths).sum(0) / counted.sum(0)).astype(np.float32),
        anywhere,
        lifts[0].evidence,
        lifts[0].shown,
    )
    pictures = [Picture(view.camera, own.evidence, view.extrinsics) for own, view in zip(lifts, views, strict=True)]
    return Part(lift, pictures)


def track_views(views: Sequence[View], known: Mapping[str, float] | None = None, *, metric: bool) -> Tracked:
    """The person of several views; `known` lengths of bones, metres, by name.

    Where the places of the cameras are not `metric`, known in metres, what is found, cameras too, gets the size of the
    known lengths, else the average one.
    """
    body, hands = lifted_parts(views)
    full, time = load_skeleton(body.lift.skeleton.kind), views[0].keypoints.time
    parts = {id(part.lift): part for part in (body, *hands.values())}

    def estimate(lift: Lift) -> Array:
        return clip_lengths(lift, *parts[id(lift)].pictures, metric=True)

    bones = person_lengths(full, body.lift, [hand.lift for hand in hands.values()], estimate, metric=True)
    told = known_lengths(full, known)
    given = np.isfinite(told)
    scale = 1.0
    if not metric:
        own = (
            np.median(body.lift.lengths[body.lift.seen], axis=0).sum()
            / lengths_of(full, bones, body.lift.skeleton).sum()
        )
        scale = float(told[given].sum() / bones[given].sum() if given.any() else own)
    bones = np.where(given, told, scale * bones)

    def solved(part: Part, *more: PointsInSpace) -> tuple[Array, Expected]:
        seen, angles, own = part.lift.seen, part.lift.angles.copy(), [points.rows(part.lift.seen) for points in more]
        angles[seen], expected = _solved(part.rows(seen), lengths_of(full, bones, part.lift.skeleton), time[seen], *own)
        return angles, expected.spread_over(seen)

    body, hands = body.scaled(scale), {side: hand.scaled(scale) for side, hand in hands.items()}
    fingers = {side: (hand.lift.skeleton, *solved(hand)) for side, hand in hands.items()}
    wrists = [
        _wrist(hands[side], angles, lengths_of(full, bones, skeleton), body.lift.skeleton, side, metric=metric)
        for side, (skeleton, angles, _) in fingers.items()
    ]
    placing, keypoints = [*body.pictures, *wrists], seen_by_any(views)
    return join_parts(full, body.lift.skeleton, bones, solved(body, *wrists), fingers, placing, keypoints)


def seen_by_any(views: Sequence[View]) -> Keypoints:
    """The first's keypoints, as sure as any view is of them."""
    return replace(views[0].keypoints, confidence=np.max([view.keypoints.confidence for view in views], axis=0))


def _wrist(hand: Part, angles: Array, lengths: Array, body: Skeleton, side: Side, *, metric: bool) -> PointsInSpace:
    """Where a hand of angles (F,A) and lengths (B,), metres, as a whole puts its wrist, where two cameras see it.

    Detectors put the wrist itself where each camera's picture has it: other points of a hand agree better. It is known
    as the mean of them all is, where the cameras are; else what these are off moves all of them alike.
    """
    positions = camera_positions(hand.lift.skeleton, angles, lengths).astype(np.float64)
    weights = np.stack([picture.weights for picture in hand.pictures])
    place = place_in_space(positions, hand.pictures)
    known = weights.any(2).sum(0) > 1
    shares = (known * weights.mean((0, 2)))[:, None]
    trust = HAND_TRUST / weights[:, 0].size ** 0.5 if metric else HAND_TRUST
    return PointsInSpace([body.joints.index(f"{side}_wrist")], place[:, None], shares, trust)


def lifted_parts(views: Sequence[View]) -> tuple[Part, dict[Side, Part]]:
    """The body, and the hands that are seen at all."""
    kind = shown_kind(views)
    body = joined_part([lift_body(view.keypoints, view.camera, kind) for view in views], views)
    hands: dict[Side, Part] = {}
    for side in Side:
        seeing = [view for view in views if view.keypoints.seen[:, side.column].any()]
        if seeing:
            hands[side] = joined_part([lift_hand(view.keypoints, view.camera, side) for view in seeing], seeing)
    return body, hands


def shown_kind(views: Sequence[View]) -> Kind:
    """The body that is shown: with legs where any view shows them."""
    return next((kind for view in views if (kind := shown_body(view.keypoints)).has_legs), Kind.UPPER_BODY)


def _solved(part: Part, lengths: Array, time: Array, *more: PointsInSpace) -> tuple[Array, Expected]:
    """A part's angles (F,A), brought onto all pictures that agree, and what errors to expect of them.

    Solved twice, the second time from what the first found, filtered over `time` (F,), s: where a frame by itself
    went astray, its neighbours bring it back.
    """
    lift = part.lift
    angles, _ = refine(lift.skeleton, lift.angles, lift.spreads, lengths, *part.pictures, *more, iterations=ITERATIONS)
    agreeing = agreeing_pictures(lift.skeleton, angles, lengths, part.pictures)
    order, seen = lift.skeleton.bones[0].order, np.ones(angles.shape, dtype=bool)
    calm = lift.skeleton.clamp(smooth_angles(angles, order, seen, time, 1.0))
    return refine(lift.skeleton, calm, lift.spreads, lengths, *agreeing, *more, iterations=ITERATIONS)


def agreeing_pictures(skeleton: Skeleton, angles: Array, lengths: Array, pictures: Sequence[Picture]) -> list[Picture]:
    """The pictures without the frames in which one does not show the pose of all.

    The first goes last: of two that disagree it is believed.
    """
    positions = camera_positions(skeleton, angles, lengths).astype(np.float64)
    place = place_in_space(positions, pictures)
    off = np.stack([_off(seen, positions[:, seen.joints] + place[:, None], place) for seen in pictures])
    off[0] *= 0.5
    worst = (off > ASTRAY) & (off == off.max(0)) & ((off > 0).sum(0) > 1)
    return [
        replace(seen, evidence=replace(seen.evidence, weights=seen.weights * ~own[:, None]))
        for seen, own in zip(pictures, worst, strict=True)
    ]


def _off(seen: Picture, joints: Array, place: Array) -> Array:
    """(F,) median deviations of a picture's points from where the joints are; 0 where it sees none."""
    residual, _ = seen.compare(joints, np.zeros((*joints.shape[:2], 1, 3)), place)
    sizes = np.where(seen.weights > 0, np.linalg.norm(residual, axis=-1), np.nan)
    some = (seen.weights > 0).any(1)
    off = np.zeros(len(joints))
    off[some] = np.nanmedian(sizes[some], axis=1)
    return off
