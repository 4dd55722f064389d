"""Events of motions whose head and face do known things at known times."""

from dataclasses import replace

import numpy as np
import pytest

from engine.events import Event, EventKind, events_of
from engine.face.names import FACE_NAMES
from engine.motion import Motion
from engine.skeleton import hand_skeleton, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import seen_face

UPPER = load_skeleton()
FPS, FRAMES = 25.0, 100
TIME = np.arange(FRAMES) / FPS


def acting(face: dict[str, np.ndarray] | None = None, fps: float = FPS, **degrees: np.ndarray) -> Motion:
    """A person who does nothing but turn the head, by its angles (F,), degrees, and move the face."""
    frames = len(next(iter((degrees or face or {}).values())))
    angles = np.zeros((frames, len(UPPER.freedoms)), np.float32)
    for axis, values in degrees.items():
        angles[:, UPPER.angle_names.index(f"head.{axis}")] = np.radians(values)
    coefficients = np.zeros((frames, len(FACE_NAMES)), np.float32)
    for name, values in (face or {}).items():
        for number, own in enumerate(FACE_NAMES):
            if own.startswith(name):
                coefficients[:, number] = values
    shown = seen_face(coefficients)
    return random_motion(UPPER, frames, fps, angles=angles, face=shown)


def waves(size: float, count: float, start: float, rate: float) -> np.ndarray:
    """(F,) degrees: so many waves of a size from peak to peak, a second each `rate`, that begin and end at rest."""
    phase = np.clip((TIME - start) * rate, 0, count)
    return size * (1 - np.cos(2 * np.pi * phase)) / 2


def lid(*closed: int) -> np.ndarray:
    """(F,) shut in some frames, half shut beside them."""
    values = np.full(FRAMES, 0.05)
    values[[frame + by for frame in closed for by in (-1, 1)]] = 0.4
    values[list(closed)] = 0.9
    return values


def kinds(motion: Motion) -> list[EventKind]:
    return [event.kind for event in events_of(motion)]


@pytest.mark.parametrize(("size", "count", "rate"), [(8.0, 1, 1.4), (10.0, 3, 2.0), (20.0, 2, 1.5)])
def test_a_nod_is_found_where_it_is(size: float, count: int, rate: float) -> None:
    (event,) = events_of(acting(X=waves(size, count, 1.0, rate)))
    assert event.kind is EventKind.NOD
    assert event.first / FPS == pytest.approx(1.0, abs=0.13)
    assert event.stop / FPS == pytest.approx(1.0 + count / rate, abs=0.13)
    assert np.degrees(event.strength) == pytest.approx(size, rel=0.1)


def test_a_shake_is_found_where_it_is_and_a_look_aside_is_none() -> None:
    sway = 12.0 * np.sin(2 * np.pi * np.clip((TIME - 1.0) * 1.5, 0, 2))
    (event,) = events_of(acting(Y=sway))
    assert event.kind is EventKind.SHAKE
    assert event.first / FPS == pytest.approx(1.0, abs=0.1) and event.stop / FPS == pytest.approx(2.33, abs=0.1)
    assert events_of(acting(Y=waves(25.0, 1, 1.0, 1.2))) == []
    assert events_of(acting(Y=np.clip(TIME - 1.0, 0, 0.3) * 100)) == []


@pytest.mark.parametrize(
    "pitch",
    [
        np.clip(TIME - 1.0, 0, 0.3) * 60,  # down, and it stays
        waves(15.0, 2, 0.0, 0.5),  # slowly
        waves(4.0, 5, 0.5, 2.0),  # hardly
        np.clip(TIME - 1.0, 0, 0.2) * 60 - np.clip(TIME - 2.0, 0, 0.2) * 60,  # a look down for a second
    ],
    ids=["down", "slow", "small", "look"],
)
def test_what_is_no_nod(pitch: np.ndarray) -> None:
    assert kinds(acting(X=pitch)) == []


