"""The keypoints of one person in each picture, by MediaPipe Holistic and a second look for hands."""

from __future__ import annotations

from pathlib import Path

from ..geometry.arrays import Image
from ..keypoints import BODY, HANDS, Row
from .closes import Closes
from .hand_search import HandSearch, inside, settle_sides
from .landmarkers import HOLISTIC, Landmarker, fill, fill_face

HAND_CONFIDENCE = 0.2
"""Least confidence of a hand: those between 0.2 and MediaPipe's own 0.5 are about as well placed as those
that only the second look finds (2D error 0.28 of the hand's radius, against 0.32), and cost nothing."""


FACE = {"output_face_blendshapes": True}
NO_FACE = {"min_face_detection_confidence": 1.0}
"""No face is as sure as that: then its other networks do not run."""


class Holistic(Closes):
    """Follows one person through the frames of a video, or finds one in unrelated pictures."""

    def __init__(self, models: Path, *, video: bool, second_look: bool, face: bool) -> None:
        options = FACE if face else NO_FACE
        self._landmarker = Landmarker(
            HOLISTIC, models, video=video, min_hand_landmarks_confidence=HAND_CONFIDENCE, **options
        )
        self._search = HandSearch(models, video=video) if second_look else None

    def __call__(self, image: Image, time: float) -> Row:
        """The keypoints of the person in an (H,W,3) RGB image shown at time, s.

        Confidence of a pose point is MediaPipe's visibility times presence, low where the point is
        covered or outside; MediaPipe rates hands as a whole only, so a found hand's points have 1,
        and 0 where they leave the picture.
        """
        row = Row()
        result = self._landmarker(image, time)
        if not result.pose_landmarks:
            return row
        size = (image.shape[1], image.shape[0])
        fill(row, BODY, result.pose_landmarks, result.pose_world_landmarks, image)
        row.confidence[BODY] = [(p.visibility or 0.0) * (p.presence or 0.0) for p in result.pose_landmarks]
        for side, hand in HANDS.items():
            landmarks = getattr(result, f"{side}_hand_landmarks")
            if landmarks:
                fill(row, hand, landmarks, getattr(result, f"{side}_hand_world_landmarks"), image)
                row.confidence[hand] = inside(row.points[hand], size)
        if result.face_landmarks:
            fill_face(row.face, result.face_landmarks, result.face_blendshapes, image)
        settle_sides(row)
        if self._search is not None:
            self._search(image, row)
        return row

    def close(self) -> None:
        """Free the landmarkers."""
        self._landmarker.close()
        if self._search is not None:
            self._search.close()
