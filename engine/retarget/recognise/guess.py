"""The bones of a rig of no known family: by the words in their names, checked by what hangs on what.

Names tell limbs, hands and fingers. The trunk is what lies between the pelvis and the head, and the order of a
finger's segments is the hierarchy's: numbers start at 0, at 1, or with a metacarpal.
"""

import re
from collections.abc import Iterable
from itertools import product

import numpy as np

from ..rig import Rig
from .match import FINGERS, SIDED, TRUNK, Match, faults

#: Our bone -> words for it, without separators; those of a later group count where none of an earlier one does.
_WORDS = {
    "head": ("head",),
    "pelvis": ("pelvis", "hips", "hip"),
    "shoulder": ("clavicle|collar", "shoulder|shldr|scapula"),
    "upper_arm": ("upperarm|uparm|armup|bicep|humerus", "shldr", "arm", "shoulder"),
    "forearm": ("forearm|lowerarm|lowarm|loarm|armlow|elbow|radius|ulna",),
    "hand": ("hand|wrist|palm",),
    "thigh": ("thigh|upleg|upperleg|legup|femur", "hip", "leg"),
    "shin": ("calf|shin|knee|lowerleg|lowleg|loleg|leglow|tibia", "(?<!up)(?<!upper)leg"),
    "foot": ("foot|ankle",),
    "toe": ("toe|ball|foot",),
    "thumb": ("thumb",),
    "f_index": ("index|pointer|forefinger",),
    "f_middle": ("middle|mid",),
    "f_ring": ("ring",),
    "f_pinky": ("pinky|pinkie|little|small",),
}
#: Words of bones that are no segments of a body, as parts of words and as whole ones.
_NONE = re.compile("twist|roll|helper|pole|target|nub|control|ctrl|correct|socket|weapon|prop")
_NONE_ALONE = {"ik", "fk", "end", "tip", "ref", "aim"}
_SIDES = {"l": "L", "left": "L", "r": "R", "right": "R"}
#: Names in control rigs: which of their bones are to be turned is not to be guessed.
_MECHANISM = re.compile("(MCH|ORG)[-_]")
#: Capitals by themselves, words of camel case or lower case.
_TOKEN = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: A side that nothing divides from its word, such as in "lhand".
_GLUED = re.compile(f"(left|right|[lr])((?:{'|'.join(word for groups in _WORDS.values() for word in groups)}).*)")
#: Blender's mark of a bone that was called like another.
_COPY = re.compile(r"\.\d{3}$")
#: Of the way from the wrist to a finger's second bone: before that starts a metacarpal, of a thumb a carpal bone.
_METACARPAL = 0.45
#: Of an arm's length: the upper arms start at least so far apart, or bones are called after the joints they end at.
_APART = 0.2


def guess(rig: Rig) -> Match | None:
    """The bones by ours; None where they do not make a person, or where the rig's mechanism moves them."""
    return None if any(map(_MECHANISM.match, rig.names)) else _Guess(rig).match()


