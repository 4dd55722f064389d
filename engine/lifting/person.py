"""A person, or one hand, in every frame by itself: parts lifted, brought onto the picture, and joined."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, Mask, check_shapes
from ..geometry.camera import Camera
from ..keypoints import Keypoints, Side
from ..skeleton import Skeleton, load_skeleton
from .assemble import assemble_angles
from .expected import Expected, guessed_where_unseen, join_expected
from .head import turn_head
from .lengths import clip_lengths, known_lengths, lengths_of, person_lengths
from .lift import Lift, lift_body, lift_hand, shown_body
from .observations import Observation, Picture
from .seen import angles_seen
from .solvers import SOLVERS, Solver


@dataclass(frozen=True)
class Tracked:
    """A finished skeleton over F frames, not smoothed yet."""

    skeleton: Skeleton
    angles: Array
    """(F,A) radians, within the limits; arbitrary where not seen."""
    spreads: Array
    """(F,A) radians that the angles may be off (one standard deviation): of a guess where not seen."""
    errors: Array
    """(F,J) distances to expect between joints and the true ones, see `Expected`: of a guess where not seen."""
    lengths: Array
    """(B,) metres."""
    observations: Sequence[Observation]
    """What places it in space."""
    seen: Mask
    """(F,A) which angles are told in which frames."""

    def __post_init__(self) -> None:
        frames, freedoms = len(self.seen), len(self.skeleton.freedoms)
        check_shapes(
            self,
            angles=(frames, freedoms),
            spreads=(frames, freedoms),
            errors=(frames, len(self.skeleton.joints)),
            lengths=(len(self.skeleton.bones),),
            seen=(frames, freedoms),
        )


def track_hand(
    keypoints: Keypoints, camera: Camera, known: Mapping[str, float] | None = None, solver: str = "refined"
) -> Tracked:
    """The hand of keypoints that show one alone; `known` lengths of bones, metres, by name; a solver by its name."""
    method = SOLVERS[solver]
    keypoints = keypoints if method.hears_depth else replace(keypoints, depth=None)
    side = Side.RIGHT if keypoints.seen[:, Side.RIGHT.column].any() else Side.LEFT
    lift = lift_hand(keypoints, camera, side)
    picture = Picture(camera, lift.evidence)
    lengths = known_lengths(lift.skeleton, known)
    lengths = lengths if np.isfinite(lengths).all() else clip_lengths(lift, picture)
    angles, expected = _solved(method, lift, lengths, camera)
    seen = angles_seen(lift.skeleton, keypoints)
    spreads, errors = guessed_where_unseen(lift.skeleton, expected.spreads, expected.errors, seen)
    return Tracked(lift.skeleton, angles, spreads, errors, lengths, [picture], seen)


def track_person(
    keypoints: Keypoints, camera: Camera, known: Mapping[str, float] | None = None, solver: str = "refined"
) -> Tracked:
    """The person of keypoints; `known` lengths of bones, metres, by name; a solver by its name."""
    method = SOLVERS[solver]
    keypoints = keypoints if method.hears_depth else replace(keypoints, depth=None)
    kind = shown_body(keypoints)
    full, body = load_skeleton(kind), lift_body(keypoints, camera, kind)
    shown = [side for side in Side if keypoints.seen[:, side.column].any()]
    hands = {side: lift_hand(keypoints, camera, side) for side in shown}
    bones = person_lengths(
        full, body, list(hands.values()), lambda lift: clip_lengths(lift, Picture(camera, lift.evidence)), known
    )

    def solved(lift: Lift) -> tuple[Array, Expected]:
        return _solved(method, lift, lengths_of(full, bones, lift.skeleton), camera)

    angles, expected = solved(body)
    if method.sees_face:
        angles = turn_head(body.skeleton, angles, lengths_of(full, bones, body.skeleton), keypoints, camera)
    return join_parts(
        full,
        body.skeleton,
        bones,
        (angles, expected),
        {side: (hand.skeleton, *solved(hand)) for side, hand in hands.items()},
        [Picture(camera, body.evidence)],
        keypoints,
    )


def join_parts(
    full: Skeleton,
    body: Skeleton,
    lengths: Array,
    trunk: tuple[Array, Expected],
    hands: Mapping[Side, tuple[Skeleton, Array, Expected]],
    placing: Sequence[Observation],
    keypoints: Keypoints,
) -> Tracked:
    """The finished skeleton of lengths (B,), metres, from angles and errors of its body and hands.

    What is `placing` it is of the body's joints; keypoints tell what was seen.
    """
    fingers = {side: own for side, (_, own, _) in hands.items()}
    angles = assemble_angles(full.kind, trunk[0], fingers, lengths_of(full, lengths, body))
    doubts = {side: (own, doubt) for side, (own, _, doubt) in hands.items()}
    spreads, errors = join_expected(full, angles, body, trunk[1], doubts)
    seen = angles_seen(full, keypoints)
    spreads, errors = guessed_where_unseen(full, spreads, errors, seen)
    observed = [own.of_joints([full.joints.index(body.joints[joint]) for joint in own.joints]) for own in placing]
    return Tracked(full, angles, spreads, errors, lengths, observed, seen)


def _solved(method: Solver, lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """A part's angles (F,A), solved where it was seen, and what errors to expect of them there."""
    seen, angles = lift.seen, lift.angles.copy()
    angles[seen], expected = method.solve(lift.rows(seen), lengths, camera)
    return angles, expected.spread_over(seen)
