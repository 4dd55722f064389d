"""Which of our joints a file's points are: the maps `rigs/points/*.toml`, and a user's own.

A map is flat: our joint = the file's point, or a list of points whose mean it is; one named twice weighs twice.
Marks {side}, {Side}, {S}, {s} stand for both sides, in the joint's name too. Names count without capitals, spaces and
signs between, so that `LEFT_SHOULDER` is `left shoulder`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from ..errors import InputError, told
from ..files import parse_toml, read_text
from ..geometry.arrays import Array, Mask
from ..keypoints import Side
from ..patterns import check_pattern, without
from ..skeleton import Kind, load_skeleton

MAPS = Path(__file__).resolve().parents[2] / "rigs" / "points"
JOINTS = load_skeleton(Kind.FULL_BODY).joints
_TEXTS = ("name", "source", "prefix")


@dataclass(frozen=True)
class PointMap:
    """Names of one family of files."""

    name: str
    source: str
    """Where the names are from."""
    prefix: str
    """Regular expression of what may stand before every name."""
    joints: dict[str, tuple[str, ...]]
    """Our joint -> the file's points whose mean it is."""

    def found(self, names: tuple[str, ...]) -> dict[str, list[int]]:
        """Our joint -> places of its points among a file's names (K); of joints all of whose points are there."""
        places = {_plain(without(f"^(?:{self.prefix})", name)): place for place, name in enumerate(names)}
        plain = {joint: [_plain(name) for name in own] for joint, own in self.joints.items()}
        return {joint: [places[name] for name in own] for joint, own in plain.items() if places.keys() >= set(own)}


def load_point_maps(folder: Path = MAPS) -> list[PointMap]:
    """All maps of a folder; InputError names a file that is none."""
    return [read_point_map(path) for path in sorted(folder.glob("*.toml"))]


def read_point_map(path: Path) -> PointMap:
    """One map; InputError where it is none."""
    try:
        return _map_of(parse_toml(read_text(path)))
    except OSError as error:
        raise InputError(f"Cannot read the points map {path}: {error.strerror}.") from error
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path} is no points map: {told(error)}; correct or remove the file.") from error


def best_map(names: tuple[str, ...], maps: list[PointMap]) -> PointMap:
    """The map by which the most of our joints are among a file's names."""
    return max(maps, key=lambda known: len(known.found(names)))


def mapped(found: Mapping[str, list[int]], points: Array, known: Mask) -> tuple[Array, Mask]:
    """Points (F,K,3) and known (F,K) of a file as our JOINTS, (F,J,3) and (F,J); 0 where not known."""
    joints, there = np.zeros((len(points), len(JOINTS), 3)), np.zeros((len(points), len(JOINTS)), dtype=bool)
    for joint, places in found.items():
        column = JOINTS.index(joint)
        there[:, column] = known[:, places].all(1)
        joints[:, column] = np.where(there[:, column, None], points[:, places].mean(1), 0.0)
    return joints, there


def _map_of(table: dict[str, Any]) -> PointMap:
    texts = {key: table.pop(key, "") for key in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"its {', '.join(_TEXTS)} have to be texts")
    check_pattern(texts["prefix"], "prefix")
    joints: dict[str, tuple[str, ...]] = {}
    for ours, value in table.items():
        names = cast("list[Any]", value) if isinstance(value, list) else [value]
        if not names or not all(isinstance(name, str) and name for name in names):
            raise ValueError(f"{ours!r} has to be the name of a point, or a list of names")
        both = {side.fill(ours): tuple(side.fill(name) for name in names) for side in Side}
        if not both.keys() <= set(JOINTS):
            raise ValueError(f"{ours!r} is no joint of ours; docs/points.md lists them")
        joints |= both
    return PointMap(**texts, joints=joints)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
