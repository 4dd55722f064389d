"""Real people, tracked from one camera each, against joints that are triangulated from four."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array
from ...geometry.camera import Camera, turn_to_axis
from ...keypoints import KEYPOINT_NAMES, Side
from ...keypoints import PARTS as LANDMARKS
from ...motion import Motion
from ...options import TrackOptions
from ...track import motion_from_keypoints
from .markdown import number, table
from .metrics import ALIGNMENTS, accelerations, angles_between, jitter, joint_errors
from .recordings import Recording
from .scores import percentile

OURS, MEDIAPIPE = "ours", ("MediaPipe world", "MediaPipe image x, y, world z", "MediaPipe image x, y, z")
#: Cameras that are judged, by what they see of the chest.
VIEWS = ("front", "oblique")
#: Frames per second from which on jitter is told from motion.
STEADY = 25.0
_SHOULDERS, _HIPS = (tuple(f"{side}_{joint}" for side in Side) for joint in ("shoulder", "hip"))


@dataclass(frozen=True)
class Track:
    """Named joints of one camera's F frames in its axes."""

    names: tuple[str, ...]
    positions: Array
    """(F,J,3) metres; NaN where unknown."""

    def of(self, names: tuple[str, ...]) -> Array:
        """(F,N,3) the joints of these names, NaN where there is none."""
        columns = [self.names.index(name) if name in self.names else -1 for name in names]
        absent = np.full_like(self.positions[:, :1], np.nan)
        return np.concatenate([self.positions, absent], 1)[:, columns]


@dataclass(frozen=True)
class Shot:
    """One camera's clip."""

    truth: Track
    methods: dict[str, Track]
    """By name, ours first; each hand is good for itself alone, but ours."""
    rate: float
    """1/s."""
    motion: Motion | None = None
    """Ours, where there is more to ask of it than joints."""


def shots(recording: Recording) -> list[Shot]:
    """What is made of the videos that are judged, each by itself."""
    found: list[Shot] = []
    for camera in judged(recording):
        keypoints = recording.keypoints(camera)
        motion = motion_from_keypoints(keypoints, TrackOptions())
        ours = Track(motion.joints, (motion.positions + motion.translation[:, None]).astype(np.float64))
        methods = {OURS: ours, **mediapipe_tracks(recording, camera)}
        found.append(Shot(true_track(recording, camera), methods, keypoints.fps, motion))
    return found


def judged(recording: Recording) -> list[int]:
    """The cameras whose view is one of VIEWS."""
    return np.flatnonzero(np.isin(recording.view, VIEWS)).tolist()


def true_track(recording: Recording, camera: int) -> Track:
    """The triangulated joints in one camera's axes."""
    return Track(tuple(recording.names.tolist()), recording.positions[camera].astype(np.float64))


def mediapipe_tracks(recording: Recording, camera: int) -> dict[str, Track]:
    """MediaPipe's world landmarks, then its points of the picture with world depth, and with their own.

    Pixels become metres by the scale of each part and frame that brings x and y onto those of the world landmarks best;
    depth is taken along the ray to the shoulders.
    """
    image, world = (x[camera].astype(np.float64) for x in (recording.image, recording.world))
    metric = np.empty_like(image)
    for part in LANDMARKS:
        pixels, metres = (x[:, part] - x[:, part, :2].mean(1, keepdims=True) @ np.eye(2, 3) for x in (image, world))
        scale = (pixels * metres)[..., :2].sum((1, 2)) / (pixels[..., :2] ** 2).sum((1, 2))
        metric[:, part] = pixels * scale[:, None, None]
    variants = (world, np.concatenate([metric[..., :2], world[..., 2:]], -1), metric)
    (fx, _, cx), (_, fy, cy) = recording.intrinsics[camera, :2]
    middle = image[:, [KEYPOINT_NAMES.index(name) for name in _SHOULDERS], :2].mean(1)
    turn = turn_to_axis(Camera.of(np.array([fx, fy, cx, cy])).rays(middle))
    return {name: Track(KEYPOINT_NAMES, xyz @ turn) for name, xyz in zip(MEDIAPIPE, variants, strict=True)}


