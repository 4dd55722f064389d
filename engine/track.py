"""One video or picture in, one Motion out: detect, lift, refine, assemble, smooth."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import radians
from pathlib import Path

import numpy as np

from .detection import detect, open_video
from .files import check_writable
from .geometry.arrays import Array, Index, Mask, in_blocks
from .geometry.camera import Camera, aim_in_camera, likely_places
from .geometry.rotations import continuous_euler
from .keypoints import Keypoints
from .lifting import (
    Filter,
    Tracked,
    angles_seen,
    bridge,
    check_networks,
    filter_values,
    guessed_where_unseen,
    of_height,
    smooth_angles,
    track_hand,
    track_person,
)
from .lifting.observations import Observation, Picture, PointsInSpace, place_in_space
from .lifting.smooth import DISTANCE
from .lifting.views import track_views
from .motion import Motion
from .options import HAND_FOV, TrackOptions
from .person_file import load_person, person_of, save_person
from .skeleton import Skeleton, camera_positions
from .take import Take, of_a_view, share_of, take_of


def track(path: Path, options: TrackOptions, progress: Callable[[float], None] | None = None) -> Motion:
    """Track the person (or hand) in a video or still picture; raises EngineError.

    Lengths of bones are those of the person file, which is written where it is not there.
    """
    check_networks()
    file = options.person_file
    person = None if file is None else load_person(file)
    if file is not None and person is None:
        check_writable(file)
    known = person and person.bones(options.height)
    videos = [path, *options.view]
    found = [
        _detected(video, of_a_view(options) if number else options, share_of(progress, number, len(videos)))
        for number, video in enumerate(videos)
    ]
    if options.view:
        motion = motion_from_take(take_of(dict(zip(videos, found, strict=True)), options), options, known)
    else:
        motion = motion_from_keypoints(found[0], options, known)
    if file is not None and person is None:
        save_person(person_of(motion, options.height), file)
    return motion


def _detected(video: Path, options: TrackOptions, progress: Callable[[float], None] | None) -> Keypoints:
    with open_video(video) as source:
        return detect(source, options, progress)


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
    return _finished(tracked, keypoints, options, known, filtering)


def motion_from_take(take: Take, options: TrackOptions, known: Mapping[str, float] | None = None) -> Motion:
    """The same of what several cameras saw, at the times and in the axes of the first."""
    tracked = track_views(take.views, known, metric=take.metric)
    motion = _finished(tracked, take.seen, options, known, filter_values)
    return replace(motion, keypoints=take.first.points, confidence=take.first.confidence, offsets=take.offsets)


def _finished(
    tracked: Tracked,
    keypoints: Keypoints,
    options: TrackOptions,
    known: Mapping[str, float] | None,
    filtering: Filter,
) -> Motion:
    """Of its height, smoothed, and placed, at the times of keypoints that tell what was seen."""
    skeleton, bones = tracked.skeleton, tracked.lengths
    if options.height is not None and (skeleton.kind.has_body or known is None):
        bones = of_height(skeleton, bones, options.height)
    grown = float(bones.sum() / tracked.lengths.sum())
    pictures = [seen.scaled(grown) for seen in tracked.pictures]
    points = [seen.scaled(grown) for seen in tracked.points]
    order = skeleton.bones[0].order
    seen = angles_seen(skeleton, keypoints)
    heavy = skeleton.trunk if len(pictures) == 1 else None
    angles = smooth_angles(tracked.angles, order, seen, keypoints.time, options.smoothing, filtering, heavy)
    angles[:, skeleton.root_angles] = continuous_euler(angles[:, skeleton.root_angles], order)
    angles = skeleton.clamp(angles.astype(np.float32))
    motion = build_motion(skeleton, angles, bones, pictures, keypoints, options.smoothing, filtering, *points)
    spreads, errors = guessed_where_unseen(skeleton, tracked.spreads, tracked.errors, seen)
    errors = errors * skeleton.reach(bones)
    return replace(motion, spread=spreads.astype(np.float32), expected_error=errors.astype(np.float32))


def build_motion(
    skeleton: Skeleton,
    angles: Array,
    lengths: Array,
    pictures: Sequence[Picture],
    keypoints: Keypoints,
    smoothing: float,
    filtering: Filter = filter_values,
    *points: PointsInSpace,
) -> Motion:
    """The public record: FK positions, their place in the camera frame by what is seen, and the 2D keypoints."""
    lengths = lengths.astype(np.float32)
    positions = camera_positions(skeleton, angles, lengths)
    if len(pictures) == 1:
        translation = _places_before(positions, pictures[0], keypoints.time, smoothing, filtering)
    else:
        translation = _places(positions, [*pictures, *points], keypoints.time, smoothing, filtering)
    bones = skeleton.joint_bones
    return Motion(
        kind=skeleton.kind,
        positions=positions,
        translation=translation.astype(np.float32),
        camera=Camera.of(pictures[0].camera.numbers.astype(np.float32)),
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


def _places(
    positions: Array, observations: Sequence[Observation], time: Array, smoothing: float, filtering: Filter
) -> Array:
    """Where the root is (F,3), metres, of joints (F,J,3), where several cameras tell it: bridged and filtered."""
    found, placed = _placed(positions, observations, time)
    return filtering(bridge(found, placed, time), time, smoothing)


def _places_before(positions: Array, picture: Picture, time: Array, smoothing: float, filtering: Filter) -> Array:
    """The same where one camera tells it, whose depth is filtered most."""
    evidence = picture.evidence
    found, placed = _placed(positions, [picture], time)
    depth = filtering(bridge(found[:, 2:], placed, time), time, DISTANCE * smoothing)

    def aim(rows: Array, pixels: Array, weights: Array, depth: Array) -> Array:
        return aim_in_camera(rows[:, evidence.joints].astype(np.float64), pixels, weights, picture.camera, depth)

    across = in_blocks(aim, positions, evidence.pixels, evidence.weights, depth)
    across = filtering(bridge(across, placed, time), time, smoothing)
    return np.concatenate([across, depth], axis=1)


def _placed(positions: Array, observations: Sequence[Observation], time: Array) -> tuple[Array, Mask]:
    """Where the root is in each frame by itself (F,3), metres, and whether it can be there (F,)."""

    def place(rows: Index) -> Array:
        return place_in_space(positions[rows].astype(np.float64), [seen.rows(rows) for seen in observations])

    found = in_blocks(place, np.arange(len(time)))
    seen = np.any([seen.weights.any(1) for seen in observations], axis=0)
    return found, seen & likely_places(found[:, 2], time)
