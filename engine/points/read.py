"""A file of another system's points becomes a person's joints, or what a detector would have found."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ..errors import InputError, PointsError, told
from ..geometry.arrays import Array, Mask
from ..keypoints import Keypoints, Side
from ..options import TrackOptions
from ..skeleton import Kind, load_skeleton
from .c3d import read_c3d
from .frame_of_reference import metres, turn_to_camera
from .json_files import read_json
from .names import JOINTS, PointMap, best_map, load_point_maps, mapped, read_point_map
from .pictured import Pictured, seen_in_picture
from .points import Points3D
from .pose_files import read_pose
from .recording import Recording, rows_between, times
from .tables import read_csv, read_npy
from .trc import read_trc

#: Ending of a file -> its reader, which gives every person and raises ValueError where the file is wrong.
FORMATS: dict[str, Callable[[Path], Sequence[Recording] | Sequence[Pictured]]] = {
    ".trc": read_trc,
    ".c3d": read_c3d,
    ".csv": read_csv,
    ".npy": read_npy,
    ".pose": read_pose,
    ".json": read_json,
}
#: A hand without a body is told by its wrist and this many of its other joints.
_OF_A_HAND = 5
_TOLD = 8  # names that a sentence has room for
#: Joints in the middle of two, whose place they have exactly; a hand's wrist is the arm's.
_MIDDLES = {"mid_hips": "{side}_hip", "neck": "{side}_shoulder", "head": "{side}_ear"}


def is_points(path: Path) -> bool:
    """Whether a file's ending is one of 3D points."""
    return path.suffix.lower() in FORMATS


def read_points(path: Path, options: TrackOptions) -> Points3D | Keypoints:
    """The person, or hand, of a file, in space or in a picture; PointsError or InputError says what is wrong."""
    try:
        person = _chosen(FORMATS[path.suffix.lower()](path), options.person)
        maps = load_point_maps() if options.points_map is None else [read_point_map(options.points_map)]
        if isinstance(person, Pictured):
            return seen_in_picture(person, options, maps)
        return _understood(person, options, maps)
    except OSError as error:
        raise PointsError(f"Cannot read {path}: {error.strerror}.") from error
    except ValueError as error:
        raise PointsError(f"{path} cannot be used: {told(error)}.") from error


def _chosen(people: Sequence[Recording] | Sequence[Pictured], person: int | None) -> Recording | Pictured:
    """That of the number, those of whom the most is known first."""
    ranked = sorted(people, key=lambda own: int(own.known.sum()), reverse=True)
    if (person or 0) >= len(ranked):
        raise InputError(f"Person {(person or 0) + 1} is asked for, and the file has {len(ranked)}.")
    return ranked[person or 0]


def _understood(recording: Recording, options: TrackOptions, maps: list[PointMap]) -> Points3D:
    if not recording.known.any():
        raise ValueError("no point is known in any frame")
    every, there = mapped(best_map(recording.names, maps).found(recording.names), recording.points, recording.known)
    every, there = _completed(every, there)
    kind = _kind(there, recording.names, options)
    skeleton = load_skeleton(kind)
    columns = [JOINTS.index(joint) for joint in skeleton.joints]
    time, fps, notes = times(len(recording.points), recording.time, recording.fps, options.rate)
    rows = rows_between(time, options.start, options.end)
    joints, known = every[rows][:, columns], there[rows][:, columns]
    if not kind.has_body:
        known &= known[:, :1]  # from the wrist all others are told
    scale, more = metres(skeleton, joints, known, recording.unit, options.height)
    turn, turned = turn_to_camera(skeleton, joints, known, recording.up)
    joints = np.where(known[..., None], scale * joints @ turn.T, 0.0)
    return Points3D(kind, joints, known, time[rows], fps if rows.sum() > 1 else 0.0, (*notes, *more, *turned))


def _completed(joints: Array, known: Mask) -> tuple[Array, Mask]:
    """Middles of two joints that are known, and wrists that are the arm's and the hand's."""
    joints, known = joints.copy(), known.copy()
    for middle, outer in _MIDDLES.items():
        pair = [JOINTS.index(side.fill(outer)) for side in Side]
        both, own = known[:, pair].all(1), JOINTS.index(middle)
        joints[both, own] = joints[both][:, pair].mean(1)
        known[:, own] |= both
    for side in Side:
        pair = [JOINTS.index(f"{side}_wrist"), JOINTS.index(f"{side}_hand_wrist")]
        for own, other in (pair, pair[::-1]):
            lacking = known[:, other] & ~known[:, own]
            joints[lacking, own] = joints[lacking, other]
            known[:, own] |= lacking
    return joints, known


def _kind(known: Mask, names: tuple[str, ...], options: TrackOptions) -> Kind:
    """What the known joints (F,J) are of; ValueError where they are of nothing that can be animated."""
    ever = dict(zip(JOINTS, known.any(0).tolist(), strict=True))
    if all(ever[f"{side}_shoulder"] for side in Side) and not options.hands_only:
        legs = any(ever[f"{side}_{joint}"] for side in Side for joint in ("knee", "ankle"))
        return Kind.FULL_BODY if legs else Kind.UPPER_BODY
    told = {side: int(known[:, [JOINTS.index(name) for name in side.hand_names]].sum()) for side in Side}
    sides = [side for side in Side if options.side in ("auto", side) and _is_hand(side, ever)]
    if sides:
        return Kind.LEFT_HAND if max(sides, key=lambda side: told[side]) is Side.LEFT else Kind.RIGHT_HAND
    shown = ", ".join(names[:_TOLD]) + (" ..." if len(names) > _TOLD else "")
    needed = f"a wrist and {_OF_A_HAND} of its hand's joints" if options.hands_only else "both shoulders, or a hand"
    raise ValueError(f"of its points ({shown}) none are known to be {needed}; a points map can name them")


def _is_hand(side: Side, ever: dict[str, bool]) -> bool:
    wrist, *others = side.hand_names
    return ever[wrist] and sum(ever[name] for name in others) >= _OF_A_HAND