@dataclass(frozen=True)
class Row:
    """One number of a method over many frames."""

    title: str
    groups: tuple[tuple[str, ...], ...]
    """The joints of each part that counts by itself, as of a left and a right arm."""
    values: Callable[[Array, Array], Array]
    """Own and true joints (F,N,3) of a group, NaN in frames that do not count -> values (M,...), NaN dropped."""
    summary: Callable[[Array], float] = percentile
    """Of the values of all groups and videos."""
    needed: float = 1.0
    """Share of a group's joints that the truth has to know; only those are compared."""
    digits: int = 1

    def write(self, value: float) -> str:
        """Its number as it is written."""
        return number(value, self.digits)

    def values_of(self, videos: Iterable[Shot]) -> dict[str, Array]:
        """All values by method. A frame counts where the truth and all methods know the joints."""
        own: dict[str, list[Array]] = {}
        for shot in videos:
            for group in self.groups:
                judged = tuple(name for name in group if np.isfinite(shot.truth.of((name,))).any())
                if len(judged) < self.needed * len(group):
                    continue
                joints = {name: track.of(judged) for name, track in shot.methods.items()}
                truth = shot.truth.of(judged)
                lost = ~np.isfinite([truth, *joints.values()]).all((0, 2, 3))
                truth[lost] = np.nan
                for name, positions in joints.items():
                    values = self.values(positions, truth)
                    own.setdefault(name, []).append(values[np.isfinite(values).all(tuple(range(1, values.ndim)))])
        return {name: np.concatenate(values) for name, values in own.items()}

    def scores(self, videos: Iterable[Shot]) -> dict[str, float]:
        """Its number by method; none where no frame counts."""
        return {name: self.summary(values) for name, values in self.values_of(videos).items() if len(values)}


def _error(alignment: str) -> Callable[[Array, Array], Array]:
    """Mean distance of a frame's joints from the true ones, cm."""

    def values(own: Array, truth: Array) -> Array:
        counted = np.isfinite(truth).all((1, 2))
        own, truth = own[counted], truth[counted]
        return 100.0 * joint_errors(own, truth, alignment).mean(1)

    return values


def _depths(own: Array, truth: Array) -> Array:
    """(F,2) cm of a joint, the first, from the middle of two shoulders along the sight to it: the true, the own."""
    middle = truth[:, 1:].mean(1)
    sight = middle / np.linalg.norm(middle, axis=-1, keepdims=True)
    return 100.0 * np.stack([((x[:, 0] - x[:, 1:].mean(1)) * sight).sum(-1) for x in (truth, own)], 1)


def slope(pairs: Array) -> float:
    """Of the second column on the first (M,2), least squares; 1 is right, less is flattened."""
    return float(np.polyfit(pairs[:, 0], pairs[:, 1], 1)[0])


def correlation(pairs: Array) -> float:
    """Pearson's, of two columns (M,2)."""
    return float(np.corrcoef(pairs.T)[0, 1])


def _direction(own: Array, truth: Array) -> Array:
    """Degrees between bones, from the first joint to the second."""
    return angles_between(own[:, 1] - own[:, 0], truth[:, 1] - truth[:, 0])


def _pitch(own: Array, truth: Array) -> Array:
    """Degrees of the line from the middle of the last two joints to that of the first two, + towards the camera."""

    def angle(joints: Array) -> Array:
        trunk = joints[:, :2].mean(1) - joints[:, 2:].mean(1)
        return np.degrees(np.arctan2(-trunk[:, 2], -trunk[:, 1]))

    return (angle(own) - angle(truth) + 180.0) % 360.0 - 180.0


def _length(own: Array, truth: Array) -> Array:
    """Percent by which the line from the middle of the first half of the joints to that of the others is too long."""
    half = own.shape[1] // 2
    lengths = [np.linalg.norm(x[:, :half].mean(1) - x[:, half:].mean(1), axis=-1) for x in (own, truth)]
    return 100.0 * (lengths[0] / lengths[1] - 1.0)


def _jitter(own: Array, truth: Array) -> Array:
    """Noise that would make the second differences seen, mm, of all joints but the last two, about their middle."""
    counted = np.where(np.isfinite(truth), own, np.nan)
    second = accelerations(counted[:, :-2] - counted[:, -2:].mean(1, keepdims=True))
    return 1000.0 * np.linalg.norm(second, axis=-1).ravel() / np.sqrt(6 * 3)


