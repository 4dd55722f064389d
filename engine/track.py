"""One video or picture in, one Motion out: detect, lift, refine, assemble, smooth."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .detection.detect import DetectOptions, detect
from .detection.video import open_video
from .geometry.arrays import Array, Mask
from .geometry.camera import default_camera, place_in_camera
from .geometry.rotations import continuous_euler
from .keypoints import KEYPOINT_NAMES, POSE_NAMES, SIDES, Evidence, Keypoints
from .lifting.assemble import assemble_angles
from .lifting.features import SEEN
from .lifting.lengths import lengths_of, of_height, person_lengths
from .lifting.lift import Lift, lift_body, lift_hand, shown_body
from .lifting.refine import refine
from .lifting.smooth import bridge, filter_values, short_gaps, smooth_angles
from .lifting.wrist import wrist_angles
from .motion import Motion
from .skeleton import Skeleton, camera_positions, hand_skeleton, load_skeleton

#: Pictures of one hand are taken from farther than they look: most are cut out of larger ones. On photographs
#: joints lie nearer to the detected points with this (3.1 % of the hand's box) than with 53 degrees (3.3 %).
HAND_FOV = float(np.radians(28.0))
#: Seconds for which a wrist that is not seen is on its way, not at rest.
MOMENT = 0.2


@dataclass(frozen=True)
class TrackOptions:
    """How to track; the defaults suit one unmirrored person in the picture."""

    detect: DetectOptions = field(default_factory=DetectOptions)
    start: float | None = None
    """Seconds; None is the beginning."""
    end: float | None = None
    """Seconds; None is the end."""
    height: float | None = None
    """Stature of the person, metres; None is guessed from the proportions."""
    fov: float | None = None
    """Angle of view along the longer side of the picture, radians; None is 53 degrees, 28 for a single hand."""
    smoothing: float = 1.0
    """Strength of the filter over time; 0 keeps each frame as predicted."""


def track(path: Path, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Motion:
    """Track the person (or hand) in a video or still picture; raises EngineError."""
    with open_video(path) as video:
        keypoints = detect(video, options.detect, options.start, options.end, progress)
    return motion_from_keypoints(keypoints, options)


def motion_from_keypoints(keypoints: Keypoints, options: TrackOptions, lengths: Array | None = None) -> Motion:
    """Lift, refine, assemble and smooth the keypoints of a clip.

    `lengths` (B,) metres, of a hand's or the upper body's bones, where they are known; None is predicted.
    """
    fov = HAND_FOV if options.fov is None and options.detect.hands_only else options.fov
    camera = default_camera(keypoints.size, fov)
    if options.detect.hands_only:
        skeleton, angles, bones, points = _single_hand(keypoints, camera, lengths)
    else:
        skeleton, angles, bones, points = _whole_body(keypoints, camera, lengths)
    if options.height is not None:
        bones = of_height(skeleton, bones, options.height)
    order = skeleton.bones[0].order
    seen = _angles_seen(skeleton, keypoints)
    angles = smooth_angles(angles, order, seen, keypoints.time, options.smoothing)
    angles[:, skeleton.root_angles] = continuous_euler(angles[:, skeleton.root_angles], order)
    angles = skeleton.clamp(angles.astype(np.float32))
    return build_motion(skeleton, angles, bones.astype(np.float32), camera, keypoints, points, options.smoothing)


def _single_hand(keypoints: Keypoints, camera: Array, lengths: Array | None) -> tuple[Skeleton, Array, Array, Evidence]:
    lift = lift_hand(keypoints, camera, SIDES[int(keypoints.seen[:, 2].any())])
    lengths = lift.clip_lengths if lengths is None else lengths
    return lift.skeleton, _refined(lift, lengths, camera), lengths, lift.points


def _whole_body(keypoints: Keypoints, camera: Array, lengths: Array | None) -> tuple[Skeleton, Array, Array, Evidence]:
    """The finished skeleton's angles and lengths, and the points of the body, which place it in space."""
    name = shown_body(keypoints)
    full, body = load_skeleton(name), lift_body(keypoints, camera, name)
    hands = {
        side: lift_hand(keypoints, camera, side)
        for column, side in enumerate(SIDES, start=1)
        if keypoints.seen[:, column].any()
    }
    bones = person_lengths(full, body, list(hands.values()))
    if lengths is not None:
        bones[load_skeleton().bones_in(full)] = lengths
    parts = {
        part: _refined(lift, lengths_of(full, bones, lift.skeleton), camera)
        for part, lift in {"body": body, **hands}.items()
    }
    trunk = parts.pop("body")
    angles = assemble_angles(name, trunk, parts, lengths_of(full, bones, body.skeleton))
    joints = [full.joints.index(body.skeleton.joints[joint]) for joint in body.points.joints]
    return full, angles, bones, replace(body.points, joints=joints)


