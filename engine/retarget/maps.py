"""Rig maps: which bone of a rig family is which of ours, read from `rigs/maps/*.toml`, and recognition."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ..keypoints import SIDES
from .rig import Rig

MAPS = Path(__file__).resolve().parent.parent.parent / "rigs" / "maps"
#: Without these a rig is not a person's.
REQUIRED = ("pelvis", "head", *(f"{part}.{s}" for part in ("upper_arm", "forearm", "hand") for s in "LR"))

#: What many rigs of a family do without.
OPTIONAL = ("forearm_twist", "toe")


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


@dataclass(frozen=True)
class Match:
    """The bones of one rig by ours."""

    family: str
    bones: dict[str, tuple[int, ...]]
    missing: tuple[str, ...]
    """Ours that the map names and the rig lacks."""


def load_maps(folder: Path = MAPS) -> list[RigMap]:
    """All maps of a folder; ValueError names a file that is none."""
    return [read_map(path) for path in sorted(folder.glob("*.toml"))]


def read_map(path: Path) -> RigMap:
    """One map. A name with {Side}, {side}, {S} or {s} stands for both sides; ValueError where it is no map."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        name, source = str(table.pop("name")), str(table.pop("source"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ValueError(f"{path} is no rig map ({error}); a map has a name, a source and bone names.") from error
    proven, prefix = str(table.pop("proven", "")), str(table.pop("prefix", ""))
    bones: dict[str, tuple[str, ...]] = {}
    for ours, value in table.items():
        names = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        if not any("{" in one for one in names):
            bones[ours] = names
            continue
        for side in SIDES:
            words = {"Side": side.title(), "side": side, "S": side[0].upper(), "s": side[0]}
            bones[f"{ours}.{side[0].upper()}"] = tuple(one.format(**words) for one in names)
    return RigMap(name, source, proven, prefix, bones)


def match(rig: Rig, known: RigMap) -> Match | None:
    """The rig's bones by a map's names; None where a required one is missing or hangs elsewhere."""
    plain = {_plain(name, known.prefix): bone for bone, name in reversed(list(enumerate(rig.names)))}
    found: dict[str, tuple[int, ...]] = {}
    for ours, names in known.bones.items():
        bones = tuple(plain[name] for name in names if name in plain)
        if bones:
            found[ours] = bones
    if not set(REQUIRED) <= set(found) or not _hangs_together(rig, found):
        return None
    missing = tuple(ours for ours in known.bones if ours not in found and ours[:-2] not in OPTIONAL)
    return Match(known.name, found, missing)


def recognise(rig: Rig, maps: list[RigMap]) -> Match | None:
    """The match of the map that names most of the rig's bones; None where no map fits."""
    matches = [found for known in maps if (found := match(rig, known)) is not None]
    return max(matches, key=lambda found: sum(map(len, found.bones.values())), default=None)


def _plain(name: str, prefix: str) -> str:
    return re.sub(f"^(?:{prefix})", "", name) if prefix else name


def _hangs_together(rig: Rig, bones: dict[str, tuple[int, ...]]) -> bool:
    """Whether hands hang on forearms, these on upper arms, and the head somewhere on the pelvis."""
    chains = [("head", "pelvis")]
    for side in "LR":
        chains += [(f"hand.{side}", f"forearm.{side}"), (f"forearm.{side}", f"upper_arm.{side}")]
    return all(bones[outer][0] in rig.ancestors(bones[inner][0]) for inner, outer in chains)
