"""Tiers of a motion as an .eaf, version 3.0, or added to one that there is."""

import mimetypes
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import count, product
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from ..errors import InputError
from ..files import written_whole
from ..motion import Motion
from .annotations import Tier
from .document import SCHEMA, read_document, refused
from .read import read_eaf
from .tiers import TYPE, tiers_of
from .video import origin_in

_LAST = "lastUsedAnnotationId"  # ELAN counts on from it
_RELATIVE = ("RELATIVE_MEDIA_URL", "RELATIVE_LINK_URL")  # of videos and sounds, and of measured time series


def write_eaf(motion: Motion, path: Path, video: Path) -> None:
    """Write the tiers of a motion to a draft, linked to its video; InputError where an .eaf cannot name that."""
    root = Element("ANNOTATION_DOCUMENT")
    root.attrib = {
        "AUTHOR": "Sign Mocap",
        "DATE": datetime.now().astimezone().isoformat(timespec="seconds"),
        "FORMAT": "3.0",
        "VERSION": "3.0",
        SCHEMA: "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
    }
    header = SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    SubElement(header, "MEDIA_DESCRIPTOR", _addresses(video, path.parent))
    SubElement(header, "PROPERTY", NAME=_LAST).text = "0"
    SubElement(root, "TIME_ORDER")
    _add(root, tiers_of(motion))
    indent(root, "    ")
    ElementTree(root).write(path, "UTF-8", xml_declaration=True)


def add_to_eaf(motion: Motion, video: Path, file: Path, out: Path) -> None:
    """Write what an .eaf says, and the tiers of a motion of one of its videos, to another file, whole or not at all.

    Addresses that are relative lead to the same files from there. Raises InputError where the .eaf cannot be read, does
    not link the video, or is the file to write or one that there is.
    """
    origin = origin_in(file, read_eaf(file), video)
    if out.exists():
        raise InputError(f"{out} is there already; name a file that is not, so that no annotations are lost.")
    root = read_document(file)
    with refused(file):
        _add(root, tiers_of(motion, origin))
    for linked, key in product(root.iterfind("HEADER/*"), _RELATIVE):
        address = linked.get(key, "")
        if address.startswith(("./", "../")):
            linked.set(key, _relative(file.parent / address, out.parent))
    with written_whole(out) as draft:
        ElementTree(root).write(draft, "UTF-8", xml_declaration=True)


def _addresses(video: Path, folder: Path) -> dict[str, str]:
    """How a video is linked from a folder, as ELAN writes it: nothing in it is encoded."""
    known = mimetypes.guess_type(video.name)[0] or ""
    addresses = {
        "MEDIA_URL": f"file:///{video.absolute().as_posix().lstrip('/')}",
        "MIME_TYPE": known if known.startswith("video/") else "unknown",
        "RELATIVE_MEDIA_URL": _relative(video, folder),
    }
    if not all(map(str.isprintable, addresses.values())):
        raise InputError(f"an .eaf cannot name the video {video}; rename it.")
    return addresses


def _relative(path: Path, folder: Path) -> str:
    """The way from a folder to a file, which may be on another drive: then its name alone."""
    try:
        way = Path(os.path.relpath(path.absolute(), folder.absolute())).as_posix()
    except ValueError:
        way = path.name
    return way if way.startswith("../") else f"./{way}"


def _add(root: Element, tiers: Iterable[Tier]) -> None:
    """Add tiers to a document, with names that nothing in it has; ValueError where it has no place for their times."""
    taken = {value for element in root.iter() for value in element.attrib.values()}
    order = root.find("TIME_ORDER")
    if order is None:
        raise ValueError("it has no TIME_ORDER")
    last = root.find(f"HEADER/PROPERTY[@NAME='{_LAST}']")
    numbers = [int(name[1:]) for name in taken if re.fullmatch(r"a\d{1,9}", name)]
    if last is not None and re.fullmatch(r"\d{1,9}", last.text or ""):
        numbers.append(int(last.text or 0))
    slots, annotations = _fresh("ts", taken, 1), _fresh("a", taken, max(numbers, default=0) + 1)
    type_ = next(_names(TYPE, taken))
    place, name = _after(root, "TIER", "TIME_ORDER"), ""
    for number, tier in enumerate(tiers):
        element = Element("TIER", LINGUISTIC_TYPE_REF=type_, TIER_ID=next(_names(tier.name, taken)))
        for own in tier.annotations:
            name = next(annotations)
            aligned = SubElement(SubElement(element, "ANNOTATION"), "ALIGNABLE_ANNOTATION", ANNOTATION_ID=name)
            for end, time in (("1", own.start), ("2", own.end)):
                slot = next(slots)
                SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot, TIME_VALUE=str(round(1000 * time)))
                aligned.set(f"TIME_SLOT_REF{end}", slot)
            SubElement(aligned, "ANNOTATION_VALUE").text = own.value
        root.insert(place + number, element)
    kind = Element("LINGUISTIC_TYPE", GRAPHIC_REFERENCES="false", LINGUISTIC_TYPE_ID=type_, TIME_ALIGNABLE="true")
    root.insert(_after(root, "LINGUISTIC_TYPE", "TIER"), kind)
    if last is not None and name:
        last.text = name[1:]


def _after(root: Element, *tags: str) -> int:
    """The place after the last element of a tag, or else of the next one."""
    places = [[place for place, element in enumerate(root) if element.tag == tag] for tag in tags]
    return next(own[-1] + 1 for own in places if own)


def _fresh(prefix: str, taken: set[str], start: int) -> Iterator[str]:
    return (name for number in count(start) if (name := f"{prefix}{number}") not in taken)


def _names(name: str, taken: set[str]) -> Iterator[str]:
    """The name, or else with a number, as none in the document is."""
    return (own for number in count(1) if (own := name if number == 1 else f"{name} {number}") not in taken)