def _refined(lift: Lift, lengths: Array, camera: Array) -> Array:
    """A part's angles (F,A) brought onto the picture where it was seen."""
    angles = lift.angles.copy()
    angles[lift.seen] = refine(lift.skeleton, angles[lift.seen], lengths, camera, lift.points.rows(lift.seen))
    return angles


def _angles_seen(skeleton: Skeleton, keypoints: Keypoints) -> Mask:
    """(F,A) whether the part that tells an angle was detected: wrist and pronation are the hand's.

    An arm whose wrist is lost for a moment is not seen either; one that is lost for longer is taken to rest.
    """
    columns = np.zeros(len(skeleton.angle_names), dtype=np.int64)
    for column, side in enumerate(SIDES, start=1):
        telling = {name for name in hand_skeleton(side).angle_names if name in skeleton.angle_names}
        if "forearm.L.Y" in skeleton.angle_names:
            telling |= {skeleton.angle_names[angle] for angle in wrist_angles(skeleton, side)}
        columns[[name in telling for name in skeleton.angle_names]] = column
    seen = keypoints.seen[:, columns]
    for column, side in enumerate(SIDES, start=1):
        wrist = keypoints.confidence[:, POSE_NAMES.index(f"{side}_wrist")] >= SEEN
        lost = short_gaps(wrist | keypoints.seen[:, column], keypoints.time, MOMENT)
        bones = (f"upper_arm.{side[0].upper()}.", f"forearm.{side[0].upper()}.X")
        arm = np.array([name.startswith(bones) for name in skeleton.angle_names])
        seen[lost[:, None] & arm] = False
    return seen


def build_motion(
    skeleton: Skeleton,
    angles: NDArray[np.float32],
    lengths: NDArray[np.float32],
    camera: Array,
    keypoints: Keypoints,
    points: Evidence,
    smoothing: float,
) -> Motion:
    """The public record: FK positions, their place in the camera frame by `points`, and the 2D evidence."""
    positions = camera_positions(skeleton, angles, lengths)
    shown = positions[:, points.joints].astype(np.float64)
    translation = place_in_camera(shown, points.pixels, points.weights, camera)
    placed = points.weights.sum(1) > 0
    translation = filter_values(bridge(translation, placed, keypoints.time), keypoints.time, smoothing)
    bones = skeleton.joint_bones
    return Motion(
        joints=np.array(skeleton.joints),
        parents=np.array(skeleton.parents, dtype=np.int32),
        positions=positions,
        translation=translation.astype(np.float32),
        camera=camera.astype(np.float32),
        angles=angles,
        angle_names=np.array(skeleton.angle_names),
        bone_lengths=np.where(bones >= 0, lengths[bones], 0.0).astype(np.float32),
        keypoints=keypoints.points,
        keypoint_names=np.array(KEYPOINT_NAMES),
        confidence=keypoints.confidence,
        seen=keypoints.seen,
        fps=np.array(keypoints.fps, dtype=np.float64),
        time=keypoints.time,
        size=np.array(keypoints.size, dtype=np.int32),
    )
