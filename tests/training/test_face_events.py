"""How events are scored, and heads whose events are known."""

import numpy as np
import pytest

from engine.events import Event, EventKind, events_in
from engine.training.measuring.face_events import choreography, score

TIME = np.arange(100) / 25.0


def event(first: int, stop: int, kind: EventKind = EventKind.NOD) -> Event:
    return Event(kind, first, stop, 1.0)


def test_each_true_event_has_one_found_one_and_others_are_wrong() -> None:
    found = [event(10, 20), event(12, 15), event(50, 60), event(70, 80, EventKind.SHAKE)]
    true = [event(11, 22), event(58, 70), event(80, 90)]
    own = score(EventKind.NOD, [(found, true, TIME), ([], [event(0, 5)], TIME)])
    assert (own.found, own.true, own.right) == (3, 4, 2)
    np.testing.assert_allclose(own.off, [[1 / 25, 2 / 25], [8 / 25, 10 / 25]])
    none = score(EventKind.BLINK, [(found, true, TIME)])
    assert (none.found, none.true, none.right) == (0, 0, 0) and np.isnan(none.off).all()


@pytest.mark.parametrize("kind", [EventKind.NOD, EventKind.SHAKE])
def test_what_a_head_acts_is_found_where_nothing_disturbs_it(kind: EventKind) -> None:
    chance = np.random.default_rng(0)
    acted = [choreography(TIME, chance) for _ in range(60)]
    seen = np.ones(len(TIME), dtype=bool)
    own = score(kind, [(events_in(head, seen, None, TIME), true, TIME) for head, true in acted])
    assert own.true > 20 and own.right / own.true > 0.85 and own.right / own.found > 0.9
    assert own.off.mean() < 0.2
