"""Files damaged as disks, networks and people who mean harm damage them, the same ones for the same seed."""

import csv
import io
import re
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable
from random import Random

import numpy as np

Damage = Callable[[bytes, Random], bytes]
_OWN = 0.7  # the share of damages that are of a format's own kind
_WORDS = (
    *("-1", "0", "1e308", "-1e308", "1e-320", "nan", "inf", "-inf", "null", "true", "[]", "{}", '""', "1e999", ""),
    *("9" * 400, "9" * 5000, str(2**31), str(2**63), str(-(2**63)), str(2**64), "0x7f", "1_0", "٣", "1e-999999999"),
)
_ODD = (
    "\0",
    "\ufeff",
    "\u202e",
    "\ud7ff",
    "é",
    "\U0001f9d1",
    "../",
    "..\\",
    "/",
    ":",
    "\n",
    "\r",
    "\x1b[2J",
    "&x;",
    "%s",
)
_START = re.compile(rb"[^a-zA-Z0-9][a-zA-Z0-9]")  # of a word
_NUMBERS = (0, 1, 2**7, 2**8 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1)
_FLOATS = tuple(struct.pack("<f", value) for value in (float("nan"), float("inf"), -1.0, 1e38, -1e38, 1e-40, 0.2, 0.1))
_DEEP = (b"[", b"{", b'{"a":', b"a.", b"<a>", b"(", b'"', b"/*")
_TYPES = ("<f2", "<f4", "<f8", ">f8", "<i1", "<u8", "<c8", "?", "<U3", "S3", "<M8[s]", "V4")


def damaged(data: bytes, chance: Random, own: tuple[Damage, ...] = ()) -> bytes:
    """A file with one to four damages, most of them those of its own format, if any."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        ways = _OF_TEXTS if _is_text(data) else _OF_ARCHIVES if zipfile.is_zipfile(io.BytesIO(data)) else _OF_BYTES
        way = chance.choice(own if own and chance.random() < _OWN else ways)
        try:
            data = way(data, chance)
        except (ValueError, OverflowError, RecursionError, csv.Error):  # no longer of its format
            data = chance.choice(ways)(data, chance)
    return data


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:4096]


def _place(data: bytes | bytearray, chance: Random) -> int:
    """Anywhere, but as often within the header."""
    return chance.randrange(max(1, min(len(data), chance.choice((16, 64, 1024, len(data))))))


def _flip(data: bytes, chance: Random) -> bytes:
    own = bytearray(data or b"\0")
    for _ in range(chance.choice((1, 1, 4, 64))):
        own[_place(own, chance)] ^= 1 << chance.randrange(8)
    return bytes(own)


def _cut(data: bytes, chance: Random) -> bytes:
    return data[: _place(data, chance)]


def _put(data: bytes, chance: Random) -> bytes:
    """A number where another may be."""
    form = chance.choice(("<B", "<H", "<I", ">I", "<Q", ">Q", "f"))
    size = struct.calcsize(form)
    number = chance.choice(_FLOATS) if form == "f" else struct.pack(form, chance.choice(_NUMBERS) % 256**size)
    at = _place(data, chance)
    return data[:at] + number + data[at + len(number) :]


def _block(data: bytes, chance: Random) -> tuple[int, int]:
    start = _place(data, chance)
    return start, start + chance.choice((1, 4, 32, 512, 4096))


def _double(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 100)) + data[end:]


def _drop(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + data[end:]


def _swap(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + data[end : 2 * end - start] + data[start:end] + data[2 * end - start :]


def _noise(data: bytes, chance: Random) -> bytes:
    start, end = _block(data, chance)
    return data[:start] + chance.randbytes(min(end, len(data)) - start) + data[end:]


def _word(data: bytes, chance: Random) -> bytes:
    """Another number or word for one."""
    words = [found.end() - 1 for found in _START.finditer(data)]
    if not words:
        return data
    start = end = chance.choice(words)
    while end < len(data) and (data[end : end + 1].isalnum() or data[end : end + 1] in (b".", b"_")):
        end += 1
    other = chance.choice(words)
    new = chance.choice((*_WORDS, data[other : other + chance.choice((1, 8, 30))].decode(errors="replace")))
    return data[:start] + new.encode(errors="replace") + data[end:]


def _letter(data: bytes, chance: Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(_ODD).encode() * chance.choice((1, 1, 3, 1000)) + data[at:]


def _deep(data: bytes, chance: Random) -> bytes:
    at = chance.choice((0, _place(data, chance)))
    return data[:at] + chance.choice(_DEEP) * chance.choice((50, 5000, 100_000)) + data[at:]


def _line(data: bytes, chance: Random) -> bytes:
    """A line elsewhere, or twice."""
    lines = data.splitlines(keepends=True) or [b""]
    line = lines.pop(chance.randrange(len(lines))) if chance.random() < 0.7 else chance.choice(lines)
    lines.insert(chance.randrange(len(lines) + 1), line * chance.choice((0, 1, 1, 2, 1000 if len(line) < 1000 else 3)))
    return b"".join(lines)


def _entity(data: bytes, chance: Random) -> bytes:
    kinds = (
        b'<!ENTITY x "y">',
        b'<!ENTITY x SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % x SYSTEM "http://localhost/">',
    )
    return b"<!DOCTYPE a [" + chance.choice(kinds) + b"]>" + data


def _recoded(data: bytes, chance: Random) -> bytes:
    return data.decode(errors="replace").encode(chance.choice(("utf-16", "utf-32", "latin-1", "cp1252")), "replace")


def _array(data: bytes, chance: Random) -> bytes:
    """One of an archive's arrays is another, or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            arrays = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return _put(data, chance)
    if not arrays:
        return data
    name = chance.choice(list(arrays))
    if chance.random() < 0.2:
        del arrays[name]
    elif chance.random() < 0.4:
        arrays[name] = chance.choice(_OF_BYTES)(arrays[name], chance)
    else:
        arrays[name] = _other(arrays[name], chance)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for own, content in arrays.items():
            archive.writestr(own, content)
    return target.getvalue()


