"""When annotations are: time slots that have no time, and annotations that refer to others.

As ELAN shows them (`proposeTimeFor` of its `TimeOrderImpl` and `TierImpl`, and its `SymbolicSubdivision`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

SUBDIVISION = "Symbolic_Subdivision"
#: Milliseconds: what the schema's unsigned integers hold.
LATEST = 2**32 - 1
Span = tuple[float, float]


def times_in_order(slots: Mapping[str, int | None]) -> dict[str, float]:
    """Slot -> ms; those without a time stand in equal parts between the slots with one before and after them.

    Raises ValueError of a time that none can be.
    """
    known = {place: time for place, time in enumerate(slots.values()) if time is not None}
    wrong = next((time for time in known.values() if not 0 <= time <= LATEST), None)
    if wrong is not None:
        raise ValueError("a time slot has a time that is out of range")
    known = known or {0: 0}
    times = np.interp(np.arange(len(slots)), list(known), list(known.values()))
    return dict(zip(slots, times.tolist(), strict=True))


def times_in_rows(slots: Mapping[str, int | None], spans: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Slot -> ms of what one tier tells of its slots without a time, from the pairs of slots of its annotations.

    Annotations that follow each other share a slot: in such a row the slots between two with a time stand in equal
    parts, whatever slots of other tiers are between them. Raises KeyError of a slot that there is not.
    """
    after = dict(spans)
    before = {second: first for first, second in after.items()}
    times: dict[str, float] = {}
    for start in after:
        row = [start]
        while slots[start] is not None and before.get(after.get(row[-1], "")) == row[-1]:
            row.append(after[row[-1]])
            if (end := slots[row[-1]]) is not None:
                times |= zip(row[1:-1], np.linspace(slots[start] or 0, end, len(row))[1:-1].tolist(), strict=True)
                break
    return times


@dataclass(frozen=True)
class Reference:
    """An annotation whose time is that of another, or a part of it."""

    tier: str
    parent: str
    """The annotation that it refers to."""
    previous: str | None
    """Of several in one tier that refer to the same one: the one before it."""


def times_of_references(
    aligned: Mapping[str, Span], references: Mapping[str, Reference], divided: Collection[str]
) -> dict[str, Span]:
    """Annotation -> start and end, ms, of all, those that refer to others included.

    Of tiers that are `divided`, those that refer to the same annotation have equal parts of it, in their order; all
    others have all of it. Raises ValueError where one refers to none that there is, or they go round in a circle.
    """
    times = dict(aligned)
    children: dict[str, dict[str, list[str]]] = {}
    for name, own in references.items():
        children.setdefault(own.parent, {}).setdefault(own.tier, []).append(name)
    waiting = [name for name in children if name in times]
    while waiting:
        parent = waiting.pop()
        start, end = times[parent]
        for tier, names in children[parent].items():
            parts: list[float] = np.linspace(start, end, len(names) + 1).tolist() if tier in divided else []
            for place, name in enumerate(_in_order(names, references)):
                times[name] = (parts[place], parts[place + 1]) if parts else (start, end)
            waiting += [name for name in names if name in children]
    lost = next((name for name in references if name not in times), None)
    if lost is not None:
        raise ValueError(f"annotation {lost} refers to one that is missing, or to itself in a circle")
    return times


def _in_order(names: Sequence[str], references: Mapping[str, Reference]) -> list[str]:
    """Annotations by which is said to be before which."""
    own, after = {*names}, {references[name].previous: name for name in names}
    row = [name for name in names if references[name].previous not in own]
    for name in row:  # it grows
        row += [after[name]] if name in after else []
    if len(row) != len(names):
        raise ValueError(f"the annotations before {names[0]} go round in a circle")
    return row
