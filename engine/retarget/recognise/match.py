"""Which bones of a rig are which of ours: the vocabulary, a match, and what makes it a person's."""

from dataclasses import dataclass, field, replace

from ...keypoints import Side, part_and_side
from ..rig import Rig

FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky")
#: Our bones that a rig can have, those that carry before those that are carried; SIDED have a .L and a .R.
TRUNK = ("pelvis", "spine", "neck", "head")
SIDED = (
    *("shoulder", "upper_arm", "forearm", "forearm_twist", "hand"),
    *("palm.ring", "palm.pinky"),
    *(f"{finger}.0{segment}" for finger in FINGERS for segment in (1, 2, 3)),
    *("thigh", "shin", "foot", "toe"),
)
NAMES = (*TRUNK, *(side.bone(part) for side in Side for part in SIDED))
#: Without these a rig is not a person's.
REQUIRED = ("pelvis", "head", *(side.bone(part) for part in ("upper_arm", "forearm", "hand") for side in Side))
#: Of a person what hangs on what, outer before inner.
_HANGS = [
    ("head", "pelvis"),
    *(
        (side.bone(outer), side.bone(inner))
        for side in Side
        for outer, inner in (("hand", "forearm"), ("forearm", "upper_arm"))
    ),
]
#: Part -> the one that carries it in a body.
_CARRIERS = {
    "spine": "pelvis",
    "neck": "spine",
    "head": "neck",
    "shoulder": "spine",
    "upper_arm": "shoulder",
    "forearm": "upper_arm",
    "forearm_twist": "forearm",
    "hand": "forearm",
    "thumb.01": "hand",
    **dict.fromkeys(("palm.ring", "palm.pinky", "f_index.01", "f_middle.01"), "hand"),
    **{f"f_{finger}.01": f"palm.{finger}" for finger in ("ring", "pinky")},
    **{f"{finger}.0{segment}": f"{finger}.0{segment - 1}" for finger in FINGERS for segment in (2, 3)},
    "thigh": "pelvis",
    "shin": "thigh",
    "foot": "shin",
    "toe": "foot",
}


@dataclass(frozen=True)
class Match:
    """The bones of one rig by ours."""

    family: str
    bones: dict[str, tuple[int, ...]]
    """Our bone -> the rig's, from the root outwards."""
    missing: tuple[str, ...]
    """Ours that the family has and the rig lacks."""
    controls: bool = False
    """Whether the bones are controls, whose hierarchy runs through bones of the rig's mechanism."""
    settings: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    """Bone of the rig -> its custom properties and the values under which it obeys these bones."""

    def renumbered(self, number: dict[int, int]) -> "Match":
        """The same in a rig whose bones have other numbers."""
        bones = {name: tuple(number[bone] for bone in of_rig) for name, of_rig in self.bones.items()}
        return replace(self, bones=bones)


def is_optional(name: str) -> bool:
    """Whether a bone is one that many rigs do without and nobody misses."""
    return name.startswith(("forearm_twist", "palm", "toe"))


def faults(rig: Rig, bones: dict[str, tuple[int, ...]]) -> list[tuple[str, str | None]]:
    """What keeps bones by our names from being a person.

    That is one that is missing and None, or one and what it does not hang on.
    """
    return [
        *((name, None) for name in REQUIRED if name not in bones),
        *(
            (outer, inner)
            for outer, inner in _HANGS
            if outer in bones and inner in bones and bones[inner][0] not in rig.ancestors(bones[outer][0])
        ),
    ]


def without_mechanism(rig: Rig, match: Match) -> tuple[Rig, Match]:
    """Of a control rig the controls alone, each hanging on the one that carries it in a body, and their match.

    Between two controls lie bones that constraints and drivers move; only the whole rig's order is known.
    An ordinary rig comes back as it is.
    """
    if not match.controls:
        return rig, match
    parents: dict[int, int] = {}
    for name in NAMES:
        carrier = _carrier(match, name)
        for bone in match.bones.get(name, ()):
            parents[bone] = carrier
            carrier = bone
    own, number = rig.reduced(parents)
    return own, match.renumbered(number)


def _carrier(match: Match, name: str) -> int:
    """The rig's bone that carries one of ours; -1 where there is none."""
    part, side = part_and_side(name)
    while part in _CARRIERS:
        part = _CARRIERS[part]
        for carrier in (side.bone(part) if side else part, part):
            if carrier in match.bones:
                return match.bones[carrier][-1]
    return -1
