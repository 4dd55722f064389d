"""Gestures: key poses of an arm, joined by minimum-jerk moves within anatomical limits."""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import unit
from ...keypoints import Side
from .figure import Figure
from .handshape import Handshape
from .pose import WRIST_LOWER, WRIST_UPPER, Arm, arm_directions, forearm_frame, hand_angles


@dataclass(frozen=True)
class Key:
    """Where an arm is at `time` and, where `hold` > 0, stays for `hold` seconds.

    `wrist` as pose.Arm; `palm` and `fingers` are directions in the same axes (outwards, forwards,
    up). A key without a hold is passed through without stopping.
    """

    time: float
    hold: float
    wrist: tuple[float, float, float]
    palm: tuple[float, float, float]
    fingers: tuple[float, float, float]
    shape: Handshape


@dataclass(frozen=True)
class ArmTrack:
    """An arm over time as channels: rows of times, values and velocities."""

    times: Array
    """(N,) seconds, increasing."""
    values: Array
    """(N,32) wrist 3, swivel 1, hand 3, fingers 16, thumb 9."""
    speeds: Array
    """(N,32) per second."""

    def __post_init__(self) -> None:
        shape = (len(self.times), 32)
        check_shapes(self, times=shape[:1], values=shape, speeds=shape)


@dataclass(frozen=True)
class Stop:
    """A solved key: the arm at `time`, unmoved for `hold` seconds where that is not 0."""

    time: float
    hold: float
    arm: Arm


def key_angles(figure: Figure, key: Key, side: Side) -> tuple[float, Array, float]:
    """The swivel that suits a key best, its hand angles within limits, and the turn cut off (rad)."""
    sign = 1.0 if side is Side.LEFT else -1.0
    axes: Array = np.array([sign, -1.0, 1.0])
    palm, fingers = axes * np.array(key.palm), axes * np.array(key.fingers)
    best: tuple[float, float, Array, float] | None = None
    lower, upper = np.radians(WRIST_LOWER), np.radians(WRIST_UPPER)
    for swivel in np.radians(np.arange(0, 61, 5)):
        arm = Arm(np.array(key.wrist), swivel, np.zeros(3), key.shape)
        directions = arm_directions(figure, np.eye(3), arm, side)
        angles = hand_angles(forearm_frame(*directions, side), palm, fingers, side)
        legal = np.clip(angles, lower, upper)
        cut = float(np.abs(angles - legal).sum())
        cost = 4 * cut + float((legal**2 * [0.1, 0.4, 1.0]).sum()) + 0.3 * (swivel - 0.35) ** 2
        if best is None or cost < best[0]:
            best = (cost, float(swivel), legal, cut)
    assert best is not None
    return best[1], best[2], best[3]


def solve_key(figure: Figure, key: Key, side: Side) -> Stop:
    """The arm that a key asks for, within limits."""
    swivel, hand, _ = key_angles(figure, key, side)
    return Stop(key.time, key.hold, Arm(np.array(key.wrist), swivel, hand, key.shape))


def arm_track(stops: list[Stop]) -> ArmTrack:
    """Turn stops into channels with their velocities."""
    times: list[float] = []
    values: list[Array] = []
    still: list[bool] = []
    for stop in stops:
        arm = stop.arm
        shape = (arm.shape.fingers.ravel(), arm.shape.thumb.ravel())
        value = np.concatenate([arm.wrist, [arm.swivel], arm.hand, *shape])
        for time in (stop.time, stop.time + stop.hold) if stop.hold else (stop.time,):
            times.append(time)
            values.append(value)
            still.append(stop.hold > 0)
    t, v = np.array(times), np.array(values)
    speeds = np.zeros_like(v)
    speeds[1:-1] = (v[2:] - v[:-2]) / (t[2:] - t[:-2])[:, None]
    speeds[np.array(still)] = 0.0
    return ArmTrack(t, v, speeds)


def arm_at(track: ArmTrack, time: float) -> Arm:
    """The arm at a time: quintic between the keys (minimum jerk, no acceleration at the keys)."""
    row = int(np.clip(np.searchsorted(track.times, time, side="right") - 1, 0, len(track.times) - 2))
    span = track.times[row + 1] - track.times[row]
    u = float(np.clip((time - track.times[row]) / span, 0.0, 1.0))
    rise = u**3 * (10 - 15 * u + 6 * u * u)
    start = u - u**3 * (6 - 8 * u + 3 * u * u)
    end = u**3 * (-4 + 7 * u - 3 * u * u)
    value = (1 - rise) * track.values[row] + rise * track.values[row + 1]
    value = value + span * (start * track.speeds[row] + end * track.speeds[row + 1])
    hand = np.clip(value[4:7], np.radians(WRIST_LOWER), np.radians(WRIST_UPPER))
    shape = Handshape(value[7:23].reshape(4, 4), unit(value[23:].reshape(3, 3)))
    return Arm(value[:3], float(value[3]), hand, shape)
