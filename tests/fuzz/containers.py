"""Files of parts within parts, taken apart, damaged where it hurts, and put together with right sizes: MP4, HEIC, MKV,
AVI, PNG, JPEG."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random


@dataclass
class Part:
    """A box, element or chunk: its kind, fields before its parts, and its parts, or else its content."""

    kind: bytes
    lead: bytes = b""
    content: bytes = b""
    parts: "list[Part] | None" = None
    told: bytes | None = None
    """What stands where its size should."""


@dataclass(frozen=True)
class Syntax:
    """How the parts of a format are read, and written; `order` is that of bytes in its numbers."""

    read: Callable[[bytes], list[Part]]
    write: Callable[[list[Part]], bytes]
    order: str


#: Boxes that hold others, and how many bytes of theirs stand before these (ISO 14496-12, QuickTime).
_BOXES: dict[bytes, int] = dict.fromkeys(
    (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"dinf", b"iprp", b"ipco"), 0
)
_BOXES |= {b"meta": 4, b"stsd": 8, b"dref": 8, b"avc1": 78, b"av01": 78, b"moof": 0, b"traf": 0, b"mvex": 0}
#: Elements of Matroska that hold others (RFC 9559).
_ELEMENTS = {
    *(b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67", b"\x15\x49\xa9\x66", b"\x16\x54\xae\x6b", b"\xae", b"\xe0"),
    *(b"\x1f\x43\xb6\x75", b"\xa0", b"\x1c\x53\xbb\x6b", b"\xbb", b"\xb7", b"\x11\x4d\x9b\x74", b"\x4d\xbb"),
    *(b"\x12\x54\xc3\x67", b"\x73\x73"),
}
_SIZES = (0, 1, 2, 7, 8, 9, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
_NUMBERS = (0, 1, 2, 3, 255, 65535, 2**15, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**62, 2**63 - 1, 2**63, 2**64 - 1)
_MOST_DEEP = 1500  # parts within parts


def _read_boxes(data: bytes) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 16 if size == 1 else 8
        end = len(data) if size == 0 else at + (struct.unpack_from(">Q", data, at + 8)[0] if size == 1 else size)
        if not at + head <= end <= len(data):
            raise ValueError("a box is larger than its file")
        body = data[at + head : end]
        lead = _BOXES.get(kind)
        parts.append(
            Part(kind, content=body) if lead is None else Part(kind, body[:lead], parts=_read_boxes(body[lead:]))
        )
        at = end
    return parts if at == len(data) else [*parts, Part(b"", content=data[at:], told=b"")]


def _write_boxes(parts: list[Part]) -> bytes:
    written: list[bytes] = []
    for part in parts:
        body = part.lead + (part.content if part.parts is None else _write_boxes(part.parts))
        written.append((struct.pack(">I", len(body) + 8) if part.told is None else part.told[-4:]) + part.kind + body)
    return b"".join(written)


def _read_elements(data: bytes) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at < len(data):
        length = 9 - data[at].bit_length()
        kind = data[at : at + length]
        at += length
        width = 9 - data[at].bit_length()
        size = int.from_bytes(data[at : at + width], "big") & (2 ** (7 * width) - 1)
        at += width
        end = len(data) if size == 2 ** (7 * width) - 1 else at + size
        if length > 4 or width > 8 or end > len(data):
            raise ValueError("an element is larger than its file")
        inner = _read_elements(data[at:end]) if kind in _ELEMENTS else None
        parts.append(Part(kind, content=data[at:end]) if inner is None else Part(kind, parts=inner))
        at = end
    return parts


def _write_elements(parts: list[Part]) -> bytes:
    written: list[bytes] = []
    for part in parts:
        body = part.lead + (part.content if part.parts is None else _write_elements(part.parts))
        size = struct.pack(">Q", len(body) | 1 << 56)
        written.append(part.kind + (size if part.told is None else b"\x01" + part.told[-7:].rjust(7, b"\0")) + body)
    return b"".join(written)


def _read_riff(data: bytes) -> list[Part]:
    parts: list[Part] = []
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise ValueError("a chunk is larger than its file")
        holds = kind in (b"RIFF", b"LIST") and body[:4] != b"movi"
        parts.append(Part(kind, body[:4], parts=_read_riff(body[4:])) if holds else Part(kind, content=body))
        at += 8 + size + size % 2
    return parts


def _write_riff(parts: list[Part]) -> bytes:
    written: list[bytes] = []
    for part in parts:
        body = part.lead + (part.content if part.parts is None else _write_riff(part.parts))
        size = struct.pack("<I", len(body)) if part.told is None else part.told[-4:][::-1]
        written.append(part.kind + size + body + bytes(len(body) % 2))
    return b"".join(written)


_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def _read_png(data: bytes) -> list[Part]:
    parts: list[Part] = []
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        parts.append(Part(kind, content=data[at + 8 : at + 8 + size]))
        at += 12 + size
    if not data.startswith(_SIGNATURE) or at != len(data):
        raise ValueError("it is no PNG")
    return parts


def _write_png(parts: list[Part]) -> bytes:
    """With right checksums, so that what is damaged is decoded."""
    written = [_SIGNATURE]
    for part in parts:
        body = part.lead + part.content
        size = struct.pack(">I", len(body)) if part.told is None else part.told[-4:]
        written.append(size + part.kind + body + struct.pack(">I", zlib.crc32(part.kind + body)))
    return b"".join(written)


def _read_jpeg(data: bytes) -> list[Part]:
    parts = [Part(b"\xff\xd8", told=b"")]
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":
        (size,) = struct.unpack_from(">H", data, at + 2)
        parts.append(Part(data[at : at + 2], content=data[at + 4 : at + 2 + size]))
        at += 2 + size
    if not data.startswith(b"\xff\xd8") or at >= len(data):
        raise ValueError("it is no JPEG")
    return [*parts, Part(data[at : at + 2], content=data[at + 2 :], told=b"")]


def _write_jpeg(parts: list[Part]) -> bytes:
    written: list[bytes] = []
    for part in parts:
        body = part.lead + part.content
        size = struct.pack(">H", (len(body) + 2) % 2**16) if part.told is None else part.told[-2:]
        written.append(part.kind + size + body)
    return b"".join(written)


BOXES = Syntax(_read_boxes, _write_boxes, "big")
ELEMENTS = Syntax(_read_elements, _write_elements, "big")
RIFF = Syntax(_read_riff, _write_riff, "little")
PNG = Syntax(_read_png, _write_png, "big")
JPEG = Syntax(_read_jpeg, _write_jpeg, "big")


def damaged_parts(syntax: Syntax) -> Callable[[bytes, Random], bytes]:
    """What damages files of a syntax: other numbers, sizes, kinds and places of parts; ValueError where it is none."""

    def damaged(data: bytes, chance: Random) -> bytes:
        try:
            parts = syntax.read(data)
        except (struct.error, IndexError) as error:
            raise ValueError("it is cut") from error
        every = [*_all_of(parts)]
        if not every:
            raise ValueError("it is empty")
        place, number = chance.choice(every)
        chance.choice(_WAYS)(place, number, parts, syntax, chance)
        return syntax.write(parts)

    return damaged


def _all_of(parts: list[Part]) -> list[tuple[list[Part], int]]:
    """Every part, as the list that it is in and its number there."""
    own = [(parts, number) for number in range(len(parts))]
    return own + [inner for part in parts for inner in _all_of(part.parts or [])]


def _number(place: list[Part], number: int, _parts: list[Part], syntax: Syntax, chance: Random) -> None:
    """Another number in a field: a count, a rate, a size, an entry of a matrix."""
    part = place[number]
    body = part.lead or part.content
    width = chance.choice((1, 2, 4, 4, 4, 8))
    width = width if syntax is not ELEMENTS or part.lead else min(len(body), 8)  # an element is one number
    if len(body) < width or not width:
        return
    field = chance.randrange(min(len(body), 256) // width)
    value = chance.choice(_NUMBERS) % 256**width
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        body = body[: field * width] + value.to_bytes(width, syntax.order) + body[(field + 1) * width :]  # type: ignore[arg-type]
        field = (field + 1) % (len(body) // width)
    place[number] = replace(part, lead=body) if part.lead else replace(part, content=body)


def _size(place: list[Part], number: int, _parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    told = chance.choice((*_SIZES, len(place[number].content) + 9, 2**56 - 1))
    place[number] = replace(place[number], told=told.to_bytes(8, "big"))


def _remove(place: list[Part], number: int, _parts: list[Part], _syntax: Syntax, _chance: Random) -> None:
    del place[number]


def _double(place: list[Part], number: int, _parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    place[number:number] = [place[number]] * chance.choice((1, 1, 2, 50))


def _move(place: list[Part], number: int, parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    """Elsewhere: the header behind the pictures, or a track within another."""
    part = place.pop(number)
    others = [parts, place, *(own.parts for own in (places[at] for places, at in _all_of(parts)) if own.parts)]
    other = chance.choice(others)
    other.insert(chance.randrange(len(other) + 1), part)


def _nest(place: list[Part], number: int, _parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    """Itself within its like, many times over."""
    part = place[number]
    if part.parts is None:
        return
    for _ in range(chance.choice((1, 3, 40, _MOST_DEEP))):
        part = replace(part, parts=[part])
        if chance.random() < 0.001:
            break
    place[number] = part


def _kind(place: list[Part], number: int, parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    places, at = chance.choice(_all_of(parts))
    place[number] = replace(place[number], kind=places[at].kind)


def _content(place: list[Part], number: int, _parts: list[Part], _syntax: Syntax, chance: Random) -> None:
    """Cut, empty, longer or noise."""
    body = place[number].content
    cut = chance.randrange(len(body) + 1)
    place[number] = replace(
        place[number],
        content=chance.choice((body[:cut], b"", body * 3, body + bytes(64), body[:cut] + chance.randbytes(16))),
    )


_WAYS = (*[_number] * 9, _size, _size, _remove, _double, _move, _move, _nest, _kind, _content, _content)
