"""What an ASF file (.wmv) says of its length where FFmpeg does not: of one that is cut FFmpeg drops it."""

from __future__ import annotations

import struct
from pathlib import Path
from uuid import UUID

_FILE_PROPERTIES = UUID("8CABDCA1-A947-11CF-8EE4-00C00C205365").bytes_le
_HEADER = 65536
"""Bytes in which it is looked for: it is one of the first objects."""


def stated_length(path: Path) -> float:
    """Seconds that the header says the file plays; 0 where it does not (ASF specification 01.20.06, 3.2)."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    fields = struct.Struct("<6QI")
    at = header.find(_FILE_PROPERTIES) + 40
    if at < 40 or at + fields.size > len(header):
        return 0.0
    _size, _created, _packets, played, _sent, preroll, flags = fields.unpack_from(header, at)
    is_live = bool(flags & 1)
    return 0.0 if is_live else played / 1e7 - preroll / 1e3