class _Guess:
    """One rig with what its names say."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.above = [set(rig.ancestors(bone)) for bone in range(len(rig.names))]
        read = [_read(name) for name in rig.names]
        self.words = [word for word, _ in read]
        self.sides = [side for _, side in read]

    def match(self) -> Match | None:
        found: dict[str, list[int]] = {}
        for side in "LR":
            self._limbs(found, side)
        self._trunk(found)
        bones = {name: tuple(found[name]) for name in found if found[name]}
        if faults(self.rig, bones) or not self._apart(bones):
            return None
        expected = (*TRUNK, *(f"{p}.{s}" for s in "LR" for p in SIDED if not p.startswith(("palm", "forearm_", "toe"))))
        return Match("by name", bones, tuple(name for name in expected if name not in bones))

    def _named(self, part: str, among: Iterable[int]) -> list[int]:
        """Those of some bones that words for a part name: by the words' group, no copies first, then outermost."""
        ranks = {
            bone: next((rank for rank, group in enumerate(_WORDS[part]) if re.search(group, self.words[bone])), -1)
            for bone in among
        }

        def order(bone: int) -> tuple[int, bool, int, int]:
            copy = _COPY.search(self.rig.names[bone]) is not None
            return ranks[bone], copy, len(self.above[bone]), len(self.words[bone])

        return sorted((bone for bone in ranks if ranks[bone] >= 0), key=order)

    def _limbs(self, found: dict[str, list[int]], side: str) -> None:
        """Adds one side's arm with its fingers, and its leg."""
        own = [bone for bone, its in enumerate(self.sides) if its == side]
        for parts in (("hand", "forearm", "upper_arm"), ("foot", "shin", "thigh")):
            fitting = [self._named(part, own) for part in parts]
            chain = next((chain for chain in product(*fitting) if self._unbroken(chain, fitting)), ())
            found |= {f"{part}.{side}": [bone] for part, bone in zip(parts, chain, strict=False)}
        for upper in found.get(f"upper_arm.{side}", ()):
            found[f"shoulder.{side}"] = self._named("shoulder", self.above[upper] & set(own))[:1]
        for foot in found.get(f"foot.{side}", ()):
            found[f"toe.{side}"] = self._named("toe", self._below(foot))[:1]
        for hand in found.get(f"hand.{side}", ()):
            for finger in FINGERS:
                for segment, bone in enumerate(self._finger(hand, finger), 1):
                    found[f"{finger}.0{segment}.{side}"] = [bone]

    def _unbroken(self, chain: tuple[int, ...], fitting: list[list[int]]) -> bool:
        """Whether an end hangs on a middle, this on a start, and between them lie none but their like and helpers."""
        end, middle, start = chain
        if middle not in self.above[end] or start not in self.above[middle]:
            return False
        between = self.above[end] - self.above[start] - set(chain)
        return all(not self.words[bone] or any(bone in like for like in fitting) for bone in between)

    def _finger(self, hand: int, finger: str) -> list[int]:
        """Up to three segments below a hand, from the knuckle, or from the thumb's root, outwards."""
        below = self._named(finger, self._below(hand))
        if finger != "thumb":
            below = [bone for bone in below if not re.search("carpal|palm", self.words[bone])]
        if not below:
            return []
        last = max(below, key=lambda bone: len(self.above[bone]))
        chain = sorted((self.above[last] | {last}) & set(below), key=lambda bone: len(self.above[bone]))
        if len(chain) > 3:
            first, second = (float(np.linalg.norm(self.rig.heads[b] - self.rig.heads[hand])) for b in chain[:2])
            chain = chain[first < _METACARPAL * second :]
        return chain[:3]

    def _trunk(self, found: dict[str, list[int]]) -> None:
        """Adds head, neck, spine and pelvis."""
        middle = [bone for bone, side in enumerate(self.sides) if not side]
        arms, legs = ([b for side in "LR" for b in found.get(f"{p}.{side}", [])] for p in ("upper_arm", "thigh"))
        for head in self._named("head", middle)[:1]:
            carriers = [bone for bone in self.rig.ancestors(head) if all(bone in self.above[b] for b in arms + legs)]
            if not carriers:
                return
            pelvis = (*self._named("pelvis", carriers), carriers[0 if legs else -1])[0]
            path = [bone for bone in self.rig.ancestors(head)[::-1] if pelvis in self.above[bone] and self.words[bone]]
            spine = [b for b in path if "neck" not in self.words[b] and all(b in self.above[arm] for arm in arms)]
            neck = [bone for bone in path if bone not in spine]
            found |= {"head": [head], "pelvis": [pelvis], "spine": spine, "neck": neck}

    def _below(self, bone: int) -> list[int]:
        return [other for other, above in enumerate(self.above) if bone in above]

    def _apart(self, bones: dict[str, tuple[int, ...]]) -> bool:
        """Whether the upper arms start at shoulders."""
        left, right, hand = (self.rig.heads[bones[name][0]] for name in ("upper_arm.L", "upper_arm.R", "hand.L"))
        return bool(np.linalg.norm(left - right) > _APART * np.linalg.norm(left - hand))


def _read(name: str) -> tuple[str, str]:
    """A name's words in one, "" for what is no segment of a body, and its side: "L", "R" or ""."""
    words, side = "", ""
    for token in _TOKEN.findall(name.rpartition(":")[2]):
        word = token.lower()
        glued = _GLUED.fullmatch(word)
        if word in _NONE_ALONE:
            return "", ""
        if word in _SIDES:
            side = _SIDES[word]
        elif glued:
            side, words = _SIDES[glued[1]], words + glued[2]
        else:
            words += word
    words = words.replace("armature", "")  # which holds an arm
    return ("", "") if _NONE.search(words) else (words, side)
