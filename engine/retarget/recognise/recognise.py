"""Recognition: a rig's bones by the maps of known families, else by the words in their names."""

from dataclasses import replace

from ...errors import InputError
from ...patterns import without
from ..rig import Rig
from .guess import guess, guess_in_part
from .map_files import RigMap
from .match import NAMES, Match, faults, is_optional

#: Faults of the nearest family that an error names.
TOLD = 3


def match_map(rig: Rig, known: RigMap) -> Match | None:
    """The rig's bones by a map's names; None where a required one is missing or hangs elsewhere."""
    match = _named(rig, known)
    return None if faults(rig, match.bones) else match


def recognise(rig: Rig, maps: list[RigMap]) -> Match:
    """The match of the map that names most of the rig's bones, of equal ones that whose other bones it has too,
    or the first's; what it lacks is guessed.

    Where no map fits, everything is guessed. Raises InputError where that fails too; its sentence is to follow
    the armature's name and a colon.
    """
    guessed = guess(rig)
    matches = [(match, known) for known in maps if (match := match_map(rig, known)) is not None]
    if matches:
        best, _ = max(matches, key=lambda both: (_count(both[0]), _is_told(rig, both[1])))
        return best if best.controls or guessed is None else _completed(best, guessed)
    if guessed is not None:
        return guessed
    raise InputError(f"{_shortcoming(rig, maps)}; name the bones in the map editor of the panel.")


def recognise_in_part(rig: Rig, maps: list[RigMap]) -> Match:
    """What can be said of any rig, for a person to complete: as `recognise`, or what the nearest map and names give.

    The latter is of no family: "".
    """
    try:
        return recognise(rig, maps)
    except InputError:
        match = _named(rig, _nearest(rig, maps))
        match = replace(match, family="", missing=tuple(name for name in NAMES if name not in match.bones))
        return _completed(match, Match("", guess_in_part(rig), ()))


def _named(rig: Rig, known: RigMap) -> Match:
    """What a rig has of a map's names, complete or not. A name's spaces may be underscores, as exporters write them."""
    # Of two names that differ in their prefix alone, as of two characters in one armature, the first counts.
    bone_of = {_plain(name, known.prefix): bone for bone, name in reversed(list(enumerate(rig.names)))}
    bones: dict[str, tuple[int, ...]] = {}
    for ours, names in known.bones.items():
        of_rig = tuple(bone_of[_plain(name)] for name in names if _plain(name) in bone_of)
        if of_rig:
            bones[ours] = of_rig
    missing = tuple(ours for ours in known.bones if ours not in bones and not is_optional(ours))
    obeyed = {_plain(bone): values for bone, values in known.settings.items()}
    settings = {rig.names[bone_of[name]]: values for name, values in obeyed.items() if name in bone_of}
    return Match(known.name, bones, missing, known.controls, settings)


def _plain(name: str, prefix: str = "") -> str:
    """A name without what the pattern `prefix` says of its start, its spaces underscores."""
    return without(f"^(?:{prefix})", name).replace(" ", "_")


def _is_told(rig: Rig, known: RigMap) -> bool:
    """Whether a rig has the other bones that tell a family from one of the same names."""
    plain = {_plain(name, known.prefix) for name in rig.names}
    return bool(known.tells) and plain.issuperset(map(_plain, known.tells))


def _count(match: Match) -> int:
    """How many of the rig's bones it names."""
    return sum(map(len, match.bones.values()))


def _completed(match: Match, guessed: Match) -> Match:
    """A match of a map with what was renamed."""
    used = {bone for bones in match.bones.values() for bone in bones}
    more = {name: guessed.bones[name] for name in match.missing if not used & set(guessed.bones.get(name, used))}
    missing = tuple(name for name in match.missing if name not in more)
    return replace(match, bones=match.bones | more, missing=missing)


def _shortcoming(rig: Rig, maps: list[RigMap]) -> str:
    """Why not even the nearest map fits."""
    known = _nearest(rig, maps)
    bones = _named(rig, known).bones
    if not bones:
        return "It fits no known rig, none of its bones is named like a person's"
    told = [
        f"{rig.names[bones[outer][0]]} does not hang on {rig.names[bones[inner][0]]}"
        if inner
        else f"{known.bones.get(outer, (outer,))[0]} is missing"
        for outer, inner in faults(rig, bones)
    ]
    more = f" and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return f"It fits no known rig (of the nearest, {known.name}, {', '.join(told[:TOLD])}{more})"


def _nearest(rig: Rig, maps: list[RigMap]) -> RigMap:
    """The map that lacks least of a person; of equal ones the one that names most."""

    def lacks(known: RigMap) -> tuple[int, int]:
        bones = _named(rig, known).bones
        return len(faults(rig, bones)), -len(bones)

    return min(maps, key=lacks)
