"""The calibration file that Pose2Sim and anipose write, and that is ours too."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..files import written_whole
from ..geometry.arrays import Array
from ..geometry.camera import Extrinsics
from ..geometry.rotations import rotation_by, rotation_vector
from .calibration import Calibrated, calibrated


def from_toml(tables: Mapping[str, Any]) -> list[Calibrated]:
    """A table for each camera: name, size, matrix, distortions, rotation (Rodrigues' vector), translation in metres."""
    found: list[Calibrated] = []
    cameras: dict[str, dict[str, Any]] = {key: value for key, value in tables.items() if _is_camera(value)}
    for key, table in cameras.items():
        name = str(table.get("name", key))
        if table.get("fisheye", False):
            raise ValueError(f"camera {name} has a fisheye lens, which is not supported")
        matrix, bent, turn, way = (
            np.array(table[part], dtype=np.float64) for part in ("matrix", "distortions", "rotation", "translation")
        )
        size = table.get("size")
        own = None if size is None else (float(size[0]), float(size[1]))
        found.append(calibrated(name, matrix, bent, Extrinsics(turned_by(turn), way.reshape(3)), own))
    return found


def _is_camera(value: Any) -> bool:
    """Other tables, such as [metadata], are none."""
    return isinstance(value, dict) and "matrix" in value


def turned_by(rotation: Array) -> Array:
    """(3,3) of a matrix, or of Rodrigues' vector of three: the axis, as long as the angle in radians."""
    if rotation.size == 9:
        return rotation.reshape(3, 3)
    return rotation_by(rotation.reshape(3))


def save_calibration(cameras: Sequence[Calibrated], path: Path) -> None:
    """Write cameras as TOML, whole or not at all. Raises OutputError where that is impossible."""
    with written_whole(path) as draft:
        draft.write_text("\n".join(_table(number, own) for number, own in enumerate(cameras)), encoding="utf-8")


def _table(number: int, own: Calibrated) -> str:
    fx, fy, cx, cy = own.camera.numbers.tolist()
    values = {
        "name": f'"{own.name}"',
        "size": [float(x) for x in own.size] if own.size else None,
        "matrix": [[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]],
        "distortions": own.coefficients.tolist(),
        "rotation": rotation_vector(own.extrinsics.rotation).tolist(),
        "translation": own.extrinsics.translation.tolist(),
        "fisheye": "false",
    }
    lines = [f"{key} = {value}" for key, value in values.items() if value is not None]
    return "\n".join([f"[camera_{number}]", *lines, ""])
