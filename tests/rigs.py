"""Rigs of other rest poses, rolls and names, made of our own skeleton or of MakeHuman's tables."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix, frame_along
from engine.retarget.recognise.map_files import RigMap, load_maps
from engine.retarget.recognise.match import Match
from engine.retarget.recognise.recognise import match_map
from engine.retarget.rig import Rig
from engine.skeleton import Kind, forward_kinematics, load_skeleton

OURS = load_skeleton(Kind.FULL_BODY)
MAPS = load_maps()
LIMBS = [name for name in OURS.names if name[-2:] in (".L", ".R") and OURS.bones[OURS.names.index(name)].limits]
TRUNK = {"pelvis": ("pelvis",), "spine": ("spine", "chest"), "head": ("head",)}
MAP = RigMap("ours", "", "", "", TRUNK | {name: (name,) for name in LIMBS})
TABLES = Path(__file__).resolve().parents[2] / "shared" / "data" / "rigs" / "makehuman"


def rest_angles(chance: np.random.Generator) -> np.ndarray:
    """Arms and fingers in a rest pose that is not ours; the trunk upright, soles level, the palm flat."""
    angles = np.zeros(len(OURS.freedoms))
    for angle, name in enumerate(OURS.angle_names):
        if name.startswith(("upper_arm", "forearm", "hand")):
            angles[angle] = chance.uniform(-0.4, 0.4)
        elif name.startswith(("f_", "thumb")):
            angles[angle] = chance.uniform(-0.15, 0.15)
    for side in "LR":
        angles[OURS.angle_names.index(f"forearm.{side}.X")] = 0.4
    return OURS.clamp(angles)


def other_rig(seed: int, facing: float = 0.0) -> Rig:
    """Our skeleton in another rest pose, with other rolls, turned about the vertical."""
    chance = np.random.default_rng(seed)
    pose = forward_kinematics(OURS, rest_angles(chance), OURS.lengths)
    turn = euler_to_matrix(np.array([0.0, 0.0, facing]), "XYZ")
    rolls = np.zeros((len(OURS.bones), 3))
    rolls[:, 1] = chance.uniform(-np.pi, np.pi, len(OURS.bones))
    rest = turn @ pose.rotations @ euler_to_matrix(rolls, "XYZ")
    inherits = (True,) * len(OURS.names)
    return Rig(OURS.names, OURS.bone_parents, rest, pose.heads @ turn.T, pose.tails @ turn.T, inherits)


def with_twist_bone(rig: Rig, side: str, in_line: bool, off: float = 0.0) -> Rig:
    """The rig with a bone in the middle of a forearm, `off` metres beside its line: before the hand, or beside it."""
    forearm, hand = rig.names.index(f"forearm.{side}"), rig.names.index(f"hand.{side}")
    at = forearm + 1
    shifted = [parent + (parent >= at) for parent in rig.parents]
    if in_line:
        shifted[hand] = at
    parents = (*shifted[:at], forearm, *shifted[at:])
    middle = (rig.heads[forearm] + rig.tails[forearm]) / 2 + off * rig.rest[forearm][:, 0]

    def insert(values: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.insert(values, at, value, axis=0)

    names = (*rig.names[:at], "twist", *rig.names[at:])
    tails = insert(rig.tails, rig.tails[forearm])
    inherits = (True,) * len(names)
    return Rig(names, parents, insert(rig.rest, rig.rest[forearm]), insert(rig.heads, middle), tails, inherits)


def found(rig: Rig) -> Match:
    matched = match_map(rig, MAP)
    assert matched is not None and not matched.missing
    return matched


def named(rename: Callable[[str], str | None]) -> Rig:
    """Our skeleton at rest under other names; what has none is left out, its children hang on what is left."""
    names = [rename(name) for name in OURS.names]
    kept = [bone for bone, name in enumerate(names) if name]

    def parent(bone: int) -> int:
        above = OURS.bone_parents[bone]
        return above if above < 0 or above in kept else parent(above)

    pose = forward_kinematics(OURS, np.zeros(len(OURS.freedoms)), OURS.lengths)
    parents = tuple(kept.index(parent(bone)) if parent(bone) >= 0 else -1 for bone in kept)
    texts = tuple(str(names[bone]) for bone in kept)
    return Rig(texts, parents, OURS.rest[kept], pose.heads[kept], pose.tails[kept], (True,) * len(kept))


def mixamo(**changes: str) -> Rig:
    """Our skeleton as a Mixamo character, some of its bones renamed."""
    known = next(known for known in MAPS if known.name == "Mixamo")
    table = {ours: names[0] for ours, names in known.bones.items()} | {"chest": "Spine1"}
    return named(lambda ours: changes.get(table[ours], f"mixamorig:{table[ours]}") if ours in table else None)


def makehuman(name: str) -> Rig:
    """A rig of MakeHuman's from its table, with any rolls."""
    file = TABLES / f"rig.{name}.json"
    if not file.is_file():
        pytest.skip(f"NOT TESTED: {file} does not exist")
    table = json.loads(file.read_text(encoding="utf-8"))
    rows = table.get("bones", table)
    ordered: list[str] = []
    while len(ordered) < len(rows):
        ordered += [name for name in rows if name not in ordered and rows[name]["parent"] in ("", *ordered)]
    heads, tails = (np.array([rows[b][end]["default_position"] for b in ordered]) for end in ("head", "tail"))
    tails[(tails == heads).all(axis=1)] += 0.01
    across = np.random.default_rng(0).normal(size=heads.shape)
    rest = np.stack([frame_along(tail - head, a) for head, tail, a in zip(heads, tails, across, strict=True)])
    parents = tuple(ordered.index(rows[b]["parent"]) if rows[b]["parent"] else -1 for b in ordered)
    return Rig(tuple(ordered), parents, rest, heads, tails, (True,) * len(ordered))


def joined(one: Rig, other: Rig) -> Rig:
    """Two armatures in one."""
    names = one.names + tuple(f"{name}.001" if name in one.names else name for name in other.names)
    parents = one.parents + tuple(p + len(one.names) if p >= 0 else -1 for p in other.parents)
    arrays = [
        np.concatenate(pair) for pair in ((one.rest, other.rest), (one.heads, other.heads), (one.tails, other.tails))
    ]
    return Rig(names, parents, arrays[0], arrays[1], arrays[2], one.inherits + other.inherits)