def _other(data: bytes, chance: Random) -> bytes:
    """An .npy of another shape, type or other numbers."""
    try:
        array = np.load(io.BytesIO(data), allow_pickle=False)
        kind = chance.randrange(5)
        if kind == 0:
            array = array.astype(chance.choice(_TYPES))
        elif kind == 1:
            array = np.resize(array, [chance.choice((0, 1, 2, 3, 7)) for _ in range(chance.randrange(5))])
        elif kind == 2:
            array = array[: chance.randrange(max(1, len(array)))] if array.ndim else array[None]
        elif kind == 3 and array.dtype.kind in "fiu" and array.size:
            array.flat[chance.randrange(array.size)] = chance.choice((0, 1, 1e9, 127))
            if array.dtype.kind == "f":
                array.flat[chance.randrange(array.size)] = chance.choice((np.nan, np.inf, -1e30))
        else:  # a header that tells of more than there is
            shape = str(array.shape).encode()
            told = str((chance.choice((10**9, 2**40, 2**62, 2**64, -1)), *array.shape[1:])).encode()
            return data.replace(shape, told, 1)
    except (ValueError, TypeError, OverflowError, EOFError, SyntaxError, tokenize.TokenError):
        return _flip(data, chance)
    target = io.BytesIO()
    np.save(target, array)
    return target.getvalue()


_OF_BYTES: tuple[Damage, ...]
_OF_BYTES = (_flip, _flip, _cut, _put, _put, _put, _double, _drop, _swap, _noise)
_OF_ARCHIVES = (*_OF_BYTES, *[_array] * 12)
_OF_TEXTS = (
    _flip,
    _cut,
    _double,
    _drop,
    _swap,
    _word,
    _word,
    _word,
    _word,
    _letter,
    _deep,
    _line,
    _line,
    _entity,
    _recoded,
)
