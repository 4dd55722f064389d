"""Whether a face is the person's, and which parts of it a hand covers, or the head has turned away."""

from enum import StrEnum

import numpy as np

from ..face.landmarks import FaceLandmarks
from ..geometry.arrays import Array, Mask
from ..keypoints import HANDS, POSE_NAMES, Keypoints, Side

#: A hand's flesh about its points, as a part of the face's size: 1 cm.
FLESH = 0.2
#: A hand that is not found reaches so many times as far from the wrist as its knuckles, where the pose sees these.
FINGERS, ARM_SEEN = 2.0, 0.3
#: A part of the face is covered where more than this share of its points is.
COVERED = 0.3
#: An eye is turned away where it is seen less wide than this part of the other.
TURNED = 0.4
#: A face is the person's where its middle is not farther from the nose of the body than so many times its size: a nose
#: is 5 cm before the middle, and seen from aside beside it.
NEAR = 1.5
#: Directions in which a hand's outline is felt: it is a polygon of as many sides.
_DIRECTIONS = np.stack([np.cos(turn := np.arange(16) * np.pi / 8), np.sin(turn)])


class FacePart(StrEnum):
    """What is covered, and bridged, by itself."""

    BROWS = "brows"
    LEFT_EYE = "left eye"
    RIGHT_EYE = "right eye"
    MOUTH = "mouth"

    @property
    def points(self) -> tuple[int, ...]:
        """Of the face model's points those that it is seen by."""
        return _POINTS[self]


def part_of(coefficient: str) -> FacePart:
    """Where a coefficient is seen; jaw, cheeks, nose and tongue go with the mouth."""
    if coefficient.startswith("eye"):
        return FacePart.LEFT_EYE if coefficient.endswith("Left") else FacePart.RIGHT_EYE
    return FacePart.BROWS if coefficient.startswith("brow") else FacePart.MOUTH


_POINTS = {
    FacePart.BROWS: (276, 283, 282, 295, 285, 300, 293, 334, 296, 336, 46, 53, 52, 65, 55, 70, 63, 105, 66, 107),
    FacePart.LEFT_EYE: (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
    FacePart.RIGHT_EYE: (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    FacePart.MOUTH: (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 185, 40, 39, 37, 0, 267, 269, 270, 409),
}
_CORNERS = {FacePart.LEFT_EYE: (263, 362), FacePart.RIGHT_EYE: (33, 133)}


def face_of_person(face: FaceLandmarks, keypoints: Keypoints) -> Mask:
    """(F,) whether a face is seen, and where the person's nose is."""
    nose = keypoints.points[:, POSE_NAMES.index("nose")]
    near = np.linalg.norm(face.middle - nose, axis=1) < NEAR * face.size
    return face.seen & keypoints.seen[:, 0] & near


def hidden_parts(face: FaceLandmarks, keypoints: Keypoints) -> dict[FacePart, Mask]:
    """(F,) of every part of a face whether something hides it; where there is no face that means nothing."""
    flesh = FLESH * face.size
    hands = [_outline(keypoints, side) for side in Side]
    hidden: dict[FacePart, Mask] = {}
    for part in FacePart:
        along = face.at(part.points) @ _DIRECTIONS
        lost = ((face.at(part.points) < 0) | (face.at(part.points) > keypoints.size)).any(-1)
        for hand in hands:
            lost |= (along < (hand + flesh[:, None])[:, None]).all(-1)
        hidden[part] = lost.mean(1) > COVERED
    widths = {eye: np.linalg.norm(np.diff(face.at(ends), axis=1)[:, 0], axis=-1) for eye, ends in _CORNERS.items()}
    for eye, other in (list(widths), list(widths)[::-1]):
        hidden[eye] |= widths[eye] < TURNED * widths[other]
    return hidden


def _outline(keypoints: Keypoints, side: Side) -> Array:
    """(F,16) how far a hand reaches in all directions, pixels; nowhere (-inf) where it is not seen.

    Before a face hands are lost most: then four points of the pose tell where it is, and that its fingers go on.
    """
    hand = keypoints.points[:, HANDS[side]] @ _DIRECTIONS
    arm = [POSE_NAMES.index(f"{side}_{name}") for name in ("wrist", "pinky", "index", "thumb")]
    points = keypoints.points[:, arm]
    wrist, knuckles = points[:, :1], points[:, 1:]
    rough = np.concatenate([points, wrist + FINGERS * (knuckles - wrist)], axis=1) @ _DIRECTIONS
    known = keypoints.seen[:, side.column, None]
    guessed = (keypoints.confidence[:, arm] > ARM_SEEN).all(1)[:, None]
    return np.where(known, hand.max(1), np.where(guessed, rough.max(1), -np.inf))
