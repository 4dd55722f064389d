"""Real people seen by several cameras: ours, with and without calibration, beside one camera and plain triangulation.

    python -m engine.training.measuring.several_cameras

writes the tables of docs/several_cameras.md from the recordings that are kept. Cameras that do not solve judge.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from ...cameras.clock import at_times
from ...cameras.distortion import COEFFICIENTS, straight
from ...geometry.arrays import Array
from ...geometry.camera import Camera, Extrinsics
from ...keypoints import KEYPOINT_NAMES, Keypoints
from ...lifting.relative import solve_cameras
from ...lifting.sides import steady_sides
from ...lifting.views import View
from ...motion import Motion
from ...options import TrackOptions
from ...take import Take
from ...track import motion_from_keypoints, motion_from_take
from ..markers import put_into
from .markdown import number, table
from .metrics import ALIGNMENTS, align
from .multiview import ARM_MOVED, BODY, HAND, JITTER, STEADY, WRIST_CORRELATION, WRIST_SLOPE, Shot, Track
from .recordings import Recording, load_recordings
from .scores import percentile

PAGE = Path(__file__).parents[3] / "docs" / "several_cameras.md"
MARKER = "several cameras"
ONE, FREE, CALIBRATED, TRIANGULATED = "one camera", "ours, uncalibrated", "ours, calibrated", "triangulated"
#: The cameras of each solution, by number, the first being the main one; the clip's others judge it.
SOLUTIONS: dict[str, tuple[tuple[int, ...], ...]] = {
    "hands": ((2, 0), (0, 3), (1, 2), (3, 1), (2, 0, 3), (0, 1, 2)),
    "balance": ((1, 0), (0, 1), (1, 0, 2), (1, 0, 3)),
    "static": ((3, 2), (2, 3)),
}
#: Points of a camera that judges count where its detector is surer than this.
SURE = 0.5
#: Until the joints that lie better than the median are the same.
ROUNDS = 10
ROWS = (BODY, ARM_MOVED, HAND, WRIST_SLOPE, WRIST_CORRELATION, JITTER)
_BONES = [
    (f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (("shoulder", "elbow"), ("elbow", "wrist"))
]


@dataclass(frozen=True)
class Solution:
    """What was made of some cameras of a clip, and how the cameras that were left out judge it."""

    shot: Shot
    placed: dict[str, Array]
    """By method: (M,) pixels in the cameras left out, the clip as a whole laid onto the truth (R, t, s)."""
    as_it_is: dict[str, Array]
    """The same as calibrated, of methods that are."""


def solution(recording: Recording, cameras: Sequence[int]) -> Solution:
    """All methods on some cameras of a recording, the first being the main one."""
    main, clock = cameras[0], recording.clock[cameras[0]]
    first = replace(recording.keypoints(main), time=clock)
    views = [view_of(recording, camera, main) for camera in cameras]
    raw = [View(steady_sides(_at(recording, camera, main)), Camera.assumed(first.size, None)) for camera in cameras]
    offsets = (0.0,) * (len(cameras) - 1)
    free = Take.of(first, solve_cameras(raw), offsets, metric=False)
    known = Take.of(first, views, offsets, metric=True)
    motions = {
        ONE: motion_from_keypoints(first, TrackOptions()),
        FREE: motion_from_take(free, TrackOptions()),
        CALIBRATED: motion_from_take(known, TrackOptions()),
    }
    methods = {name: _track(motion) for name, motion in motions.items()}
    methods[TRIANGULATED] = Track(KEYPOINT_NAMES, triangulated(known.views))
    truth = Track(tuple(recording.names.tolist()), recording.positions[main].astype(np.float64))
    left_out = [view_of(recording, camera, main) for camera in range(len(recording.cameras)) if camera not in cameras]
    joints = {name: track.of(truth.names) for name, track in methods.items()}
    told = np.isfinite(joints[TRIANGULATED])
    joints = {name: np.where(told, own, np.nan) for name, own in joints.items()}
    laid = {name: _laid(own, truth.positions) for name, own in joints.items()}
    calibrated = {name: joints[name] for name in (CALIBRATED, TRIANGULATED)}
    return Solution(
        Shot(truth, methods, recording.keypoints(main).fps),
        {name: _seen_off(own, truth.names, left_out) for name, own in laid.items()},
        {name: _seen_off(own, truth.names, left_out) for name, own in calibrated.items()},
    )


def view_of(recording: Recording, camera: int, main: int) -> View:
    """A camera's view at the main one's times and from its axes, as calibrated."""
    keypoints, matrix = _at(recording, camera, main), recording.intrinsics[camera]
    own = Camera.of(np.array([matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2]]))
    lens = np.zeros(COEFFICIENTS)
    lens[: recording.distortion.shape[1]] = recording.distortion[camera]
    points = straight(keypoints.points.astype(np.float64), own, lens, keypoints.size).astype(np.float32)
    stands = [Extrinsics(recording.rotation[one], recording.translation[one]) for one in (camera, main)]
    extrinsics = None if camera == main else stands[0].after(stands[1].inverse)
    return View(replace(keypoints, points=points), own, extrinsics)


def _at(recording: Recording, camera: int, main: int) -> Keypoints:
    keypoints = replace(recording.keypoints(camera), time=recording.clock[camera])
    return keypoints if camera == main else at_times(keypoints, recording.clock[main], f"camera {camera}")


def triangulated(views: Sequence[View]) -> Array:
    """Points (F,K,3), metres, in the first camera's axes, NaN where fewer than two cameras are sure of one.

    The linear method (Hartley and Zisserman 2004, section 12.2), rows weighted by confidence.
    """
    rows: list[Array] = []
    for view in views:
        stands = view.extrinsics or Extrinsics(np.eye(3), np.zeros(3))
        matrix = np.concatenate([stands.rotation, stands.translation[:, None]], 1)
        plane = view.camera.plane(view.keypoints.points.astype(np.float64))
        weights = view.keypoints.confidence[..., None].astype(np.float64)
        rows += [weights * (plane[..., axis, None] * matrix[2] - matrix[axis]) for axis in (0, 1)]
    system = np.stack(rows, axis=-2)
    _, _, axes = cast("tuple[Array, Array, Array]", cast("Any", np.linalg.svd(system)))
    found = axes[..., -1, :]
    sure = np.sum([view.keypoints.confidence > 0 for view in views], axis=0)
    points = np.full((*found.shape[:-1], 3), np.nan)
    np.divide(found[..., :3], found[..., 3:], out=points, where=(sure >= 2)[..., None] & (found[..., 3:] != 0.0))
    return points


def _track(motion: Motion) -> Track:
    return Track(motion.joints, (motion.positions + motion.translation[:, None]).astype(np.float64))


def _laid(own: Array, truth: Array) -> Array:
    """Joints (F,J,3) of a clip laid onto the true ones as a whole, by those that fit better than the median."""
    both = np.isfinite(own).all(-1) & np.isfinite(truth).all(-1)
    points, target = own[both], truth[both]
    nearer = np.ones(len(points), dtype=bool)
    laid = points
    for _ in range(ROUNDS):
        moved = align(points[nearer][None], target[nearer][None], **ALIGNMENTS["R, t, s"])[0]
        rows = np.concatenate([points[nearer], np.ones((len(moved), 1))], 1)
        across: Array = np.linalg.pinv(rows) @ moved  # the same move, of all
        laid = points @ across[:3] + across[3]
        gaps: Array = np.linalg.norm(laid - target, axis=-1)
        nearer = gaps <= np.median(gaps)
    every = np.full(own.shape, np.nan)
    every[both] = laid
    return every


def _seen_off(joints: Array, names: tuple[str, ...], views: Sequence[View]) -> Array:
    """(M,) pixels of joints (F,J,3) from where cameras that took no part see them."""
    columns = [KEYPOINT_NAMES.index(name) for name in names]
    found: list[Array] = []
    for view in views:
        assert view.extrinsics is not None
        pixels = view.camera.project(view.extrinsics.move(joints))
        counted = (view.keypoints.confidence[:, columns] >= SURE) & np.isfinite(pixels).all(-1)
        found.append(np.linalg.norm(pixels - view.keypoints.points[:, columns], axis=-1)[counted])
    every: Array = np.concatenate(found)
    return every


def _varies(track: Track) -> float:
    """Percent that the lengths of upper arms and forearms vary over a clip: deviation over mean, their mean."""
    ends = [track.of(bone) for bone in _BONES]
    lengths: list[Array] = [np.linalg.norm(joints[:, 0] - joints[:, 1], axis=-1) for joints in ends]
    return float(np.mean([100.0 * float(np.nanstd(own)) / float(np.nanmean(own)) for own in lengths]))


def tables(recordings: dict[str, Recording]) -> Iterator[str]:
    """A table for each clip and number of cameras."""
    for clip, choices in SOLUTIONS.items():
        for count in sorted({len(choice) for choice in choices}):
            chosen = [choice for choice in choices if len(choice) == count]
            named = ["+".join(recordings[clip].cameras[list(choice)].tolist()) for choice in chosen]
            yield f"### `{clip}`, {count} cameras ({', '.join(named)})"
            yield from _rows([solution(recordings[clip], choice) for choice in chosen])


def _rows(solutions: list[Solution]) -> Iterator[str]:
    methods = (ONE, FREE, CALIBRATED, TRIANGULATED)
    shots = [own.shot for own in solutions]
    rows: list[list[str]] = []
    for title, found in (
        ("cameras left out, px, clip laid onto the truth (R, t, s)", [own.placed for own in solutions]),
        ("cameras left out, px, as calibrated", [own.as_it_is for own in solutions]),
    ):
        every = {name: np.concatenate([own[name] for own in found]) for name in methods if name in found[0]}
        rows.append([title, *(number(percentile(every.get(name, np.array([]))), 1) for name in methods)])
    for row in ROWS:
        scores = row.scores(shots) if row is not JITTER or shots[0].rate > STEADY else {}
        if scores:
            rows.append([row.title, *(row.write(scores[name]) for name in methods)])
    varies = [np.mean([_varies(shot.methods[name]) for shot in shots]) for name in methods]
    rows.append(["arm bones: length varies by, %", *(number(float(value), 1) for value in varies)])
    yield from table(["median", *methods], rows)


def main() -> None:
    """Write the tables."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.measuring.several_cameras", description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    put_into(parser.parse_args().out, MARKER, tables(load_recordings()))


if __name__ == "__main__":
    main()
