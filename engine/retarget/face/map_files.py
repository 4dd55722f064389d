"""Face maps, `rigs/faces/*.toml` and a user's own: what the shape keys of a family of characters look like."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ...errors import InputError, told
from ...face.names import FACE_NAMES
from ...files import parse_toml, read_text
from ...keypoints import Side
from ...patterns import check_pattern

FACE_MAPS = Path(__file__).resolve().parents[3] / "rigs" / "faces"
#: Coefficient -> how much of it a key shows at 1.
Look = dict[str, float]


@dataclass(frozen=True)
class FaceMap:
    """The shape keys of one family of characters."""

    name: str
    source: str
    """Where the names are from."""
    proven: str
    """The character that it was tried on; empty where there was none."""
    prefix: str
    """Regular expression of what may stand before every name."""
    suffix: str
    """Regular expression of what may stand after every name."""
    jaw_bone: bool
    """Whether the family opens its jaw by a bone, even where a key is called so."""
    keys: dict[str, Look]
    """Name of a key -> its look; of keys that look alike the earlier is preferred."""


def load_face_maps(folder: Path = FACE_MAPS) -> list[FaceMap]:
    """All maps of a folder; InputError names a file that is none."""
    return [read_face_map(path) for path in sorted(folder.glob("*.toml"))]


def read_face_map(path: Path) -> FaceMap:
    """One map. A name with {Side}, {side}, {S} or {s} stands for both sides; InputError where it is no map."""
    try:
        return _map_of(parse_toml(read_text(path)))
    except OSError as error:
        raise InputError(f"Cannot read the face map {path}: {error.strerror}.") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path} is no face map: {told(error)}; correct or remove the file.") from error


def _map_of(table: dict[str, Any]) -> FaceMap:
    """The map of a parsed file; ValueError says what is wrong with it."""
    texts = {key: table.pop(key, "") for key in ("name", "source", "proven", "prefix", "suffix")}
    for key, text in texts.items():
        if not isinstance(text, str) or (not text and key in ("name", "source")):
            raise ValueError(f"its {key} has to be a text")
    for key in ("prefix", "suffix"):
        check_pattern(texts[key], key)
    jaw_bone = table.pop("jaw_bone", False)
    if not isinstance(jaw_bone, bool):
        raise ValueError("jaw_bone has to be true or false")
    rows = table.pop("keys", None)
    if not isinstance(rows, dict) or not rows or table:
        raise ValueError(f"{next(iter(table), 'it')!r} is unknown" if table else "it has no table [keys]")
    keys: dict[str, Look] = {}
    for name, value in cast("dict[str, object]", rows).items():
        sided = Side.LEFT.fill(name) != name
        looks = {side: _look(name, value, (side,) if sided else tuple(Side)) for side in Side}
        keys |= {side.fill(name): look for side, look in looks.items()}
    return FaceMap(**texts, jaw_bone=jaw_bone, keys=keys)


def _look(name: str, value: object, sides: tuple[Side, ...]) -> Look:
    """What a key looks like at 1: a coefficient, or several with their values; of these sides where they have one."""
    value = {value: 1.0} if isinstance(value, str) else value
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{name!r} has to be a coefficient, or a table of coefficients and numbers")
    look: Look = {}
    for coefficient, amount in cast("dict[str, object]", value).items():
        if not isinstance(amount, int | float) or not amount:
            raise ValueError(f"{coefficient!r} of {name!r} has to be a number other than 0")
        look |= {side.fill(coefficient): float(amount) for side in sides}
    unknown = next((coefficient for coefficient in look if coefficient not in FACE_NAMES), None)
    if unknown is not None:
        raise ValueError(f"{unknown!r} of {name!r} is no coefficient of a face (such as 'jawOpen')")
    return look
