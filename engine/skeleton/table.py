"""Bones, as `rigs/skeletons/*.toml` lists them."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from ..geometry.arrays import Array
from ..geometry.rotations import frame_along
from ..keypoints import Side, mirrored_name

SKELETONS = Path(__file__).resolve().parents[2] / "rigs" / "skeletons"


@dataclass(frozen=True)
class Bone:
    """One bone; it starts at its parent's tail, or at its parent's head, and ends at `joint`."""

    name: str
    parent: str | None
    joint: str
    head_joint: str | None
    """Set where the bone starts a joint of another name than the one its parent ends at."""
    at_head: bool
    rest: Array
    """(3,3) columns X, Y (along the bone), Z in Blender's frame at zero angles."""
    length: float
    """Metres, for a person of the table's stature."""
    order: str
    limits: dict[str, tuple[float, float]]
    """Axis -> (lower, upper), radians; an axis that is absent is locked."""
    mirror: str | None = None
    """Name of the same bone on the other side."""


def _rest_frame(entry: dict[str, Any], bones: list[Bone]) -> Array:
    """Y along the bone exactly, X the flexion axis made orthogonal to it."""
    frame = frame_along(*(np.array(entry[axis], dtype=np.float64) for axis in "yx"))
    bases = [bone.rest for bone in bones if bone.name == entry.get("frame")]
    return bases[0] @ frame if bases else frame


def _read_bone(entry: dict[str, Any], bones: list[Bone]) -> Bone:
    limits = {
        axis: (float(np.radians(limit["range"][0])), float(np.radians(limit["range"][1])))
        for axis, limit in entry.get("limits", {}).items()
    }
    return Bone(
        name=entry["name"],
        parent=entry.get("parent"),
        joint=entry["joint"],
        head_joint=entry.get("head_joint"),
        at_head=entry.get("at_head", False),
        rest=_rest_frame(entry, bones),
        length=float(entry["length"]),
        order=entry.get("order", "XYZ"),
        limits=limits,
    )


def _mirrored(bone: Bone) -> Bone:
    """The left bone of a right one: X angles equal, Y and Z negated, and so their limits."""
    rest = np.diag([-1.0, 1.0, 1.0]) @ bone.rest @ np.diag([-1.0, 1.0, 1.0])
    limits = {axis: limit if axis == "X" else (-limit[1], -limit[0]) for axis, limit in bone.limits.items()}
    return replace(
        bone,
        name=mirrored_name(bone.name),
        parent=None if bone.parent is None else mirrored_name(bone.parent),
        joint=mirrored_name(bone.joint),
        head_joint=None if bone.head_joint is None else mirrored_name(bone.head_joint),
        rest=rest,
        limits=limits,
        mirror=bone.name,
    )


def read_bones(name: str) -> tuple[tuple[Bone, ...], float]:
    """All bones of a table, parents before children, and its stature, metres.

    The table lists the middle and the right side; the left side is made here.
    """
    entries, stature = _read_entries(name)
    bones: list[Bone] = []
    for entry in entries:
        bones.append(_read_bone(entry, bones))
    right = [bone for bone in bones if bone.name.endswith(Side.RIGHT.bone(""))]
    mirrored = {bone.name: _mirrored(bone) for bone in right}
    middle = [bone for bone in bones if bone.name not in mirrored]
    paired = [replace(bone, mirror=mirrored[bone.name].name) for bone in right]
    return (*middle, *mirrored.values(), *paired), stature


def _read_entries(name: str) -> tuple[list[dict[str, Any]], float]:
    """The bones of a table behind those of the table that it extends, and the stature, metres."""
    path = SKELETONS / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        if "extends" not in table:
            return table["bone"], float(table["stature"])
        entries, stature = _read_entries(table["extends"])
        return entries + table["bone"], stature
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The skeleton's table {path} is missing or damaged; install Sign Mocap again.") from error
