"""Tables, `.csv` and `.npy`: FreeMoCap's, and those that scripts write of MediaPipe's landmarks.

A `.csv` is wide, a frame a row with columns NAME_x, NAME_y, NAME_z (FreeMoCap's `mediapipe_body_3d_xyz.csv`,
`*_by_trajectory.csv`), or tidy, a point a row with columns frame, keypoint, x, y, z (`freemocap_data_by_frame.csv`).
A `.npy` is FreeMoCap's (F,K,3): the body's 33, then, where there are more, 21 of the right hand and 21 of the left
(`mediapipe_skeleton_3d.npy`, `mediapipe_body_3d_xyz.npy`); of a hand alone its 21, the side in the file's name.
FreeMoCap writes the hands beside the body, into files of their own; they are read with it.
"""

import csv
import io
from pathlib import Path

import numpy as np

from ..files import LARGEST_RECORDING, read_array, read_text
from ..geometry.arrays import Array
from ..keypoints import POSE_NAMES, Side
from .recording import Recording, nothing_at_origin, number_of

_TIMES = ("time", "timestamp", "timestamp_ms", "time_s", "time_ms", "t")
_LABELS = ("keypoint", "landmark", "marker", "joint", "name", "point")
#: Seconds of a clock's tick: the first with which a clip has more than two frames a second.
_TICKS = (1.0, 1e-3, 1e-6, 1e-9)
_BODY = "body_3d_xyz"


def read_csv(path: Path) -> list[Recording]:
    """The one person of a table; ValueError says what is wrong with it."""
    names, points, time = _read_csv(path)
    for hand in _hands_beside(path):
        more, own, _ = _read_csv(hand)
        names, points = (*names, *more), np.concatenate([points, own], axis=1)
    return [Recording.of(names, nothing_at_origin(points), time=time)]


def read_npy(path: Path) -> list[Recording]:
    """The one person of an array; ValueError says what is wrong with it."""
    names, points = _read_npy(path)
    for hand in _hands_beside(path):
        more, own = _read_npy(hand)
        names, points = (*names, *more), np.concatenate([points, own], axis=1)
    return [Recording.of(names, nothing_at_origin(points))]


def _hands_beside(path: Path) -> list[Path]:
    """The files of the hands that FreeMoCap wrote together with the body's."""
    hands = [path.with_name(path.name.replace(_BODY, f"{side}_hand_3d_xyz")) for side in Side if _BODY in path.name]
    return [hand for hand in hands if hand.is_file()]


def _read_csv(path: Path) -> tuple[tuple[str, ...], Array, Array | None]:
    """Names (K), points (F,K,3) and times (F,), seconds, where there are any."""
    text = read_text(path, LARGEST_RECORDING, "utf-8-sig", "replace")
    try:
        head, *rows = list(csv.reader(io.StringIO(text))) or [[]]
    except csv.Error as error:
        raise ValueError(f"it is no table ({error})") from error
    columns = {title.strip().lower(): place for place, title in enumerate(head)}
    rows = [row for row in rows if any(row)]
    if not rows:
        raise ValueError("it holds no frames")
    if any(len(row) < len(head) for row in rows):
        raise ValueError("it is cut: a row has fewer numbers than the first has columns")
    time = next((_seconds([number_of(row[columns[name]]) for row in rows]) for name in _TIMES if name in columns), None)
    label = next((columns[name] for name in _LABELS if name in columns), None)
    if label is not None and {"frame", "x", "y", "z"} <= columns.keys():
        return _tidy(rows, columns, label)
    names = [title.strip()[:-2] for title in head if title.strip().lower().endswith("_x")]
    axes = [[columns.get(f"{name.lower()}_{axis}") for axis in "xyz"] for name in names]
    whole = [(name, places) for name, places in zip(names, axes, strict=True) if None not in places]
    if not whole:
        raise ValueError("none of its columns are called NAME_x, NAME_y, NAME_z")
    points = [[[number_of(row[place or 0]) for place in places] for _, places in whole] for row in rows]
    return tuple(name for name, _ in whole), np.array(points), time


def _tidy(rows: list[list[str]], columns: dict[str, int], label: int) -> tuple[tuple[str, ...], Array, Array | None]:
    """The same of a table with a point a row; of a point told twice in a frame, the first."""
    names = tuple(dict.fromkeys(row[label] for row in rows))
    numbers = [number_of(row[columns["frame"]]) for row in rows]
    if not np.isfinite(numbers).all():
        raise ValueError("a row tells no frame")
    frames = sorted(set(map(int, numbers)))
    places = {name: place for place, name in enumerate(names)}
    at = {frame: place for place, frame in enumerate(frames)}
    points = np.full((len(frames), len(names), 3), np.nan)
    for row, number in zip(reversed(rows), reversed(numbers), strict=True):
        points[at[int(number)], places[row[label]]] = [number_of(row[columns[axis]]) for axis in "xyz"]
    return names, points, None


def _read_npy(path: Path) -> tuple[tuple[str, ...], Array]:
    """Names (K) and points (F,K,3)."""
    try:
        points = read_array(path)
    except ValueError as error:
        raise ValueError(f"it is no array of NumPy's, or it is cut ({error})") from error
    side = next((side for side in Side if side in path.stem.lower()), Side.RIGHT)
    both = (*POSE_NAMES, *Side.RIGHT.hand_names, *Side.LEFT.hand_names)
    names = {21: side.hand_names, 33: POSE_NAMES}.get(points.shape[1] if points.ndim == 3 else 0, both)
    if points.ndim != 3 or points.shape[2] != 3 or points.shape[1] < len(names) or not len(points):
        raise ValueError(f"its shape is {points.shape}, not that of FreeMoCap's frames, points and coordinates")
    return names, points[:, : len(names)].astype(np.float64)


def _seconds(ticks: list[float]) -> Array:
    """Times (F,) from 0, seconds, of a clock of any tick."""
    time = np.array(ticks) - ticks[0]
    step = float(np.median(np.diff(time))) if len(time) > 1 else 0.0
    return time * next((tick for tick in _TICKS if step * tick < 0.5), 1.0)
