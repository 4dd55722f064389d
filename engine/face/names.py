"""ARKit's names of the 52 ways in which a face moves, in the order in which Live Link Face writes them."""

from enum import StrEnum

_EYE = ("eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide")
_JAW = ("jawForward", "jawRight", "jawLeft", "jawOpen")
_MOUTH = ("mouthClose", "mouthFunnel", "mouthPucker", "mouthRight", "mouthLeft")
_LIPS = ("mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch")
_ROLLS = ("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper")
_CORNERS = ("mouthPress", "mouthLowerDown", "mouthUpperUp")


def _both(*parts: str) -> tuple[str, ...]:
    return tuple(f"{part}{side}" for part in parts for side in ("Left", "Right"))


FACE_NAMES: tuple[str, ...] = (
    *(f"{name}Left" for name in _EYE),
    *(f"{name}Right" for name in _EYE),
    *_JAW,
    *_MOUTH,
    *_both(*_LIPS),
    *_ROLLS,
    *_both(*_CORNERS),
    *_both("browDown"),
    "browInnerUp",
    *_both("browOuterUp"),
    "cheekPuff",
    *_both("cheekSquint", "noseSneer"),
    "tongueOut",
)
"""(52,); Left and Right are the person's."""


class Region(StrEnum):
    """A part of the face whose strength a user sets by itself."""

    BROWS = "brows"
    EYES = "eyes"
    MOUTH = "mouth"


def region_of(name: str) -> Region:
    """Where a coefficient acts; jaw, cheeks, nose and tongue go with the mouth."""
    if name.startswith("brow"):
        return Region.BROWS
    return Region.EYES if name.startswith("eye") else Region.MOUTH


def mirrored_coefficient(name: str) -> str:
    """The coefficient of the other side; itself in the middle."""
    for end, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(end):
            return name.removesuffix(end) + other
    return name
