"""Which person to follow: Holistic sees one, so several people are told apart beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..geometry.arrays import Image
from ..keypoints import POSE_NAMES
from ..options import TrackOptions
from .inset import Cuts
from .landmarkers import POSES, Landmarker, to_pixels
from .video import Video
from .view import Box, View, whole_view

MOST_PEOPLE = 6
FRAMES_PER_SAMPLE = 60
LEAST_SAMPLES, MOST_SAMPLES = 3, 5
"""A look for people costs about a tracked frame: one in 60, but three of a short clip, whose first may be black."""
REACH = 2.6
"""Half the width of a person's crop in units of the person's scale: arms stretched to both sides."""
ABOVE, BELOW = 2.4, 3.0
"""Height of the crop above and below the shoulders: raised hands; hips and hanging hands."""
PART = 0.5
"""Of a person's scale: less, on the trunk of a person, is a part of it."""
UPPER_SEEN = 0.5
"""Least confidence of nose and shoulders in a sighting; a tile's edge makes doubtful ones."""

_NOSE = POSE_NAMES.index("nose")
_SHOULDERS = [POSE_NAMES.index(name) for name in ("left_shoulder", "right_shoulder")]
_UPPER = [_NOSE, *_SHOULDERS]


@dataclass(frozen=True)
class Sighting:
    """A person in one picture."""

    neck: NDArray[np.float32]
    """(2,) middle of the shoulders, pixels."""
    scale: float
    """Shoulder width, or what goes with it in a turned person, pixels."""


def view_of_person(video: Video, models: Path, options: TrackOptions) -> View:
    """All of the picture, or of the inset, where one person is in it, else a crop that holds the chosen one.

    Raises InputError where fewer people are seen.
    """
    size = (video.info.width, video.info.height)
    whole, cuts, number = whole_view(size, mirrored=options.mirrored), Cuts(size), options.person or 0
    people = _people(video, models, options, whole, cuts)
    if number and number >= len(people):
        seen = f"{len(people)} seen; choose one of them, the largest first."
        raise InputError(f"{video.info.path} shows fewer people: {seen}")
    if not people:
        return whole
    chosen = people.pop(number)
    inset = cuts.around(_trunk(chosen, size)) if options.inset else None
    picture = inset or whole.box
    others = [other for other in people if picture.holds(_trunk(other, size))]
    return View(_crop(chosen, others, picture) if others else picture, options.mirrored, inset)


def _people(video: Video, models: Path, options: TrackOptions, whole: View, cuts: Cuts) -> list[list[Sighting]]:
    """The sightings of each person, the largest first; one person or nobody where no picture shows two.

    `cuts` gets the pictures that are looked at.
    """
    windows = _windows(whole.box) if options.person else [whole.box]
    samples: list[list[Sighting]] = []
    with Landmarker(POSES, models, video=False, num_poses=MOST_PEOPLE) as landmarker:
        for frame in video.samples(options.start, options.end, FRAMES_PER_SAMPLE, LEAST_SAMPLES, MOST_SAMPLES):
            image = whole.of(frame.image)
            cuts.add(image)
            samples.append(_sightings(landmarker, image, windows))
    if max(map(len, samples), default=0) < 2:
        alone = list(chain.from_iterable(samples))
        return [alone] if alone else []
    people: list[list[Sighting]] = []
    for sighting in chain.from_iterable(samples):
        same = [group for group in people if _same_person(group[-1], sighting)]
        if same:
            same[0].append(sighting)
        else:
            people.append([sighting])
    return sorted(people, key=lambda group: (2 * len(group) >= len(samples), _scale(group)), reverse=True)


def _sightings(landmarker: Landmarker, image: Image, windows: list[Box]) -> list[Sighting]:
    found: list[Sighting] = []
    for window in windows:
        part = window.cut(image)
        for landmarks in landmarker(part, 0.0).pose_landmarks:
            sighting = _sighting(to_pixels(landmarks, part) + window.origin)
            clear = min((landmarks[i].visibility or 0.0) * (landmarks[i].presence or 0.0) for i in _UPPER) > UPPER_SEEN
            known = any(_same_person(other, sighting) or _is_part(other, sighting) for other in found)
            if clear and not known:
                found.append(sighting)
    return found


def _sighting(points: NDArray[np.float32]) -> Sighting:
    neck = points[_SHOULDERS].mean(axis=0)
    shoulders = np.linalg.norm(points[_SHOULDERS[0]] - points[_SHOULDERS[1]])
    return Sighting(neck, float(max(shoulders, 1.4 * np.linalg.norm(points[_NOSE] - neck))))


def _same_person(a: Sighting, b: Sighting) -> bool:
    return float(np.linalg.norm(a.neck - b.neck)) < min(a.scale, b.scale)


def _is_part(person: Sighting, sighting: Sighting) -> bool:
    """Whether something much smaller lies on a person's trunk: a tile's edge makes people of hands and arms."""
    across, down = np.abs(sighting.neck[0] - person.neck[0]), sighting.neck[1] - person.neck[1]
    on_trunk = across < person.scale and -person.scale < down < BELOW * person.scale
    return bool(on_trunk and sighting.scale < PART * person.scale)


def _scale(group: list[Sighting]) -> float:
    return float(np.median([sighting.scale for sighting in group]))


def _trunk(group: list[Sighting], size: tuple[int, int]) -> Box:
    """What of the picture surely is the person, wherever seen: half a shoulder's width about the necks."""
    necks, half = np.array([sighting.neck for sighting in group]), _scale(group) / 2
    left, top = (necks.min(axis=0) - half).tolist()
    right, bottom = (necks.max(axis=0) + half).tolist()
    return Box.within(left, top, right, bottom, size) or Box(0, 0, *size)


def _windows(box: Box) -> list[Box]:
    """The whole, and nine overlapping parts of half its size, for people too small in the whole."""
    width, height = box.right - box.left, box.bottom - box.top
    size = (box.right, box.bottom)
    parts = (
        Box.within(x * width / 4, y * height / 4, (x + 2) * width / 4, (y + 2) * height / 4, size)
        for y in range(3)
        for x in range(3)
    )
    return [box, *(part for part in parts if part is not None)]


def _crop(group: list[Sighting], others: list[list[Sighting]], picture: Box) -> Box:
    """All of the picture that the person may reach in the clip, but no more than half the way to a neighbour."""
    left = min(s.neck[0] - REACH * s.scale for s in group)
    right = max(s.neck[0] + REACH * s.scale for s in group)
    top = min(s.neck[1] - ABOVE * s.scale for s in group)
    bottom = max(s.neck[1] + BELOW * s.scale for s in group)
    x, scale = float(np.median([s.neck[0] for s in group])), _scale(group)
    for other in others:
        gap = float(np.median([s.neck[0] for s in other])) - x
        border = x + gap * scale / (scale + _scale(other))
        if gap > scale / 2:
            right = min(right, border)
        elif gap < -scale / 2:
            left = max(left, border)
    left, top = max(left, picture.left), max(top, picture.top)
    return Box.within(left, top, right, bottom, (picture.right, picture.bottom)) or picture