def test_noise_and_a_head_that_drifts_make_no_event_and_hide_none() -> None:
    drift = 8.0 * np.sin(2 * np.pi * 0.2 * TIME) + np.random.default_rng(0).normal(0, 0.3, FRAMES)
    assert kinds(acting(X=drift, Y=drift)) == []
    assert kinds(acting(X=drift + waves(11.0, 2, 1.5, 1.5), Y=drift)) == [EventKind.NOD]


def test_blinks_of_any_length_are_found_and_eyes_that_stay_shut_are_none() -> None:
    blinks = events_of(acting({"eyeBlink": np.maximum(lid(10), lid(40, 41, 42))}))
    assert [(event.kind, event.first, event.stop) for event in blinks] == [
        (EventKind.BLINK, 9, 12),
        (EventKind.BLINK, 39, 44),
    ]
    assert [event.strength for event in blinks] == [pytest.approx(0.85)] * 2  # from 0.05
    assert events_of(acting({"eyeBlink": lid(*range(10, 40))})) == []
    over = np.maximum(lid(30, 60), np.clip((TIME - 2.0) * 5, 0, 0.5))  # on top of a look down
    assert [(event.first, event.stop) for event in events_of(acting({"eyeBlink": over}))] == [(29, 32), (60, 61)]


def test_brows_are_raised_while_they_are_held_and_the_inner_ones_alone_are_worry() -> None:
    up = np.clip(np.minimum(TIME - 1.0, 3.0 - TIME) * 5, 0, 0.6)
    (event,) = events_of(acting({"browInnerUp": up, "browOuterUp": up}))
    assert event.kind is EventKind.BROWS and event.strength == pytest.approx(0.6)
    assert event.first / FPS == pytest.approx(1.05, abs=0.05) and event.stop / FPS == pytest.approx(2.97, abs=0.05)
    assert events_of(acting({"browInnerUp": 0.9 * up})) == []
    brief = np.where(np.abs(TIME - 1.0) < 0.05, 0.8, 0.0)
    assert events_of(acting({"browInnerUp": brief, "browOuterUp": brief})) == []


def test_times_are_real_ones_whatever_the_rate() -> None:
    """The same nod in half of the frames is the same nod; at twice its speed it is still one, at a fifth none."""
    nod = waves(10.0, 2, 1.0, 1.5)
    (full,), (half,) = events_of(acting(X=nod)), events_of(acting(X=nod[::2], fps=FPS / 2))
    assert half.first == pytest.approx(full.first / 2, abs=1.5) and half.stop == pytest.approx(full.stop / 2, abs=1.5)
    assert kinds(acting(X=nod, fps=2 * FPS)) == [EventKind.NOD]
    assert kinds(acting(X=nod, fps=FPS / 5)) == []


def test_what_was_not_seen_is_no_event() -> None:
    motion = acting({"eyeBlink": lid(60)}, X=waves(10.0, 2, 0.5, 1.5))
    assert kinds(motion) == [EventKind.NOD, EventKind.BLINK]
    assert motion.face is not None
    unseen = motion.seen.copy()
    unseen[20:24, 0] = False
    face = motion.face.seen.copy()
    face[55:65] = False
    assert kinds(replace(motion, seen=unseen, face=replace(motion.face, seen=face))) == []
    assert kinds(replace(motion, face=None)) == [EventKind.NOD]


def test_a_still_picture_and_a_hand_by_itself_have_none() -> None:
    assert events_of(random_motion(UPPER, 1)) == []
    assert events_of(random_motion(hand_skeleton(), 20)) == []


def test_events_come_in_the_order_in_which_they_begin() -> None:
    found = events_of(acting({"eyeBlink": lid(5, 80)}, X=waves(10.0, 2, 1.5, 1.5)))
    assert [event.kind for event in found] == [EventKind.BLINK, EventKind.NOD, EventKind.BLINK]
    assert all(isinstance(event, Event) and 0 <= event.first < event.stop <= FRAMES for event in found)
