"""The bones of a rig of no known family: by the words in their names, checked by what hangs on what.

Names tell limbs, hands and fingers. The trunk is what lies between the pelvis and the head, and the order of a
finger's segments is the hierarchy's: numbers start at 0, at 1, or with a metacarpal.
"""

import re
from collections.abc import Iterable
from itertools import pairwise, product

import numpy as np

from ...keypoints import Side
from ..rig import Rig
from .match import FINGERS, NAMES, Match, faults, is_optional
from .words import COPY, MECHANISM, rank, read_name

#: Of the way from the wrist to a finger's second bone: before that starts a metacarpal, of a thumb a carpal bone.
_METACARPAL = 0.45
#: Word of a limb whose bones are all called so -> its parts from the body outwards.
ALIKE = {"arm": ("upper_arm", "forearm", "hand"), "leg": ("thigh", "shin", "foot", "toe")}
#: Of an arm's length: the upper arms start at least so far apart, or bones are called after the joints they end at.
_APART = 0.2


def guess(rig: Rig) -> Match | None:
    """The bones by ours; None where they do not make a person, or where the rig's mechanism moves them.

    Which bones of a control rig are to be turned is not to be guessed.
    """
    return None if any(map(MECHANISM.match, rig.names)) else _Guess(rig).match()


def guess_in_part(rig: Rig) -> dict[str, tuple[int, ...]]:
    """Our bone -> those that are called like it, a person or not, for somebody to complete."""
    return _Guess(rig).bones()


class _Guess:
    """One rig with what its names say."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.ancestors = [set(rig.ancestors(bone)) for bone in range(len(rig.names))]
        self.depth = [len(above) for above in self.ancestors]
        read = [read_name(name) for name in rig.names]
        self.words = [words for words, _ in read]
        self.sides = [side for _, side in read]

    def match(self) -> Match | None:
        """The whole person."""
        bones = self.bones()
        if faults(self.rig, bones) or not self._has_shoulders(bones):
            return None
        missing = tuple(name for name in NAMES if name not in bones and not is_optional(name))
        return Match("by name", bones, missing)

    def bones(self) -> dict[str, tuple[int, ...]]:
        """Our bone -> the rig's, as far as they are found."""
        found = dict[str, list[int]]()
        for side in Side:
            found |= {side.bone(part): bones for part, bones in self._limbs(side).items()}
        found |= self._trunk(found)
        return {name: tuple(found[name]) for name in found if found[name]}

    def _named(self, part: str, among: Iterable[int]) -> list[int]:
        """Those of some bones that are called like a part: the surest first, then no copies, then outermost."""
        ranks = {bone: place for bone in among if (place := rank(part, self.words[bone])) is not None}

        def order(bone: int) -> tuple[int, bool, int, int]:
            copy = COPY.search(self.rig.names[bone]) is not None
            return ranks[bone], copy, self.depth[bone], len(self.words[bone])

        return sorted(ranks, key=order)

    def _limbs(self, side: Side) -> dict[str, list[int]]:
        """One side's arm with its fingers, and its leg, by part."""
        of_side = [bone for bone, its in enumerate(self.sides) if its is side]
        found = dict[str, list[int]]()
        for parts in (("hand", "forearm", "upper_arm"), ("foot", "shin", "thigh")):
            candidates = [self._named(part, of_side) for part in parts]
            limb = next((limb for limb in product(*candidates) if self._is_limb(limb, candidates)), ())
            found |= {part: [bone] for part, bone in zip(parts, limb, strict=False)}
        for word, parts in ALIKE.items():
            chain = sorted((bone for bone in of_side if word in self.words[bone]), key=self.depth.__getitem__)
            if parts[0] not in found and len(chain) >= 3 and self._is_chain(chain):
                found |= {part: [bone] for part, bone in zip(parts, chain, strict=False)}
        for upper_arm in found.get("upper_arm", ()):
            found["shoulder"] = self._named("shoulder", self.ancestors[upper_arm] & set(of_side))[:1]
        for foot in found.get("foot", ()):
            found["toe"] = self._named("toe", self._below(foot))[:1]
        for hand in found.get("hand", ()):
            for finger in FINGERS:
                for segment, bone in enumerate(self._finger(hand, finger), 1):
                    found[f"{finger}.0{segment}"] = [bone]
        return found

    def _is_limb(self, limb: tuple[int, ...], candidates: list[list[int]]) -> bool:
        """Whether end, middle and start hang on each other, and between them lie none but their like and helpers."""
        end, middle, start = limb
        if middle not in self.ancestors[end] or start not in self.ancestors[middle]:
            return False
        between = self.ancestors[end] - self.ancestors[start] - set(limb)
        return all(not self.words[bone] or any(bone in alike for alike in candidates) for bone in between)

    def _is_chain(self, bones: list[int]) -> bool:
        """Whether each of some bones hangs on the one before it."""
        return all(inner in self.ancestors[outer] for inner, outer in pairwise(bones))

    def _finger(self, hand: int, finger: str) -> list[int]:
        """Up to three segments below a hand, from the knuckle, or from the thumb's root, outwards."""
        segments = self._named(finger, self._below(hand))
        if finger != "thumb":
            segments = [bone for bone in segments if not re.search("carpal|palm", self.words[bone])]
        if not segments:
            return []
        last = max(segments, key=self.depth.__getitem__)
        chain = sorted((self.ancestors[last] | {last}) & set(segments), key=self.depth.__getitem__)
        if len(chain) > 3:
            first, second = (np.linalg.norm(self.rig.heads[bone] - self.rig.heads[hand]) for bone in chain[:2])
            chain = chain[1:] if first < _METACARPAL * second else chain
        return chain[:3]

    def _trunk(self, limbs: dict[str, list[int]]) -> dict[str, list[int]]:
        """Head, neck, spine and pelvis."""
        arms = [arm for side in Side for arm in limbs.get(side.bone("upper_arm"), ())]
        legs = [leg for side in Side for leg in limbs.get(side.bone("thigh"), ())]
        middle = [bone for bone, side in enumerate(self.sides) if side is None]
        necks = sorted((bone for bone in middle if "neck" in self.words[bone]), key=self.depth.__getitem__)
        heads = self._named("head", middle) or necks[-1:]
        if not heads:
            return {}
        above_head = self.rig.ancestors(heads[0])
        carriers = [bone for bone in above_head if all(bone in self.ancestors[limb] for limb in arms + legs)]
        if not carriers:
            return {}
        pelvis = (*self._named("pelvis", carriers), carriers[0 if legs else -1])[0]
        path = [bone for bone in reversed(above_head) if pelvis in self.ancestors[bone] and self.words[bone]]
        below_arms = [bone for bone in path if all(bone in self.ancestors[arm] for arm in arms)]
        spine = [bone for bone in below_arms if "neck" not in self.words[bone]]
        neck = [bone for bone in path if bone not in spine]
        return {"head": [heads[0]], "pelvis": [pelvis], "spine": spine, "neck": neck}

    def _below(self, bone: int) -> list[int]:
        """All that a bone carries."""
        return [other for other, above in enumerate(self.ancestors) if bone in above]

    def _has_shoulders(self, bones: dict[str, tuple[int, ...]]) -> bool:
        """Whether the upper arms start at shoulders."""
        left, right, hand = (self.rig.heads[bones[name][0]] for name in ("upper_arm.L", "upper_arm.R", "hand.L"))
        return bool(np.linalg.norm(left - right) > _APART * np.linalg.norm(left - hand))
