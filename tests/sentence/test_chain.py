"""Signs in a row: legal, without jumps of pose or speed, and no hand through the body."""

from itertools import pairwise

import numpy as np

from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import Side
from engine.retarget import Performance
from engine.sentence import Part, chain
from engine.sentence.around import TOUCH, around
from engine.sentence.pace import duration, minimum_jerk, paces
from engine.sentence.poses import on_the_way
from engine.sentence.solids import depths_of
from engine.skeleton import load_skeleton
from tests.blender.motions import random_angles

UPPER = load_skeleton()
RATE = 30.0


def performance(angles: np.ndarray) -> Performance:
    return Performance(UPPER, UPPER.lengths, angles.astype(np.float64), np.zeros((len(angles), 3)))


def pose(**angles: float) -> np.ndarray:
    """(A,) degrees by names such as forearm_L_X, of the side that is told or, without one, both."""
    row = np.zeros(len(UPPER.angle_names))
    for name, angle in angles.items():
        bone, side, axis = name.rsplit("_", 2)
        for own in Side if side == "B" else [Side.LEFT if side == "L" else Side.RIGHT]:
            column = UPPER.angle_names.index(f"{own.bone(bone)}.{axis}")
            sign = UPPER.mirror_signs[column] if side == "B" and own is Side.LEFT else 1.0
            row[column] = sign * np.radians(angle)
    return UPPER.clamp(row)


def wave(seed: int, frames: int = 30) -> np.ndarray:
    """(F,A) a sign without jerks between two legal poses, half a wave of each angle."""
    ends = random_angles(UPPER, 8, seed)[[0, 2]].astype(np.float64)
    ends[:, UPPER.root_angles] *= 0.1
    share = (1 - np.cos(np.linspace(0, 2 * np.pi, frames)[:, None])) / 2
    return 0.7 * ends[0] + 0.3 * share * (ends[1] - ends[0])


SIGNS = [Part(performance(wave(seed)), 5, 24) for seed in range(6)]


def test_all_poses_are_legal() -> None:
    angles = chain(SIGNS, RATE).angles
    limited = slice(UPPER.root_angles.stop, None)
    assert (angles[:, limited] >= UPPER.lower[limited]).all() and (angles[:, limited] <= UPPER.upper[limited]).all()


def test_pose_and_speed_are_continuous() -> None:
    """At twice the frames, steps halve and changes of speed a frame quarter, as of nothing that jumps."""
    known: list[tuple[float, float]] = []
    for times in (1, 2, 4):
        parts = [Part(performance(wave(seed, 29 * times + 1)), 5 * times, 24 * times) for seed in range(4)]
        angles = chain(parts, RATE * times).angles
        turns = euler_to_matrix(angles[:, UPPER.root_angles], UPPER.bones[0].order).reshape(len(angles), 9)
        every = np.concatenate([angles[:, 3:], turns], axis=1)
        known.append((np.abs(np.diff(every, axis=0)).max(), np.abs(np.diff(every, n=2, axis=0)).max()))
    for (step, change), (half, quarter) in pairwise(known):
        assert half < 0.6 * step and quarter < 0.35 * change


def test_the_middle_of_every_sign_is_played_as_it_is() -> None:
    angles = chain(SIGNS, RATE).angles
    for part in SIGNS:
        own = part.performance.angles[10:20]
        apart = [np.abs(angles[start : start + 10, 3:] - own[:, 3:]).max() for start in range(len(angles) - 10)]
        assert min(apart) < 0.05


def test_lead_in_and_retraction_stay_at_the_ends_alone() -> None:
    places = paces(10, 40, 60, RATE, enters=False, leaves=False)
    assert places.tolist() == list(range(60))
    inner = paces(10, 40, 60, RATE, enters=True, leaves=True)
    assert 7 < inner[0] <= 10 and 40 <= inner[-1] < 43
    steps = np.diff(inner)
    assert (steps > 0).all() and steps[[0, -1]].max() < 0.1 and np.allclose(steps[8:-8], 1.0, atol=0.02)
    assert paces(0, 0, 1, RATE, enters=True, leaves=True).tolist() == [0.0]
    short = paces(0, 3, 4, RATE, enters=True, leaves=True)
    assert (np.diff(short) > 0).all() and short[0] == 0 and short[-1] == 3


def test_farther_ways_take_longer_and_the_hand_starts_and_stops_gently() -> None:
    assert 0.1 < duration(0.0) <= duration(0.1) < duration(0.5) < duration(1.0) < 0.6
    share = np.linspace(0, 1, 101)
    way = minimum_jerk(share)
    assert way[0] == 0 and way[-1] == 1 and np.allclose(way + way[::-1], 1)
    assert np.diff(way).argmax() in (49, 50) and np.diff(way)[[0, -1]].max() < 1e-4


def random_way(seed: int) -> Performance:
    ends = random_angles(UPPER, 4, seed)[[0, 2]].astype(np.float64)
    ends[:, :9] = 0.0  # an upright trunk
    return on_the_way(performance(ends), minimum_jerk(np.linspace(0, 1, 13)))


def too_deep(way: Performance) -> float:
    """Metres that hands are deeper inside than a touch, and than in the poses that the way is between."""
    depths = depths_of(way).depths
    return float((depths[1:-1] - np.maximum(depths[[0, -1]].max(axis=0), 0.0)).max())


def test_hands_go_around_what_is_in_their_way() -> None:
    ways = [random_way(seed) for seed in range(300)]
    crossing = [way for way in ways if too_deep(way) > 0.03 and depths_of(way).depths[[0, -1]].max() < 0.0]
    assert len(crossing) >= 10
    freed = [around(way) for way in crossing]
    left = np.array([too_deep(way) for way in freed])
    assert (left <= [too_deep(way) for way in crossing]).all() and (left < 2 * TOUCH).mean() >= 0.9
    for way, free in zip(crossing, freed, strict=True):
        assert np.abs(free.angles[[0, -1]] - way.angles[[0, -1]]).max() < 1e-6
        limited = slice(3, None)
        assert (free.angles[:, limited] >= UPPER.lower[limited] - 1e-9).all()
        assert (free.angles[:, limited] <= UPPER.upper[limited] + 1e-9).all()


def test_a_free_way_stays_as_it_is() -> None:
    way = on_the_way(performance(np.stack([pose(forearm_B_X=60), pose(forearm_B_X=100)])), np.linspace(0, 1, 9))
    assert around(way) is way
