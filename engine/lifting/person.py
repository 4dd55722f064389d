"""A person, or one hand, in every frame by itself: parts lifted, brought onto the picture, and joined."""

from dataclasses import dataclass, replace

from ..geometry.arrays import Array, check_shapes
from ..geometry.camera import Camera
from ..keypoints import Evidence, Keypoints, Side
from ..skeleton import Skeleton, load_skeleton
from .assemble import assemble_angles
from .lengths import clip_lengths, lengths_of, person_lengths
from .lift import Lift, lift_body, lift_hand, shown_body
from .refine import refine


@dataclass(frozen=True)
class Tracked:
    """A finished skeleton over F frames, not smoothed yet."""

    skeleton: Skeleton
    angles: Array
    """(F,A) radians, within the limits; arbitrary where not seen."""
    lengths: Array
    """(B,) metres."""
    evidence: Evidence
    """What places it in space."""

    def __post_init__(self) -> None:
        check_shapes(
            self,
            angles=(len(self.evidence.pixels), len(self.skeleton.freedoms)),
            lengths=(len(self.skeleton.bones),),
        )


def track_hand(keypoints: Keypoints, camera: Camera, lengths: Array | None = None) -> Tracked:
    """The hand of keypoints that show one alone; `lengths` (B,), metres, where they are known."""
    side = Side.RIGHT if keypoints.seen[:, Side.RIGHT.column].any() else Side.LEFT
    lift = lift_hand(keypoints, camera, side)
    lengths = clip_lengths(lift, camera) if lengths is None else lengths
    return Tracked(lift.skeleton, _refined(lift, lengths, camera), lengths, lift.evidence)


def track_person(keypoints: Keypoints, camera: Camera, lengths: Array | None = None) -> Tracked:
    """The person of keypoints; `lengths` (B,), metres, of the upper body's bones where they are known."""
    kind = shown_body(keypoints)
    full, body = load_skeleton(kind), lift_body(keypoints, camera, kind)
    seen = [side for side in Side if keypoints.seen[:, side.column].any()]
    hands = {side: lift_hand(keypoints, camera, side) for side in seen}
    bones = person_lengths(full, body, list(hands.values()), camera)
    if lengths is not None:
        bones[load_skeleton().bones_in(full)] = lengths

    def refined(lift: Lift) -> Array:
        return _refined(lift, lengths_of(full, bones, lift.skeleton), camera)

    trunk, fingers = refined(body), {side: refined(hand) for side, hand in hands.items()}
    angles = assemble_angles(kind, trunk, fingers, lengths_of(full, bones, body.skeleton))
    joints = [full.joints.index(body.skeleton.joints[joint]) for joint in body.evidence.joints]
    return Tracked(full, angles, bones, replace(body.evidence, joints=joints))


def _refined(lift: Lift, lengths: Array, camera: Camera) -> Array:
    """A part's angles (F,A) brought onto the picture where it was seen."""
    angles = lift.angles.copy()
    start, spreads = angles[lift.seen], lift.spreads[lift.seen]
    angles[lift.seen] = refine(lift.skeleton, start, spreads, lengths, camera, lift.evidence.rows(lift.seen))
    return angles
