"""One video, picture or file of 3D points in, one Motion out: detect, lift, refine, assemble, smooth."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import radians
from pathlib import Path

import numpy as np

from .detection import detect, open_video
from .files import check_writable
from .geometry.arrays import Array, in_blocks
from .geometry.camera import Camera, aim_in_camera, likely_places, place_in_camera
from .geometry.rotations import continuous_euler
from .keypoints import Evidence, Keypoints
from .lifting import (
    Filter,
    PointsInSpace,
    Tracked,
    bridge,
    check_networks,
    filter_distance,
    filter_values,
    of_height,
    smooth_angles,
    track_hand,
    track_person,
    track_points,
)
from .motion import Motion
from .options import HAND_FOV, TrackOptions
from .person_file import load_person, person_of, save_person
from .points import Points3D, before_camera, is_points, read_points, shown_to
from .skeleton import Skeleton, camera_positions

#: Width and height, pixels, of the picture that a camera would take of 3D points.
PICTURE = (1280, 720)


def track(path: Path, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Motion:
    """Track the person (or hand) in a video, still picture or file of 3D points; raises EngineError.

    Lengths of bones are those of the person file, which is written where it is not there.
    """
    file = options.person_file
    person = None if file is None else load_person(file)
    if file is not None and person is None:
        check_writable(file)
    known = person and person.bones(options.height)
    if is_points(path):
        motion = motion_from_points(read_points(path, options), options, known)
    else:
        check_networks()
        with open_video(path) as video:
            keypoints = detect(video, options, progress)
        motion = motion_from_keypoints(keypoints, options, known)
    if file is not None and person is None:
        save_person(person_of(motion, options.height), file)
    return motion


def motion_from_keypoints(
    keypoints: Keypoints,
    options: TrackOptions,
    known: Mapping[str, float] | None = None,
    filtering: Filter = filter_values,
) -> Motion:
    """Lift, refine, assemble and smooth the keypoints of a clip.

    `known` are lengths of bones, metres, by name, those of a hand by itself for the height that is asked for; others
    are predicted. `filtering` is what smooths over time.
    """
    fov = HAND_FOV if options.fov is None and options.hands_only else options.fov
    left, top, *size = keypoints.frame or (0, 0, *keypoints.size)
    camera = Camera.assumed((size[0], size[1]), None if fov is None else radians(fov), (left, top))
    tracked = (track_hand if options.hands_only else track_person)(keypoints, camera, known, options.solver)
    skeleton, bones = tracked.skeleton, tracked.lengths
    if options.height is not None and (skeleton.kind.has_body or known is None):
        bones = of_height(skeleton, bones, options.height)
    return _finished(tracked, bones, camera, keypoints, options.smoothing, filtering)


def motion_from_points(
    points: Points3D,
    options: TrackOptions,
    known: Mapping[str, float] | None = None,
    filtering: Filter = filter_values,
) -> Motion:
    """Solve and smooth known joints, as if a camera before the person saw all of them.

    `known` are lengths of bones, metres, by name; others are measured.
    """
    camera = Camera.assumed(PICTURE, None if options.fov is None else radians(options.fov))
    points = before_camera(points, camera, PICTURE)
    tracked = track_points(points, known)
    keypoints = shown_to(points, camera, PICTURE)
    motion = _finished(tracked, tracked.lengths, camera, keypoints, options.smoothing, filtering)
    return replace(motion, notes=points.notes)


def _finished(
    tracked: Tracked, bones: Array, camera: Camera, keypoints: Keypoints, smoothing: float, filtering: Filter
) -> Motion:
    """What was tracked frame by frame, smoothed, placed, and with the errors to expect; bones (B,) metres."""
    skeleton, order = tracked.skeleton, tracked.skeleton.bones[0].order
    heavy = None if isinstance(tracked.evidence, PointsInSpace) else skeleton.trunk  # of which one view tells little
    angles = smooth_angles(tracked.angles, order, tracked.seen, keypoints.time, smoothing, filtering, heavy)
    angles[:, skeleton.root_angles] = continuous_euler(angles[:, skeleton.root_angles], order)
    angles = skeleton.clamp(angles.astype(np.float32))
    motion = build_motion(skeleton, angles, bones, camera, keypoints, tracked.evidence, smoothing, filtering)
    errors = tracked.errors * skeleton.reach(bones)
    return replace(motion, spread=tracked.spreads.astype(np.float32), expected_error=errors.astype(np.float32))


def build_motion(
    skeleton: Skeleton,
    angles: Array,
    lengths: Array,
    camera: Camera,
    keypoints: Keypoints,
    evidence: Evidence | PointsInSpace,
    smoothing: float,
    filtering: Filter = filter_values,
) -> Motion:
    """The public record: FK positions, their place in the camera frame by the evidence, and the 2D keypoints."""
    lengths = lengths.astype(np.float32)
    positions = camera_positions(skeleton, angles, lengths)

    if isinstance(evidence, PointsInSpace):
        translation = _where_points_are(positions, evidence, keypoints.time, smoothing, filtering)
    else:
        translation = _where_seen(positions, evidence, camera, keypoints.time, smoothing, filtering)
    bones = skeleton.joint_bones
    return Motion(
        kind=skeleton.kind,
        positions=positions,
        translation=translation.astype(np.float32),
        camera=Camera.of(camera.numbers.astype(np.float32)),
        angles=angles,
        bone_lengths=np.where(bones >= 0, lengths[bones], 0.0).astype(np.float32),
        keypoints=keypoints.points,
        confidence=keypoints.confidence,
        seen=keypoints.seen,
        fps=keypoints.fps,
        time=keypoints.time,
        size=keypoints.size,
        jumps=keypoints.jumps,
        orientation=keypoints.orientation,
    )


def _where_seen(
    positions: Array, evidence: Evidence, camera: Camera, time: Array, smoothing: float, filtering: Filter
) -> Array:
    """Translations (F,3), metres, with which joints (F,J,3) are seen where they were found, over time."""

    def place(rows: Array, pixels: Array, weights: Array) -> Array:
        return place_in_camera(rows[:, evidence.joints].astype(np.float64), pixels, weights, camera)

    translation = in_blocks(place, positions, evidence.pixels, evidence.weights)
    placed = (evidence.weights.sum(1) > 0) & likely_places(translation[:, 2], time)
    distance = bridge(translation[:, 2:], placed, time)
    depth = filter_distance(distance, time, smoothing, filtering)

    def aim(rows: Array, pixels: Array, weights: Array, depth: Array) -> Array:
        return aim_in_camera(rows[:, evidence.joints].astype(np.float64), pixels, weights, camera, depth)

    across = in_blocks(aim, positions, evidence.pixels, evidence.weights, depth)
    across = filtering(bridge(across, placed, time), time, smoothing)
    return np.concatenate([across, depth], axis=1)


def _where_points_are(
    positions: Array, points: PointsInSpace, time: Array, smoothing: float, filtering: Filter
) -> Array:
    """Translations (F,3), metres, with which joints (F,J,3) are where they are known to be, over time."""
    placed = points.place(positions[:, points.joints])
    return filtering(bridge(placed, points.weights.any(1), time), time, smoothing)
