"""An .eaf becomes annotations, by pympi-ling, once it is known to be harmless."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree.ElementTree import Element, ElementTree

from pympi import Eaf  # pyright: ignore[reportMissingTypeStubs]

from .annotations import Annotation, Annotations, Medium, Tier
from .document import SCHEMA, read_document, refused
from .times import SUBDIVISION, Reference, times_in_order, times_in_rows, times_of_references

_LONGEST = 10**12  # ms


def read_eaf(path: Path) -> Annotations:
    """The annotations of an .eaf, of versions 2.0 to 3.0; InputError says in one sentence what is wrong with it."""
    root = read_document(path)
    with refused(path):
        header = root.find("HEADER")
        units = None if header is None else header.get("TIME_UNITS", "milliseconds")
        if units != "milliseconds":
            raise ValueError(f"its times are in {units or 'no unit'}")
        eaf = _read_by_pympi(root)
        names = [tier.attrib["TIER_ID"] for tier in root.iter("TIER")]
        if len(names) != len(eaf.tiers) or sum(1 for _ in root.iter("ANNOTATION")) != len(eaf.annotations):
            raise ValueError("two of its tiers or annotations have one name")
        return Annotations(tuple(map(_medium, eaf.media_descriptors)), _tiers(eaf))


def _read_by_pympi(root: Element) -> Any:
    """What pympi makes of a tree: it reads files alone, and expects the place of a schema, which some lack."""
    root.attrib.setdefault(SCHEMA, "")
    with TemporaryDirectory() as folder:
        harmless = Path(folder) / "harmless.eaf"
        ElementTree(root).write(harmless, "utf-8")
        return Eaf(harmless, suppress_version_warning=True)


def _medium(known: dict[str, str]) -> Medium:
    origin = int(known.get("TIME_ORIGIN", 0))
    if abs(origin) > _LONGEST:
        raise ValueError("a time origin is out of range")
    return Medium(known["MEDIA_URL"], known.get("RELATIVE_MEDIA_URL", ""), known["MIME_TYPE"], origin / 1000)


def _tiers(eaf: Any) -> tuple[Tier, ...]:
    types = {name: eaf.linguistic_types.get(tier[2]["LINGUISTIC_TYPE_REF"], {}) for name, tier in eaf.tiers.items()}
    parents = {name: tier[2].get("PARENT_REF") for name, tier in eaf.tiers.items()}
    _check_parents(parents)
    slots = times_in_order(eaf.timeslots)
    spans: dict[str, tuple[float, float]] = {}
    references: dict[str, Reference] = {}
    for name, (aligned, referring, *_) in eaf.tiers.items():
        own = times_in_rows(eaf.timeslots, [known[:2] for known in aligned.values()])
        for annotation, known in aligned.items():
            start, end = (own.get(slot, slots[slot]) for slot in known[:2])
            if end < start:
                raise ValueError(f"annotation {annotation} ends before it starts")
            spans[annotation] = (start, end)
        for annotation, (parent, _, previous, _) in referring.items():
            references[annotation] = Reference(name, parent, previous)
    divided = {name for name, type_ in types.items() if type_.get("CONSTRAINTS") == SUBDIVISION}
    spans = times_of_references(spans, references, divided)
    tiers: list[Tier] = []
    for name, (aligned, referring, known, _) in eaf.tiers.items():
        values = {key: own[2] for key, own in aligned.items()} | {key: own[1] for key, own in referring.items()}
        own = [Annotation(spans[key][0] / 1000, spans[key][1] / 1000, value) for key, value in values.items()]
        tiers.append(
            Tier(
                name,
                known["LINGUISTIC_TYPE_REF"],
                types[name].get("CONSTRAINTS", ""),
                parents[name] or "",
                known.get("PARTICIPANT", ""),
                _vocabulary(eaf, types[name].get("CONTROLLED_VOCABULARY_REF")),
                tuple(sorted(own, key=lambda annotation: annotation.start)),
            )
        )
    return tuple(tiers)


def _check_parents(parents: dict[str, str | None]) -> None:
    """ValueError where tiers depend on one that is missing, or on each other in a circle."""
    fine: set[str | None] = {None}
    for name in parents:
        row: list[str | None] = [name]
        while row[-1] not in fine:
            row.append(parents[row[-1] or ""])
            if len(row) > len(parents) + 1:
                raise ValueError(f"tier {name} depends on itself in a circle")
        fine |= {*row}


def _vocabulary(eaf: Any, name: str | None) -> tuple[str, ...]:
    """The values of a controlled vocabulary in its first language; none of one outside the file, which is not read."""
    _, entries, _ = eaf.controlled_vocabularies.get(name, ([], {}, None))
    return tuple(values[0][0] or "" for values, _ in entries.values() if values)
