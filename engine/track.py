"""Videos of one take, a picture or a file of 3D points in, one Motion out: detect, lift, refine, assemble, smooth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import radians
from pathlib import Path

import numpy as np

from .detection import detect, open_video
from .errors import InputError
from .files import check_writable
from .geometry.arrays import Array, Index, in_blocks
from .geometry.camera import Camera, aim_in_camera, likely_places
from .geometry.rotations import continuous_euler
from .keypoints import Keypoints
from .lifting import (
    Filter,
    Observation,
    Picture,
    Tracked,
    bridge,
    check_networks,
    filter_distance,
    filter_values,
    lift_face,
    of_height,
    place_in_space,
    seen_by_any,
    smooth_angles,
    steady_sides,
    track_hand,
    track_person,
    track_points,
    track_views,
)
from .motion import Motion
from .options import HAND_FOV, TrackOptions
from .person_file import load_person, person_of, save_person
from .points import Points3D, before_camera, is_points, read_points, shown_to
from .skeleton import Skeleton, camera_positions
from .take import Take, of_a_view, share_of, take_of

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
        motion = _motion_of_points(path, options, known, progress)
    else:
        motion = _motion_of_videos(path, options, known, progress)
    if file is not None and person is None:
        save_person(person_of(motion, options.height), file)
    return motion


def _motion_of_videos(
    path: Path,
    options: TrackOptions,
    known: Mapping[str, float] | None,
    progress: Callable[[float], None] | None,
) -> Motion:
    check_networks()
    if path in options.view:
        raise InputError(f"{path} is named as another view of itself; name the videos of the other cameras.")
    found: list[Keypoints] = []
    videos = [path, *options.view]
    for number, video in enumerate(videos):
        with open_video(video, options.rate) as source:
            own = of_a_view(options) if number else options
            found.append(detect(source, own, share_of(progress, number, len(videos))))
    if options.view:
        return motion_from_take(take_of(dict(zip(videos, found, strict=True)), options), options, known)
    return motion_from_keypoints(found[0], options, known)


def _motion_of_points(
    path: Path,
    options: TrackOptions,
    known: Mapping[str, float] | None,
    progress: Callable[[float], None] | None,
) -> Motion:
    points = read_points(path, options)
    if isinstance(points, Points3D):
        return motion_from_points(points, options, known, progress)
    check_networks()
    return motion_from_keypoints(points, replace(options, hands_only=not points.seen[:, 0].any()), known)


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
    keypoints = steady_sides(keypoints)
    fov = HAND_FOV if options.fov is None and options.hands_only else options.fov
    left, top, *size = keypoints.frame or (0, 0, *keypoints.size)
    camera = Camera.assumed((size[0], size[1]), None if fov is None else radians(fov), (left, top))
    tracked = (track_hand if options.hands_only else track_person)(keypoints, camera, known, options.solver)
    bones = _asked_lengths(tracked, options, known)
    motion = _finished(tracked, bones, camera, tracked.observations, keypoints, options.smoothing, filtering)
    return replace(motion, face=lift_face(keypoints, options.smoothing))


def motion_from_take(take: Take, options: TrackOptions, known: Mapping[str, float] | None = None) -> Motion:
    """The same of what several cameras saw, at the times and in the axes of the first."""
    tracked = track_views(take.views, known, metric=take.metric)
    bones, camera = _asked_lengths(tracked, options, known), take.views[0].camera
    scale = float(bones.sum() / tracked.lengths.sum())
    placing = [seen.scaled(scale) for seen in tracked.observations]
    motion = _finished(tracked, bones, camera, placing, seen_by_any(take.views), options.smoothing, filter_values)
    first = take.first
    return replace(
        motion,
        keypoints=first.points,
        confidence=first.confidence,
        offsets=take.offsets,
        face=lift_face(first, options.smoothing),
    )


def motion_from_points(
    points: Points3D,
    options: TrackOptions,
    known: Mapping[str, float] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Motion:
    """Solve and smooth known joints, as if a camera before the person saw all of them.

    `known` are lengths of bones, metres, by name; others are measured.
    """
    camera = Camera.assumed(PICTURE, None if options.fov is None else radians(options.fov))
    points = before_camera(points, camera, PICTURE)
    tracked, keypoints = track_points(points, known, progress), shown_to(points, camera, PICTURE)
    smoothing, placing = options.smoothing, tracked.observations
    return _finished(tracked, tracked.lengths, camera, placing, keypoints, smoothing, filter_values)


def _asked_lengths(tracked: Tracked, options: TrackOptions, known: Mapping[str, float] | None) -> Array:
    """Lengths (B,), metres, of a person of the height that is asked for."""
    if options.height is not None and (tracked.skeleton.kind.has_body or known is None):
        return of_height(tracked.skeleton, tracked.lengths, options.height)
    return tracked.lengths


def _finished(
    tracked: Tracked,
    bones: Array,
    camera: Camera,
    placing: Sequence[Observation],
    keypoints: Keypoints,
    smoothing: float,
    filtering: Filter,
) -> Motion:
    """What was tracked frame by frame, smoothed, placed, and with the errors to expect; bones (B,) metres."""
    skeleton, order = tracked.skeleton, tracked.skeleton.bones[0].order
    heavy = skeleton.trunk if _one_picture(placing) else None
    angles = smooth_angles(tracked.angles, order, tracked.seen, keypoints.time, smoothing, filtering, heavy)
    angles[:, skeleton.root_angles] = continuous_euler(angles[:, skeleton.root_angles], order)
    angles = skeleton.clamp(angles.astype(np.float32))
    motion = build_motion(skeleton, angles, bones, camera, placing, keypoints, smoothing, filtering)
    errors = tracked.errors * skeleton.reach(bones)
    return replace(motion, spread=tracked.spreads.astype(np.float32), expected_error=errors.astype(np.float32))


def build_motion(
    skeleton: Skeleton,
    angles: Array,
    lengths: Array,
    camera: Camera,
    placing: Sequence[Observation],
    keypoints: Keypoints,
    smoothing: float,
    filtering: Filter = filter_values,
) -> Motion:
    """The public record: FK positions, their place in the camera frame by observations, and the 2D keypoints."""
    lengths = lengths.astype(np.float32)
    positions = camera_positions(skeleton, angles, lengths)
    translation = _places(positions, placing, keypoints.time, smoothing, filtering)
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
        seams=keypoints.seams,
        orientation=keypoints.orientation,
        notes=keypoints.notes,
    )


def _places(
    positions: Array, placing: Sequence[Observation], time: Array, smoothing: float, filtering: Filter
) -> Array:
    """Where the root is (F,3), metres, of joints (F,J,3), bridged and filtered; of one picture its depth most."""

    def place(rows: Index) -> Array:
        return place_in_space(positions[rows].astype(np.float64), [seen.rows(rows) for seen in placing])

    translation = in_blocks(place, np.arange(len(time)))
    placed = (sum(seen.weights.sum(1) for seen in placing) > 0) & likely_places(translation[:, 2], time)
    picture = _one_picture(placing)
    if picture is None:
        return filtering(bridge(translation, placed, time), time, smoothing)
    evidence = picture.evidence
    depth = filter_distance(bridge(translation[:, 2:], placed, time), time, smoothing, filtering)

    def aim(rows: Array, pixels: Array, weights: Array, depth: Array) -> Array:
        return aim_in_camera(rows[:, evidence.joints].astype(np.float64), pixels, weights, picture.camera, depth)

    across = in_blocks(aim, positions, evidence.pixels, evidence.weights, depth)
    across = filtering(bridge(across, placed, time), time, smoothing)
    return np.concatenate([across, depth], axis=1)


def _one_picture(placing: Sequence[Observation]) -> Picture | None:
    """The picture where nothing else tells of depth."""
    first = placing[0]
    return first if len(placing) == 1 and isinstance(first, Picture) else None
