"""The sections of docs/retargeting.md: their tables."""

from collections.abc import Iterator, Mapping

import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.training.measuring.markdown import number, table
from .contacts import ContactErrors
from .loop import Loop
from .notes import CONTACTS, LOOP, ORIENTATION, ROLLS, SPEED
from .orientation import KINDS, Errors, of_kind
from .speed import Speed


def pair(values: Array, digits: int = 2) -> str:
    """Median / maximum."""
    return f"{np.median(values):.{digits}f} / {values.max():.{digits}f}" if len(values) else "-"


def orientation_report(errors: Mapping[str, Mapping[str, Errors]]) -> Iterator[str]:
    """Rig -> motion -> errors."""
    yield "## Orientation of segments, degrees, median / maximum"
    yield ORIENTATION
    motions = list(next(iter(errors.values())))
    head = ["rig", *(f"{motion}: {what}" for motion in motions for what in ("direction", "orientation"))]
    rows = [
        [rig, *(pair(of_kind(row, "all"), 3) for e in of_rig.values() for row in (e.direction, e.rotation))]
        for rig, of_rig in errors.items()
    ]
    yield from table(head, rows)
    yield "Orientation by kind of segment, all motions:"
    kinds = [kind for kind in KINDS if kind != "all"]
    rows = [
        [rig, *(pair(np.concatenate([of_kind(e.rotation, kind) for e in of_rig.values()])) for kind in kinds)]
        for rig, of_rig in errors.items()
    ]
    yield from table(["rig", *kinds], rows)
    yield "Segments beyond 2 degrees:"
    yield ""
    yield from (f"- {line}" for line in _beyond(errors))
    yield ""


def _beyond(errors: Mapping[str, Mapping[str, Errors]]) -> Iterator[str]:
    for rig, of_rig in errors.items():
        for motion, found in of_rig.items():
            worst = {name: row for name, row in found.rotation.items() if row.max() > 2.0}
            if worst:
                name = max(worst, key=lambda name: float(worst[name].max()))
                most = f"the most {name}, frame {worst[name].argmax() + 1}"
                yield f"{rig}, {motion}: {len(worst)} of {len(found.rotation)}, {most}"


def rolls_report(rolls: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """Rig -> finger -> degrees."""
    yield ROLLS
    fingers = list(next(iter(rolls.values())))
    yield from table(["rig", *fingers], ([rig, *(number(row[f], 1) for f in fingers)] for rig, row in rolls.items()))


def contacts_report(found: Mapping[str, Mapping[str, ContactErrors]]) -> Iterator[str]:
    """Measure -> rig -> errors."""
    yield "## Contacts"
    yield CONTACTS
    head = ["", "contacts", "without", "with", "mean without", "mean with", "hand turned, degrees", "limits, degrees"]
    for measure, rigs in found.items():
        yield f"{measure}:"
        rows = [
            [rig, str(len(e.without)), pair(e.without), pair(e.corrected), number(e.without.mean()),
             number(e.corrected.mean()), pair(e.turned, 1), number(e.limited, 3)]
            for rig, e in rigs.items()
        ]  # fmt: skip
        yield from table(head, rows)


def places_report(pairs: list[tuple[str, str]], by_mesh: Mapping[str, ContactErrors]) -> Iterator[str]:
    """By what touches: medians without > with, of contacts by vertices."""
    yield "By vertices, medians without > with, by what touches what:"
    names = list(dict.fromkeys(pairs))
    rows = list[list[str]]()
    for name in names:
        rows.append([" on ".join(name)])
        frames = [frame for frame, pair in enumerate(pairs) if pair == name]
        for e in by_mesh.values():
            rows[-1].append(f"{np.median(e.without[frames]):.2f} > {np.median(e.corrected[frames]):.2f}")
    yield from table(["", *by_mesh], rows)


def speed_report(speeds: Mapping[str, Speed]) -> Iterator[str]:
    """Rig -> seconds."""
    yield "## Speed, seconds"
    yield SPEED
    options = {
        "neither": (False, False), "limits": (False, True), "contacts": (True, False), "both": (True, True)
    }  # fmt: skip
    head = ["rig", "bones", "channels", *options, "`keyframe_insert`", "over both"]
    rows = [
        [name, str(s.bones), str(s.channels), *(number(s.seconds[option]) for option in options.values()),
         number(s.inserted), f"{s.inserted / s.seconds[True, True]:.1f} x"]
        for name, s in speeds.items()
    ]  # fmt: skip
    yield from table(head, rows)


def loop_report(loop: Loop) -> Iterator[str]:
    """The closed loop."""
    yield "## Closed loop"
    yield LOOP
    yield f"Frames: {', '.join(f'{frames} of the {side} hand' for side, frames in loop.frames.items())}."
    rows = list[list[str]]()
    for what, ours in loop.errors["ours"].items():
        other, unit = loop.errors["vectors"][what], "degrees" if what == "palms" else "cm"
        scale = 1.0 if what == "palms" else 100.0
        cells = [f"{scale * np.median(e):.1f} / {scale * e.mean():.1f}" for e in (ours, other)]
        rows.append([f"{what}, {unit}", *cells, f"{np.median(other) / np.median(ours):.1f} x"])
    yield from table(["median / mean", "Sign Mocap", "vectors", "better by"], rows)
