"""The errors a user can act on; the message of each is one plain sentence."""

import re

_ROOM = 300  # letters
#: Codes that steer a terminal, parts of letters that no text can have, and ends of lines.
_UNPRINTABLE = re.compile(r"[\0-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def plain(text: str) -> str:
    """A text that a file or its name brings, such that a terminal shows it in one line, and every file can hold it."""
    return _UNPRINTABLE.sub("\ufffd", text)


class EngineError(Exception):
    """Base of every error that is reported to the user as its message alone."""

    def __str__(self) -> str:
        return plain(super().__str__())


def told(error: Exception) -> str:
    """What a reader's error says, in a line that has room for some letters of the file."""
    line = " ".join(str(error).split())
    return line if len(line) <= _ROOM else f"{line[:_ROOM]}..."


class InputError(EngineError):
    """A value the user gave (a range, a crop, a person, a side) is out of bounds."""


class VideoError(EngineError):
    """A file cannot be read as a video or a picture."""


class PointsError(EngineError):
    """A file cannot be read as 3D points, or they are not those of a person or hand."""


class ModelError(EngineError):
    """A model file is missing, damaged, or its graph fails."""


class DetectionError(EngineError):
    """Nothing usable is seen in the pictures: no person, or no hand."""


class OutputError(EngineError):
    """A result cannot be written where the user asked for it."""
