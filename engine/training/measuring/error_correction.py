"""HybrIK's Table 4: joints that were predicted, before and after they passed through it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...geometry.arrays import Array, Mask
from ...geometry.camera import Camera
from ...geometry.rotations import CAMERA_FROM_BLENDER
from ...keypoints import KEYPOINT_NAMES, Side
from ...lifting.features import BODY_POINTS
from ...lifting.hybrik import solve_angles
from ...lifting.hybrik.rigid import rigid_parts
from ...lifting.hybrik.seen_joints import seen_joints
from ...lifting.lengths import clip_lengths, lengths_of, person_lengths
from ...lifting.lift import Lift, lift_body, lift_hand
from ...lifting.observations import Picture
from ...skeleton import Kind, Skeleton, camera_positions, load_skeleton
from ..clips import ClipSet
from .joints import Joints
from .markdown import number, table
from .methods import PARTS, columns, mediapipe_methods, true_joints
from .scores import errors, percentile

SOURCES = ("points of the picture at the networks' depth", "MediaPipe world")
_FORGIVING = ("t, s", "R, t, s")


@dataclass(frozen=True)
class Corrected:
    """Joints (N,K,3) of a set in the camera's axes, metres, relative to each part's root; 0 where not found."""

    before: dict[str, Array]
    """By source."""
    after: dict[str, Array]
    """The same through HybrIK."""


def _shown_lengths(camera: Camera, lift: Lift) -> Array:
    return clip_lengths(lift, Picture(camera, lift.evidence))


def correct(clips: ClipSet) -> Corrected:
    """Both sources, body and hands each by themselves, with the bones that our engine finds for the clip."""
    shape = (len(clips.clip), len(KEYPOINT_NAMES), 3)
    found = Corrected({name: np.zeros(shape) for name in SOURCES}, {name: np.zeros(shape) for name in SOURCES})
    full = load_skeleton()
    for clip, size in enumerate(clips.size.tolist()):
        keypoints, rows = clips.keypoints(clip), np.flatnonzero(clips.clip == clip)
        if not keypoints.seen[:, 0].any():
            continue
        camera = Camera.assumed((size[0], size[1]), None)
        body = lift_body(keypoints, camera, Kind.UPPER_BODY)
        sides = [side for side in Side if keypoints.seen[:, side.column].any()]
        hands = [lift_hand(keypoints, camera, side) for side in sides]
        bones = person_lengths(full, body, hands, partial(_shown_lengths, camera))
        for lift, names in (
            (body, BODY_POINTS),
            *((hand, side.hand_names) for hand, side in zip(hands, sides, strict=True)),
        ):
            own, places = lift.rows(lift.seen), columns(names)
            lengths = lengths_of(full, bones, own.skeleton)
            joints = [own.skeleton.joints.index(name) for name in names]
            cells = (rows[lift.seen][:, None], places)
            for source, (given, known, start) in _given(own, lengths, camera, clips.world[cells], names).items():
                angles = solve_angles(own.skeleton, given, known, lengths, start, trust=lift.evidence.trust)
                found.before[source][cells] = given[:, joints] @ CAMERA_FROM_BLENDER.T
                found.after[source][cells] = camera_positions(own.skeleton, angles, lengths)[:, joints]
    return found


def _given(
    lift: Lift, lengths: Array, camera: Camera, world: Array, names: tuple[str, ...]
) -> dict[str, tuple[Array, Mask, Array]]:
    """Joints (F,J,3), which are known (F,J), and start angles (F,A), by source; `world` (F,N,3) MediaPipe's."""
    skeleton, start = lift.skeleton, lift.angles.astype(np.float64)
    joints, known = seen_joints(lift, lengths, camera)
    every = np.zeros_like(known)
    every[:, lift.evidence.joints] = True
    own = np.zeros_like(joints)
    own[:, [skeleton.joints.index(name) for name in names]] = world.astype(np.float64) @ CAMERA_FROM_BLENDER
    root = [skeleton.joints.index(f"{side}_hip") for side in Side] if skeleton.kind.has_body else [0]
    own -= own[:, root].mean(1, keepdims=True)
    own *= _size(skeleton, joints=own, known=every, lengths=lengths)
    return {SOURCES[0]: (joints, known, start), SOURCES[1]: (own, every, 0.0 * start)}


def _size(skeleton: Skeleton, *, joints: Array, known: Mask, lengths: Array) -> float:
    """What makes joints (F,J,3) of a guessed size those of a person with these bones (B,)."""
    parts = rigid_parts(skeleton)
    bones = [b for b, own in enumerate(parts) if known[:, own.start].all() and known[:, own.end].all()]
    arms = joints[:, [parts[b].end for b in bones]] - joints[:, [parts[b].start for b in bones]]
    spans: Array = np.linalg.norm(arms, axis=-1)
    return float(lengths[bones].sum()) / percentile(spans.sum(1))


def correction_table(clips: ClipSet) -> Iterator[str]:
    """Mean errors, cm, of body and hands, before and after, in the frames in which MediaPipe finds them by itself."""
    truth, found, corrected = true_joints(clips), mediapipe_methods(clips)[0].joints.found, correct(clips)
    rows: list[list[str]] = []
    for part in PARTS:
        for source in SOURCES:
            for way, joints in (("before", corrected.before[source]), ("after", corrected.after[source])):
                own = Joints(KEYPOINT_NAMES, joints, found)
                means = (errors(own, truth, part, alignment).mean() for alignment in _FORGIVING)
                rows.append([part, source, way, *(number(mean) for mean in means)])
    yield from table(("part", "joints", "HybrIK", *_FORGIVING), rows)
