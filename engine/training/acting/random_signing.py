"""Random signing: arms that go through the signing space with recorded handshapes, within limits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from ...geometry.arrays import Array
from ...keypoints import Side
from .figure import BONE, Figure
from .gesture import ArmTrack, Stop, arm_at, arm_track
from .handshape import Handshape, mix
from .pose import WRIST_LOWER, WRIST_UPPER, Arm, Posed, Trunk, pose_figure

# Outwards, forwards, up from the shoulder, metres of an arm of 0.49 m to the wrist; share of the keys.
_REGIONS: tuple[tuple[float, tuple[float, float, float], tuple[float, float, float]], ...] = (
    (0.58, (-0.24, 0.17, -0.34), (0.16, 0.42, 0.04)),  # neutral space
    (0.20, (-0.24, 0.14, -0.05), (0.05, 0.32, 0.24)),  # chest, chin, face
    (0.12, (-0.05, 0.08, -0.46), (0.12, 0.26, -0.34)),  # low
    (0.10, (0.0, 0.08, -0.35), (0.42, 0.45, 0.40)),  # wide
)
_ARM_LENGTH = 0.49
TRIES = 12
_HAND = ("index1", "index3", "pinky1", "pinky3", "thumb3", "middle3")


@dataclass(frozen=True)
class Choreography:
    """Arms and trunk over time."""

    kind: str
    """Class of motion: "sampled", "signing", "spelling", "gesture"."""
    arms: dict[Side, ArmTrack]
    trunk: Callable[[float], Trunk]
    """Seconds -> turns."""
    legs: Callable[[float], Array] | None = None
    """Seconds -> angles (10,) of legs_skeleton() without its root, radians; None stands as at rest."""


def _random_arm(rng: np.random.Generator, shape: Handshape, reach: float) -> Arm:
    _, low, high = _REGIONS[rng.choice(len(_REGIONS), p=[region[0] for region in _REGIONS])]
    hand = rng.normal([5.0, -4.0, 4.0], [45.0, 26.0, 11.0])
    swivel = np.radians(np.clip(rng.normal(25.0, 18.0), -5.0, 75.0))
    return Arm(
        wrist=rng.uniform(low, high) * reach / _ARM_LENGTH,
        swivel=float(swivel),
        hand=np.radians(np.clip(hand, WRIST_LOWER, WRIST_UPPER)),
        shape=shape,
    )


def _random_stops(rng: np.random.Generator, pick: Callable[[], Handshape], reach: float, duration: float) -> list[Stop]:
    time, stops = -rng.uniform(0.1, 0.5), list[Stop]()
    while not stops or stops[-1].time < duration:
        shape = pick() if rng.random() < 0.85 else mix(pick(), pick(), rng.random())
        arm = _random_arm(rng, shape, reach)
        if stops and rng.random() < 0.3:  # another handshape or a small move in the same place
            last = stops[-1].arm
            arm = replace(arm, wrist=last.wrist + rng.normal(0, 0.03, 3), hand=last.hand, swivel=last.swivel)
        hold = float(rng.choice([0.0, rng.uniform(0.05, 0.3)]))
        stops.append(Stop(time, hold, arm))
        time += hold + rng.uniform(0.25, 0.7)
    return stops


def random_motion(
    rng: np.random.Generator, pick: Callable[[], Handshape], reach: float, duration: float
) -> Choreography:
    """Both arms for `duration` seconds; `pick` draws a handshape, `reach` is shoulder to wrist, m."""
    stops = {side: _random_stops(rng, pick, reach, duration) for side in Side}
    style = rng.random()
    if style < 0.3:
        stops[Side.LEFT] = stops[Side.RIGHT]
    elif style < 0.45:
        resting = list(Side)[int(rng.integers(2))]
        low = replace(stops[resting][0].arm, wrist=np.array([0.03, 0.2, -0.38]) * reach / _ARM_LENGTH)
        stops[resting] = [Stop(-1.0, duration + 2.0, low)]
    scale = np.radians([[1.0, 1.0, 5.0], [4.0, 3.0, 5.0], [8.0, 6.0, 16.0]])
    size = np.clip(scale * rng.normal(0, 1, (3, 3)), -0.6, 0.6)
    frequency, phase = rng.uniform(0.15, 0.6, (3, 3)), rng.uniform(0, 7, (3, 3))

    def trunk(time: float) -> Trunk:
        return Trunk(*(size * np.sin(2 * np.pi * frequency * time + phase)))

    return Choreography("sampled", {side: arm_track(stops[side]) for side in Side}, trunk)


def pose_at(figure: Figure, motion: Choreography, time: float) -> Posed:
    """The figure at a time of a motion."""
    arms = {side: arm_at(track, time) for side, track in motion.arms.items()}
    legs = None if motion.legs is None else motion.legs(time)
    return pose_figure(figure, motion.trunk(time), arms, np.zeros(3), legs)


def with_legs(motion: Choreography, poses: Array, duration: float) -> Choreography:
    """The motion with legs that go evenly from pose to pose (P,10), through all of them in `duration` seconds."""
    times = np.linspace(0, duration, len(poses))

    def legs(time: float) -> Array:
        return np.array([np.interp(time, times, column) for column in poses.T])

    return replace(motion, legs=legs)


def overlap(figure: Figure, posed: Posed) -> float:
    """How deep hands are in head, trunk or the other hand, metres."""
    points = {side: np.stack([posed.heads[BONE[f"{side}_{name}"]] for name in _HAND]) for side in Side}
    both = np.concatenate([points[Side.LEFT], points[Side.RIGHT]])
    chest, head = (posed.rotations[BONE[name]] for name in ("chest", "head"))
    width = np.linalg.norm(figure.heads[BONE["left_upper_arm"]] - figure.heads[BONE["right_upper_arm"]])
    local = (both - posed.heads[BONE["chest"]]) @ chest
    front = np.sqrt((local[:, 0] / (0.48 * width)) ** 2 + ((local[:, 1] + 0.02) / (0.36 * width)) ** 2)
    in_trunk = np.where(local[:, 2] < 0.22, 1 - front, 0.0).max() * 0.36 * width
    centre = posed.heads[BONE["head"]] + head @ np.array([0.0, -0.05, 0.09])
    in_head = 0.11 - np.linalg.norm(both - centre, axis=1).min()
    palms = np.linalg.norm(points[Side.LEFT][[0, 2]].mean(axis=0) - points[Side.RIGHT][[0, 2]].mean(axis=0))
    return float(max(in_trunk, in_head, 0.07 - palms, 0.0))


def shallowest(figure: Figure, motions: Iterable[Choreography], duration: float) -> Choreography:
    """The first motion without hands inside the body, or the least bad of all."""
    best: tuple[float, Choreography] | None = None
    for motion in motions:
        times = np.linspace(0, duration, 12)
        depth = max(overlap(figure, pose_at(figure, motion, time)) for time in times)
        if best is None or depth < best[0]:
            best = (depth, motion)
        if depth < 0.01:
            break
    assert best is not None
    return best[1]


def legal_motion(
    rng: np.random.Generator, figure: Figure, pick: Callable[[], Handshape], duration: float
) -> Choreography:
    """A random motion whose hands stay outside the body, or nearly so."""
    chain = [figure.heads[BONE[f"left_{name}"]] for name in ("upper_arm", "forearm", "hand")]
    reach = float(np.linalg.norm(np.diff(chain, axis=0), axis=1).sum())
    tries = (random_motion(rng, pick, reach, duration) for _ in range(TRIES))
    return shallowest(figure, tries, duration)
