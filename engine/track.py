"""One video or picture in, one Motion out: detect, lift, smooth, assemble."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .assemble import assemble_angles, place_in_camera, to_camera
from .detect import DetectOptions, detect
from .keypoints import HANDS, KEYPOINT_NAMES, SIDES, Keypoints
from .kinematics import forward_kinematics, joint_positions
from .lift import Lift, default_camera, lift_body, lift_hand
from .motion import Motion
from .skeleton import Skeleton, body_skeleton, hand_skeleton, load_skeleton
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
    angles = skeleton.clamp(_continuous(skeleton, angles).astype(np.float32))
    lengths = (lengths * (options.height or skeleton.stature) / skeleton.stature).astype(np.float32)
    return build_motion(skeleton, angles, lengths, camera, keypoints, options.smoothing)


def _single_hand(
    keypoints: Keypoints, camera: NDArray[Any], options: TrackOptions
) -> tuple[Skeleton, NDArray[Any], NDArray[Any]]:
    side = SIDES[int(keypoints.seen[:, 2].any())]
    skeleton = hand_skeleton(side)
    lift = lift_hand(keypoints, camera, side)
    angles = _smoothed(skeleton, lift, keypoints, options.smoothing)
    return skeleton, angles, np.median(lift.lengths[lift.seen], axis=0)


def _whole_body(
    keypoints: Keypoints, camera: NDArray[Any], options: TrackOptions
) -> tuple[Skeleton, NDArray[Any], NDArray[Any]]:
    full, body = load_skeleton(), body_skeleton()
    lift = lift_body(keypoints, camera)
    lengths = full.lengths.copy()
    _set_lengths(full, lengths, body, np.median(lift.lengths[lift.seen], axis=0))
    hands: dict[str, NDArray[Any]] = {}
    for column, side in enumerate(SIDES, start=1):
        if not keypoints.seen[:, column].any():
            continue
        hand = lift_hand(keypoints, camera, side)
        hands[side] = _smoothed(hand_skeleton(side), hand, keypoints, options.smoothing)
        _set_lengths(full, lengths, hand_skeleton(side), np.median(hand.lengths[hand.seen], axis=0))
    lengths = _symmetric(full, lengths, keypoints)
    body_angles = _smoothed(body, lift, keypoints, options.smoothing)
    own = lengths[[full.names.index(name) for name in body.names]]
    return full, assemble_angles(body_angles, hands, own), lengths


def _smoothed(skeleton: Skeleton, lift: Lift, keypoints: Keypoints, strength: float) -> NDArray[np.float64]:
    order = skeleton.bones[0].order
    return smooth_part(lift.angles, order, lift.seen, keypoints.time, strength)


def _set_lengths(full: Skeleton, lengths: NDArray[Any], part: Skeleton, values: NDArray[Any]) -> None:
    for name, value in zip(part.names, values, strict=True):
        lengths[full.names.index(name)] = value


def _symmetric(full: Skeleton, lengths: NDArray[Any], keypoints: Keypoints) -> NDArray[np.float64]:
    """A person's two sides are of one size: their mean, or the side that is seen."""
    left, right = (float(keypoints.seen[:, column].sum()) for column in (1, 2))
    result = lengths.copy()
    for b, bone in enumerate(full.bones):
        if bone.mirror is None:
            continue
        other = lengths[full.names.index(bone.mirror)]
        own, opposite = (left, right) if bone.name.endswith(".L") else (right, left)
        if "_hand_" not in bone.joint or own + opposite == 0:
            own = opposite = 1.0
        result[b] = (own * lengths[b] + opposite * other) / (own + opposite)
    return result


def _continuous(skeleton: Skeleton, angles: NDArray[Any]) -> NDArray[Any]:
    """The root's angles without jumps of a full turn."""
    result = angles.copy()
    result[:, skeleton.root_angles] = np.unwrap(angles[:, skeleton.root_angles], axis=0)
    return result


def build_motion(
    skeleton: Skeleton,
    angles: NDArray[np.float32],
    lengths: NDArray[np.float32],
    camera: NDArray[Any],
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
