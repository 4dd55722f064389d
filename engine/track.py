"""One video or picture in, one Motion out: detect, lift, smooth, assemble."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .assemble import assemble_angles, place_in_camera, to_camera
from .detect import DetectOptions, detect
from .keypoints import HANDS, KEYPOINT_NAMES, SIDES, Keypoints
from .kinematics import forward_kinematics, joint_positions
from .lengths import lengths_of, person_lengths
from .lift import Lift, default_camera, lift_body, lift_hand
from .motion import Motion
from .refine import refine
from .rotations import Array, continuous_euler
from .skeleton import Skeleton, load_skeleton
from .smooth import bridge, filter_values, smooth_part
from .video import open_video


@dataclass(frozen=True)
class TrackOptions:
    """How to track; the defaults suit one unmirrored person in the picture."""

    detect: DetectOptions = field(default_factory=DetectOptions)
    start: float | None = None
    """Seconds; None is the beginning."""
    end: float | None = None
    """Seconds; None is the end."""
    height: float | None = None
    """Stature of the person, metres; None is the table's average."""
    fov: float | None = None
    """Angle of view along the longer side of the picture, radians; None is 53 degrees."""
    smoothing: float = 1.0
    """Strength of the filter over time; 0 keeps each frame as predicted."""


def track(path: Path, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Motion:
    """Track the person (or hand) in a video or still picture; raises EngineError."""
    with open_video(path) as video:
        keypoints = detect(video, options.detect, options.start, options.end, progress)
    return motion_from_keypoints(keypoints, options)


def motion_from_keypoints(keypoints: Keypoints, options: TrackOptions) -> Motion:
    """Lift, smooth and assemble the keypoints of a clip."""
    camera = default_camera(keypoints.size, options.fov)
    if options.detect.hands_only:
        skeleton, angles, lengths = _single_hand(keypoints, camera, options)
    else:
        skeleton, angles, lengths = _whole_body(keypoints, camera, options)
    root = skeleton.root_angles
    angles[:, root] = continuous_euler(angles[:, root], skeleton.bones[0].order)
    angles = skeleton.clamp(angles.astype(np.float32))
    lengths = (lengths * (options.height or skeleton.stature) / skeleton.stature).astype(np.float32)
    return build_motion(skeleton, angles, lengths, camera, keypoints, options.smoothing)


def _single_hand(keypoints: Keypoints, camera: Array, options: TrackOptions) -> tuple[Skeleton, Array, Array]:
    lift = lift_hand(keypoints, camera, SIDES[int(keypoints.seen[:, 2].any())])
    return lift.skeleton, _settled(lift, lift.clip_lengths, keypoints, camera, options), lift.clip_lengths


def _whole_body(keypoints: Keypoints, camera: Array, options: TrackOptions) -> tuple[Skeleton, Array, Array]:
    full = load_skeleton()
    body = lift_body(keypoints, camera)
    hands = {
        side: lift_hand(keypoints, camera, side)
        for column, side in enumerate(SIDES, start=1)
        if keypoints.seen[:, column].any()
    }
    lengths = person_lengths(full, [body, *hands.values()])

    def settled(lift: Lift) -> Array:
        return _settled(lift, lengths_of(full, lengths, lift.skeleton), keypoints, camera, options)

    own = lengths_of(full, lengths, body.skeleton)
    angles = assemble_angles(settled(body), {side: settled(hand) for side, hand in hands.items()}, own)
    return full, angles, lengths


def _settled(lift: Lift, lengths: Array, keypoints: Keypoints, camera: Array, options: TrackOptions) -> Array:
    """A part's angles: brought onto the picture, bridged where it was not seen, filtered."""
    angles = lift.angles.copy()
    rows = lift.seen
    angles[rows] = refine(
        lift.skeleton, angles[rows], lengths, lift.joints, lift.points[rows], lift.weights[rows], camera, lift.trust
    )
    order = lift.skeleton.bones[0].order
    return smooth_part(angles, order, lift.seen, keypoints.time, options.smoothing)


def build_motion(
    skeleton: Skeleton,
    angles: NDArray[np.float32],
    lengths: NDArray[np.float32],
    camera: Array,
    keypoints: Keypoints,
    smoothing: float,
) -> Motion:
    """The public record: FK positions, their place in the camera frame, and the 2D evidence."""
    pose = forward_kinematics(skeleton, angles, lengths)
    positions = to_camera(joint_positions(skeleton, pose))
    seen = [name for name in skeleton.joints if name in KEYPOINT_NAMES]
    columns = [KEYPOINT_NAMES.index(name) for name in seen]
    if "nose" in seen:  # the body places the person; its hands would pull it with their own errors
        columns = [column for column in columns if column < HANDS["left"].start]
    joints = [skeleton.joints.index(KEYPOINT_NAMES[column]) for column in columns]
    weights = keypoints.confidence[:, columns].astype(np.float64)
    translation = place_in_camera(
        positions[:, joints].astype(np.float64), keypoints.points[:, columns], weights, camera
    )
    placed = weights.sum(1) > 0
    translation = filter_values(bridge(translation, placed, keypoints.time), keypoints.time, smoothing)
    bones = skeleton.joint_bones
    return Motion(
        joints=np.array(skeleton.joints),
        parents=np.array(skeleton.parents, dtype=np.int32),
        positions=positions.astype(np.float32),
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
