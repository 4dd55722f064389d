"""Hands in single photographs against a 3D shape of the same real hand, made from all of its photographs."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...geometry.arrays import Array, Mask, check_shapes
from ...keypoints import HAND_NAMES, Side
from ...motion import Motion
from ...options import TrackOptions
from ...track import motion_from_keypoints
from ..clips import DATA
from ..photographs import LEARNT, MEASURED, TRAINING, VIEWS, Photographs, still
from .markdown import number, percent, table
from .metrics import ALIGNMENTS, align, angles_between, joint_errors
from .scores import percentile

HANDS_TRUTH = DATA / "hands_truth.npz"
#: Every hand is compared at this distance from the wrist to the middle finger's knuckle, centimetres.
METACARPAL = 9.0
#: A photograph whose `view_residual` is larger does not show the shape; up to the second its camera is trusted.
NO_FIT, GOOD_VIEW = 8.0, 0.04
_WRIST, _INDEX, _MIDDLE, _PINKY = (
    HAND_NAMES.index(name) for name in ("wrist", "index_finger_mcp", "middle_finger_mcp", "pinky_mcp")
)
_TIPS = [joint for joint, name in enumerate(HAND_NAMES) if name.endswith("tip")]
#: (4,4) knuckle, middle joint, last joint and tip of each finger but the thumb.
_FINGERS = np.arange(_INDEX, len(HAND_NAMES)).reshape(4, 4)
_OPTIONS = TrackOptions(hands_only=True)
#: Joints of a hand times this are judged: all are right hands, and of one that is named left its image in depth is.
AS_RIGHT = {Side.LEFT: np.array([1.0, 1.0, -1.0]), Side.RIGHT: np.ones(3)}


@dataclass(frozen=True)
class HandsTruth:
    """N handshapes of one right hand, V = VIEWS photographs of each; wrist and middle knuckle are METACARPAL apart."""

    shapes: NDArray[np.str_]
    """(N,) as '01-01/01-01-001'."""
    joints_cm: Array
    """(N,21,3) any orientation."""
    camera: Array
    """(N,V,3,3) rotation that brings them into the photograph's camera."""
    trusted: Mask
    """(N,) whether enough photographs agree with the shape to judge by it."""
    view_residual: Array
    """(N,V) mean distance of the shape from the photograph's points, of the diagonal of their box."""
    mean_hand_cm: Array
    """(21,3) stands in where there is no answer."""
    mediapipe_image: Array
    """(N,V,21,3) x, y, z of one run of MediaPipe 0.10.21, pixels; NaN where no hand was found."""
    mediapipe_world: Array
    """(N,V,21,3) its world landmarks, metres; NaN where no hand was found."""

    def __post_init__(self) -> None:
        count = len(self.shapes)
        check_shapes(
            self,
            joints_cm=(count, 21, 3),
            camera=(count, VIEWS, 3, 3),
            trusted=(count,),
            view_residual=(count, VIEWS),
            mean_hand_cm=(21, 3),
        )

    @property
    def groups(self) -> dict[str, Mask]:
        """(N,) each: the handshapes that are measured, and those that may be learnt from."""
        learnt = np.array([shape.startswith(TRAINING) for shape in self.shapes.tolist()])
        return {MEASURED: ~learnt, LEARNT: learnt}


def load_hands_truth(path: Path = HANDS_TRUTH) -> HandsTruth:
    """Read the arrays, numbers widened to 64 bits."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {field.name: stored[field.name] for field in fields(HandsTruth)}
    wide = {name: values.astype(np.float64) for name, values in arrays.items() if values.dtype == np.float32}
    return HandsTruth(**(arrays | wide))


@dataclass(frozen=True)
class Answers:
    """What one method makes of each photograph by itself."""

    name: str
    joints: Array
    """(N,V,21,3) any unit, camera's axes, as a right hand; NaN without an answer."""
    left: Mask
    """(N,V) whether the hand was named a left one."""
    apart: Array
    """(N,V,21) distance of each joint in the picture from its own detected point, of the larger side of their box."""


def track_photograph(photographs: Photographs, at: tuple[int, int]) -> tuple[Side, Motion, Array]:
    """Along the public path: the side as the detector names it, what is made of it, and its joints (21,3), metres."""
    side = Side.LEFT if photographs.left[at] else Side.RIGHT
    motion = motion_from_keypoints(still(photographs, at, side), _OPTIONS)
    return side, motion, motion.positions[0, [motion.joints.index(name) for name in side.hand_names]].astype(np.float64)


def our_answers(photographs: Photographs) -> Answers:
    """Along the public path, the side as the detector names it; a left hand's mirror image in depth is judged."""
    joints = np.full((*photographs.points.shape[:3], 3), np.nan)
    apart, box = np.full(joints.shape[:3], np.nan), photographs.box
    for at in zip(*np.nonzero(photographs.found), strict=True):
        side, motion, own = track_photograph(photographs, at)
        pixels = motion.camera.project(own + motion.translation[0])
        apart[at] = np.linalg.norm(pixels - photographs.points[at], axis=-1) / box[at]
        joints[at] = own * AS_RIGHT[side]
    return Answers("ours", joints, photographs.left, apart)


