"""What a `.pose` file holds of one person in a picture, as a detector would have found it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..detection.astray import drop_exchanged
from ..detection.one_hand import unify_side
from ..geometry.arrays import Index, Mask
from ..keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side
from ..options import TrackOptions
from .face_mesh import Mesh
from .heads import HEAD, SHOULDERS, add_face, put_head
from .names import PointMap, best_map
from .placed import placing_of
from .pose_format import PoseFile
from .recording import rows_between, times

FACE = "FACE_LANDMARKS"
#: A hand is seen where so many of its 21 points are.
_OF_A_HAND = 15
_HEADLESS = (
    "The file shows nothing of the head: it is taken to be upright over the shoulders and to look ahead, "
    "and arms are less exact."
)


@dataclass(frozen=True)
class Pictured:
    """One of the people of a file."""

    file: PoseFile
    places: Index
    """(F,) which of a frame's people it is; -1 where it is not there."""

    @property
    def known(self) -> Mask:
        """(F,K)."""
        return self.file.person(self.places).known[:, 0]

    @property
    def names(self) -> tuple[str, ...]:
        """(K,) as the file calls them; those of hands and those in space have their part before them."""
        names: list[str] = []
        for component, _ in self.file.parts:
            word = component.name.lower()
            side = next((side for side in Side if side in word), None) if "hand" in word else None
            before = "world_" if "world" in word else f"{side}_hand_" if side else ""
            names += (f"{before}{point}" for point in component.points)
        return tuple(names)


def seen_in_picture(person: Pictured, options: TrackOptions, maps: list[PointMap]) -> Keypoints:
    """Keypoints, and the face where there is enough of it; ValueError, InputError where they are of no use.

    Where only a hand is known, or is asked for, its keypoints alone.
    """
    file = person.file.person(person.places)
    points, sure, known = file.data[:, 0], file.confidence[:, 0], file.known[:, 0]
    time, fps, notes = times(len(known), None, file.fps, options.rate)
    rows = rows_between(time, options.start, options.end)
    points, known = points[rows], known[rows]
    if not known.any():
        raise ValueError("no point is known in any frame")
    sure = np.where(known, np.minimum(sure[rows], 1.0), 0.0)
    found = _found(person.names, maps)
    mesh = _mesh(file, points, known)
    placing = placing_of(file.size, points, known, [found.get(KEYPOINT_NAMES[own], []) for own in SHOULDERS], mesh)
    shape = (len(points), len(KEYPOINT_NAMES))
    pixels = np.zeros((*shape, 2), np.float32)
    confidence, depth = np.zeros((2, *shape), np.float32)
    for name, places in found.items():
        own = KEYPOINT_NAMES.index(name)
        confidence[:, own] = sure[:, places].min(1)
        there = confidence[:, own] > 0
        pixels[there, own] = placing.pixels(points[there][:, places].mean(1))
        depth[there, own] = placing.depths(points[there][:, places].mean(1))
    face = None if mesh is None else placing.of_face(mesh).landmarks()
    if face is not None:
        add_face(pixels, confidence, depth, face, found)
    for hand in HANDS.values():
        _complete(pixels[:, hand], confidence[:, hand], depth[:, hand])
    _without_shoulders(confidence)
    alone = options.hands_only or not confidence[:, BODY].any()
    if alone:
        confidence[:, BODY] = 0.0
        unify_side(confidence, (pixels, depth), None if options.side == "auto" else Side(options.side))
    elif not confidence[:, HEAD].any():
        notes = [*notes, _HEADLESS]
    put_head(pixels, confidence, depth)
    if not confidence.any():
        shown = ", ".join(person.names[:8])
        raise ValueError(f"of its points ({shown} ...) none are known to be both shoulders, or a hand")
    keypoints = Keypoints(
        points=pixels,
        confidence=confidence,
        time=time[rows],
        fps=fps if len(points) > 1 else 0.0,
        size=placing.size,
        depth=depth if placing.depth is not None else None,
        face=face if options.face and not alone else None,
        notes=(*notes, *placing.notes),
    )
    return keypoints if alone else drop_exchanged(keypoints)


def _found(names: tuple[str, ...], maps: list[PointMap]) -> dict[str, list[int]]:
    """Keypoint -> places of the points whose mean it is."""
    own = {name.lower(): [place] for place, name in enumerate(names) if name.lower() in KEYPOINT_NAMES}
    told = best_map(names, maps).found(names)
    return {name: places for name, places in (own | told).items() if name in KEYPOINT_NAMES}


def _mesh(file: PoseFile, points: NDArray[np.float32], known: Mask) -> Mesh | None:
    """The face of points (F,K,D), where they have depth."""
    for component, columns in file.parts:
        if component.name == FACE and component.depth and all(name.isdecimal() for name in component.points):
            return Mesh.of([int(name) for name in component.points], points[:, columns, :3], known[:, columns].all(1))
    return None


def _complete(pixels: NDArray[np.float32], confidence: NDArray[np.float32], depth: NDArray[np.float32]) -> None:
    """Put points of a hand (F,21,...) that are lost for a while where they are before and after, beside the others.

    A hand of which too little is known in a frame, or one point never, is not seen; in place.
    """
    known = confidence > 0
    seen = known.sum(1) >= _OF_A_HAND
    seen &= known[seen].any(0).all()
    confidence[~seen] = 0.0
    rows = np.flatnonzero(seen)
    for values in (pixels[..., 0], pixels[..., 1], depth):
        middle = (values * known).sum(1) / np.maximum(known.sum(1), 1)
        for point in np.flatnonzero(~known[rows].all(0)):
            there = rows[known[rows, point]]
            lost = rows[~known[rows, point]]
            values[lost, point] = middle[lost] + np.interp(lost, there, (values[:, point] - middle)[there])


def _without_shoulders(confidence: NDArray[np.float32]) -> None:
    """Forget bodies without shoulders, by which all else is told; in place."""
    confidence[(confidence[:, SHOULDERS] == 0).any(1), BODY] = 0.0
