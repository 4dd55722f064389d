"""What the name of a bone says: a part of the body, and a side."""

import re

from ...keypoints import Side

#: Our part -> patterns of words for it, in lower case and without separators, the surest first: one that comes
#: later counts where no bone fits an earlier one.
PARTS = {
    "head": ("head",),
    "pelvis": ("pelvis", "hips", "hip"),
    "shoulder": ("clavicle|collar", "shoulder|shldr|scapula"),
    "upper_arm": ("upperarm|uparm|armup|bicep|humerus", "shldr", "arm", "shoulder"),
    "forearm": ("forearm|lowerarm|lowarm|loarm|armlow|elbow|radius|ulna",),
    "hand": ("hand|wrist|palm",),
    "thigh": ("thigh|upleg|upperleg|legup|femur", "hip", "leg"),
    # A leg by itself is a shin beside a thigh, but no upper leg is.
    "shin": ("calf|shin|knee|lowerleg|lowleg|loleg|leglow|tibia", "(?<!up)(?<!upper)leg"),
    "foot": ("foot|ankle",),
    "toe": ("toe|ball|foot",),
    "thumb": ("thumb",),
    "f_index": ("index|pointer|forefinger",),
    "f_middle": ("middle|mid",),
    "f_ring": ("ring",),
    "f_pinky": ("pinky|pinkie|little|small",),
}
#: Anywhere in a name these say that the bone is no segment of a body.
_NO_SEGMENT = re.compile("twist|roll|helper|pole|target|nub|control|ctrl|correct|socket|weapon|prop")
#: These say so as words of their own.
_NO_SEGMENT_ALONE = {"ik", "fk", "end", "tip", "ref", "aim"}
_SIDES = {"l": Side.LEFT, "left": Side.LEFT, "r": Side.RIGHT, "right": Side.RIGHT}
#: The words of a name: capitals by themselves ("IK"), words of camel case ("UpperArm") or of lower case.
_WORD = re.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: A word that begins with a side, nothing between it and a word for a part: "lhand". The groups are both.
_SIDE_AND_PART = re.compile(
    f"(left|right|[lr])((?:{'|'.join(pattern for patterns in PARTS.values() for pattern in patterns)}).*)"
)
#: How the names of a control rig's mechanism begin, whose bones are not to be turned.
MECHANISM = re.compile("(MCH|ORG)[-_]")
#: How Blender ends the name of a bone that was called like another.
COPY = re.compile(r"\.\d{3}$")


def read_name(name: str) -> tuple[str, Side | None]:
    """A name's words in one, lower case, "" for what is no segment of a body; and its side."""
    words, side = "", None
    for word in map(str.lower, _WORD.findall(name.rpartition(":")[2])):
        side_and_part = _SIDE_AND_PART.fullmatch(word)
        if word in _NO_SEGMENT_ALONE:
            return "", None
        if word in _SIDES:
            side = _SIDES[word]
        elif side_and_part:
            side, words = _SIDES[side_and_part[1]], words + side_and_part[2]
        else:
            words += word
    words = words.replace("armature", "")  # which holds an arm
    return ("", None) if _NO_SEGMENT.search(words) else (words, side)


def rank(part: str, words: str) -> int | None:
    """How sure words are of a part, 0 the surest; None where they do not name it."""
    return next((place for place, pattern in enumerate(PARTS[part]) if re.search(pattern, words)), None)