def _accelerations(own: Array, truth: Array) -> Array:
    """(M,3) second differences of joints about their middle, cm/frame^2."""
    counted = np.where(np.isfinite(truth), own, np.nan)
    return 100.0 * accelerations(counted - counted.mean(1, keepdims=True)).reshape(-1, 3)


def _size(values: Array) -> float:
    """Median without signs."""
    return percentile(np.abs(values))


def _sides(*joints: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(f"{side}_{joint}" for joint in joints) for side in Side)


_BODY = (("nose", *(name for joint in ("shoulder", "elbow", "wrist", "hip") for (name,) in _sides(joint))),)
_ARMS = _sides("shoulder", "elbow", "wrist")
_LEGS = (tuple(name for side in _sides("hip", "knee", "ankle", "heel", "foot_index") for name in side),)
_WRISTS = tuple((wrist, *_SHOULDERS) for (wrist,) in _sides("wrist"))
_TRUNK = ((*_SHOULDERS, *_HIPS),)
_MOVING = ((*(name for joint in ("elbow", "wrist") for (name,) in _sides(joint)), *_SHOULDERS),)
_BONES = {
    "shoulders": (_SHOULDERS,),
    "upper arm": _sides("shoulder", "elbow"),
    "forearm": _sides("elbow", "wrist"),
    "trunk": _TRUNK,
    "thigh": _sides("hip", "knee"),
    "shank": _sides("knee", "ankle"),
    "palm": _sides("hand_wrist", "hand_middle_finger_mcp"),
}


def _errors(title: str, groups: tuple[tuple[str, ...], ...], *alignments: str) -> Iterator[Row]:
    """A part of which most joints are judged."""
    return (Row(f"{title}, cm ({own})", groups, _error(own), needed=0.7) for own in alignments)


_PARTS = {
    "body": ("body", _BODY),
    "hand": ("hand, 21 joints", tuple(side.hand_names for side in Side)),
}
#: By part and alignment.
PART_ROWS = {
    part: dict(zip(ALIGNMENTS, _errors(title, groups, *ALIGNMENTS), strict=True))
    for part, (title, groups) in _PARTS.items()
}
#: By part, cm/frame^2.
JITTERS = {
    part: Row(f"{title}: jitter", groups, _accelerations, jitter, needed=0.7, digits=2)
    for part, (title, groups) in _PARTS.items()
}
BODY, BODY_MOVED, BODY_SCALED = (PART_ROWS["body"][alignment] for alignment in ("R, t", "t", "R, t, s"))
HAND = PART_ROWS["hand"]["R, t, s"]
ARM_MOVED, ARM = _errors("arm, 3 joints", _ARMS, "t", "R, t")
WRIST_SLOPE = Row("wrist against shoulders: slope of depth on truth", _WRISTS, _depths, slope, digits=2)
WRIST_CORRELATION = Row("wrist against shoulders: correlation of depth", _WRISTS, _depths, correlation, digits=2)
JITTER = Row("jitter of elbows and wrists, mm", _MOVING, _jitter)
ROWS = (
    *(BODY, ARM_MOVED, HAND, WRIST_SLOPE, WRIST_CORRELATION, BODY_MOVED, BODY_SCALED, ARM),
    *_errors("legs, 10 joints", _LEGS, "R, t"),
    *(Row(f"{name}: direction, degrees", _BONES[name], _direction) for name in ("upper arm", "forearm")),
    Row("trunk pitch: error, signed, degrees", _TRUNK, _pitch),
    Row("trunk pitch: error, absolute, degrees", _TRUNK, _pitch, _size),
    *(Row(f"{name}: length error, %", groups, _length) for name, groups in _BONES.items()),
    JITTER,
)


def clip_table(videos: list[Shot]) -> Iterator[str]:
    """All rows that a clip has, by method."""
    rows: list[list[str]] = []
    for row in ROWS:
        scores = row.scores(videos) if row is not JITTER or videos[0].rate > STEADY else {}
        if scores:
            rows.append([row.title, *(row.write(scores[name]) for name in (OURS, *MEDIAPIPE))])
    yield from table(["", OURS, *MEDIAPIPE], rows)
