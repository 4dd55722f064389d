"""Rig maps, `rigs/maps/*.toml` and a user's own: which names the bones of a rig family have."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ...errors import InputError, told
from ...files import parse_toml, read_text, written_whole
from ...keypoints import Side
from ...patterns import check_pattern
from .match import NAMES, SIDED

MAPS = Path(__file__).resolve().parents[3] / "rigs" / "maps"


@dataclass(frozen=True)
class RigMap:
    """Names of one rig family."""

    name: str
    source: str
    """Where the names are from."""
    proven: str
    """The rig that it was tried on; empty where there was none."""
    prefix: str
    """Regular expression of what stands before every name."""
    bones: dict[str, tuple[str, ...]]
    """Our bone -> the rig's; several where it has more of them, from the root outwards."""
    controls: bool = False
    """Whether these are controls of a control rig."""
    settings: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """Bone of the rig -> custom property -> value under which the rig obeys its controls."""
    tells: tuple[str, ...] = ()
    """Other bones that this family has, by which it is told from one of the same names."""


def load_maps(folder: Path = MAPS) -> list[RigMap]:
    """All maps of a folder; InputError names a file that is none."""
    return [read_map(path) for path in sorted(folder.glob("*.toml"))]


def read_map(path: Path) -> RigMap:
    """One map. A name with {Side}, {side}, {S} or {s} stands for both sides; InputError where it is no map."""
    try:
        return _map_of(parse_toml(read_text(path)))
    except OSError as error:
        raise InputError(f"Cannot read the rig map {path}: {error.strerror}.") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path} is no rig map: {told(error)}; correct or remove the file.") from error


def write_map(known: RigMap, path: Path) -> None:
    """Write a map whole or not at all, for `read_map`. Raises OutputError where that is impossible."""
    head = {"name": known.name, "source": known.source, "proven": known.proven, "prefix": known.prefix}
    lines = [f"{key} = {_quoted(value)}" for key, value in head.items()]
    lines.append(f"controls = {str(known.controls).lower()}")
    if known.tells:
        lines.append(f"tells = [{', '.join(map(_quoted, known.tells))}]")
    lines += [f"{_quoted(ours)} = [{', '.join(map(_quoted, names))}]" for ours, names in known.bones.items()]
    lines.append("[settings]")
    for bone, values in known.settings.items():
        pairs = ", ".join(f"{_quoted(key)} = {float(value)!r}" for key, value in values.items())
        lines.append(f"{_quoted(bone)} = {{ {pairs} }}")
    with written_whole(path) as draft:
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _map_of(table: dict[str, Any]) -> RigMap:
    """The map of a parsed file; ValueError says what is wrong with it."""
    texts = {key: table.pop(key, "") for key in ("name", "source", "proven", "prefix")}
    for key, text in texts.items():
        if not isinstance(text, str) or (not text and key in ("name", "source")):
            raise ValueError(f"its {key} has to be a text")
    check_pattern(texts["prefix"], "prefix")
    tells = _names("tells", table.pop("tells")) if "tells" in table else ()
    controls = table.pop("controls", False)
    if not isinstance(controls, bool):
        raise ValueError("controls has to be true or false")
    settings = _settings(table.pop("settings", {}))
    bones: dict[str, tuple[str, ...]] = {}
    for ours, value in table.items():
        names = _names(ours, value)
        if ours in NAMES:
            bones[ours] = names
        elif ours in SIDED and all(side.fill(name) != name for side in Side for name in names):
            bones |= {side.bone(ours): tuple(side.fill(name) for name in names) for side in Side}
        else:
            raise ValueError(f"{ours!r} is no bone of ours with a side (such as 'hand.L', or a {{Side}} in its names)")
    return RigMap(**texts, bones=bones, controls=controls, tells=tells, settings=settings)


def _names(ours: str, value: object) -> tuple[str, ...]:
    names = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = tuple(name for name in names if isinstance(name, str) and name)
    if not names or len(texts) < len(names):
        raise ValueError(f"{ours!r} has to be the name of a bone, or a list of names")
    return texts


def _settings(table: object) -> dict[str, dict[str, float]]:
    """Settings of both sides; a bone without a side is one."""
    settings: dict[str, dict[str, float]] = {}
    for bone, row in cast("dict[str, object]", table if isinstance(table, dict) else {"settings": table}).items():
        values = cast("dict[str, object]", row if isinstance(row, dict) else {bone: None})
        numbers = {key: float(value) for key, value in values.items() if isinstance(value, int | float)}
        if len(numbers) < len(values):
            raise ValueError(f"the settings of {bone!r} have to be numbers, each with the name of a property")
        settings |= {side.fill(bone): numbers for side in Side}
    return settings


def _quoted(text: str) -> str:
    """A text as a basic string of TOML, which differs from JSON's in DEL alone."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
