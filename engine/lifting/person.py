"""A person, or one hand, in every frame by itself: parts lifted, brought onto the picture, and joined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..geometry.arrays import Array, Mask, check_shapes
from ..geometry.camera import Camera
from ..keypoints import Evidence, Keypoints, Side
from ..skeleton import Skeleton, load_skeleton
from .assemble import assemble_angles
from .expected import Expected, guessed_where_unseen, join_expected
from .lengths import clip_lengths, known_lengths, lengths_of, person_lengths
from .lift import Lift, lift_body, lift_hand, shown_body
from .observations import PointsInSpace
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
    evidence: Evidence | PointsInSpace
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
    lengths = known_lengths(lift.skeleton, known)
    lengths = lengths if np.isfinite(lengths).all() else clip_lengths(lift, camera)
    angles, expected = _solved(method, lift, lengths, camera)
    seen = angles_seen(lift.skeleton, keypoints)
    spreads, errors = guessed_where_unseen(lift.skeleton, expected.spreads, expected.errors, seen)
    return Tracked(lift.skeleton, angles, spreads, errors, lengths, lift.evidence, seen)


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
    bones = person_lengths(full, body, list(hands.values()), camera, known)

    def solved(lift: Lift) -> tuple[Array, Expected]:
        return _solved(method, lift, lengths_of(full, bones, lift.skeleton), camera)

    trunk, expected = solved(body)
    fingers = {side: solved(hand) for side, hand in hands.items()}
    own = {side: angles for side, (angles, _) in fingers.items()}
    angles = assemble_angles(kind, trunk, own, lengths_of(full, bones, body.skeleton))
    parts = {side: (hands[side].skeleton, doubt) for side, (_, doubt) in fingers.items()}
    spreads, errors = join_expected(full, angles, body.skeleton, expected, parts)
    seen = angles_seen(full, keypoints)
    spreads, errors = guessed_where_unseen(full, spreads, errors, seen)
    joints = [full.joints.index(body.skeleton.joints[joint]) for joint in body.evidence.joints]
    evidence = replace(body.evidence, joints=joints)
    return Tracked(full, angles, spreads, errors, bones, evidence, seen)


def _solved(method: Solver, lift: Lift, lengths: Array, camera: Camera) -> tuple[Array, Expected]:
    """A part's angles (F,A), solved where it was seen, and what errors to expect of them there."""
    seen, angles = lift.seen, lift.angles.copy()
    angles[seen], expected = method.solve(lift.rows(seen), lengths, camera)
    return angles, expected.spread_over(seen)