def mediapipe_answers(truth: HandsTruth) -> tuple[Answers, ...]:
    """Its image landmarks, the points of the picture, and its world landmarks, moved and scaled onto these."""
    image, world = truth.mediapipe_image, truth.mediapipe_world
    points, plane = (x[..., :2].reshape(-1, 21, 2) for x in (image, world))
    apart = joint_errors(plane, points, "t, s")
    apart = (apart / np.ptp(points, axis=1).max(-1, keepdims=True)).reshape(image.shape[:3])
    named_left = np.zeros(image.shape[:2], bool)
    return (
        Answers("MediaPipe image x, y, z", image, named_left, 0.0 * apart),
        Answers("MediaPipe world", world, named_left, apart),
    )


@dataclass(frozen=True)
class HandScore:
    """How one method does on some handshapes; distances are medians over joints and photographs, cm."""

    filled: float
    """R, t, the mean hand where there is no answer."""
    turned: float
    """R, t of the answers; and so are all others."""
    moved: float
    """t, in photographs whose camera is trusted; and so are across, deep, palm and reversed."""
    tips: float
    """R, t of the five finger tips."""
    across: float
    """t, across the line of sight."""
    deep: float
    """t, along the line of sight."""
    palm: float
    """Median degrees between the normals of the palms."""
    reversed: float
    """Share of the palms that are off by more than 90 degrees."""
    slope: float
    """Of the bends at the two outer joints of the four fingers against the true ones; 1 is right, less is flattened."""
    left: float
    """Share named left hands."""
    answered: float
    """Share of the photographs."""
    own: float
    """Median distance from the method's own points in the picture, share of the larger side of their box."""


def judge(answers: Answers, truth: HandsTruth, shapes: Mask) -> HandScore:
    """Score the photographs of trusted handshapes out of `shapes` (N,), as ../shared/tools/hands_real.py does."""
    asked = (truth.view_residual <= NO_FIT) & (truth.trusted & shapes)[:, None]
    rows = asked & np.isfinite(answers.joints).all((2, 3))
    every = np.broadcast_to(truth.joints_cm[:, None], answers.joints.shape)
    exact, missing = every[rows], every[asked & ~rows]
    own = answers.joints[rows]
    own *= METACARPAL / metacarpals(own)[:, None, None]
    turned, stand_in = (
        joint_errors(x, y, "R, t")
        for x, y in ((own, exact), (np.broadcast_to(truth.mean_hand_cm, missing.shape), missing))
    )
    posed = truth.view_residual[rows] < GOOD_VIEW
    seen = exact[posed] @ np.swapaxes(truth.camera[rows][posed], 1, 2)
    gaps = align(own[posed], seen, **ALIGNMENTS["t"]) - seen
    palms = angles_between(_palm_normals(own[posed]), _palm_normals(seen))
    return HandScore(
        filled=percentile(np.concatenate([turned, stand_in])),
        turned=percentile(turned),
        moved=percentile(np.linalg.norm(gaps, axis=-1)),
        tips=percentile(turned[:, _TIPS]),
        across=percentile(np.linalg.norm(gaps[..., :2], axis=-1)),
        deep=percentile(np.abs(gaps[..., 2])),
        palm=percentile(palms),
        reversed=float((palms > 90.0).mean()),
        slope=float(np.polyfit(bends(exact).ravel(), bends(own).ravel(), 1)[0]),
        left=float(answers.left[rows].mean()),
        answered=float(rows.sum() / asked.sum()),
        own=percentile(answers.apart[rows]),
    )


def _palm_normals(hands: Array) -> Array:
    """(M,3) across the palms of hands (M,21,3)."""
    wrist = hands[:, _WRIST]
    return np.cross(hands[:, _INDEX] - wrist, hands[:, _PINKY] - wrist)


def metacarpals(hands: Array) -> Array:
    """(M,) from the wrist to the middle finger's knuckle of hands (M,21,3)."""
    return np.linalg.norm(hands[:, _MIDDLE] - hands[:, _WRIST], axis=-1)


def bends(hands: Array) -> Array:
    """(M,4,2) degrees at the two outer joints of the four fingers of hands (M,21,3)."""
    bones = np.diff(hands[:, _FINGERS], axis=2)
    return angles_between(bones[:, :, :-1], bones[:, :, 1:])


def hands_table(methods: tuple[Answers, ...], truth: HandsTruth) -> Iterator[str]:
    """A row for each method and each part of the handshapes."""
    rows: list[list[str]] = []
    for method in methods:
        for group, shapes in truth.groups.items():
            score = judge(method, truth, shapes)
            lengths = (score.filled, score.turned, score.moved, score.tips, score.across, score.deep)
            turns = (number(score.palm, 0), percent(score.reversed), number(score.slope))
            shares = map(percent, (score.left, score.answered, score.own))
            rows.append([method.name, group, *map(number, lengths), *turns, *shares])
    lengths = ("R, t, gaps filled", "R, t", "t", "tips R, t", "across", "deep")
    turns = ("palm, degrees", "palm > 90", "slope of bends")
    yield from table(["", "photographs", *lengths, *turns, "named left", "answered", "own 2D points, of the box"], rows)
