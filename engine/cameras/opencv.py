"""Calibrations in OpenCV's FileStorage, YAML or XML, with the names of its stereo sample or of EasyMocap."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Extrinsics
from .calibration import Calibrated, calibrated
from .toml import turned_by

_MATRIX = re.compile(
    r"^(\w+):\s*!!opencv-matrix\s*rows:\s*(\d+)\s*cols:\s*(\d+)\s*dt:\s*\w+\s*data:\s*\[([^\[\]]*)\]",
    re.MULTILINE,
)
_NAMES = re.compile(r"^names:[ \r]*((?:\n[ \t]*-.+)+)", re.MULTILINE)


def from_opencv_yaml(text: str) -> list[Calibrated]:
    """From what `cv::FileStorage` writes as YAML; see `_cameras`."""
    matrices = {
        name: _matrix(data.replace(",", " "), int(rows), int(cols)) for name, rows, cols, data in _MATRIX.findall(text)
    }
    listed = _NAMES.search(text)
    lines = listed.group(1).split("\n") if listed else []
    names = [line.strip().removeprefix("-").strip().strip('"') for line in lines if line.strip()]
    return _cameras(matrices, names)


def from_opencv_xml(root: Element) -> list[Calibrated]:
    """From what `cv::FileStorage` writes as XML; see `_cameras`."""
    matrices = {
        node.tag: _matrix(node.findtext("data", ""), int(node.findtext("rows", "0")), int(node.findtext("cols", "0")))
        for node in root
        if node.get("type_id") == "opencv-matrix"
    }
    return _cameras(matrices, root.findtext("names", "").replace('"', " ").split())


def _matrix(data: str, rows: int, cols: int) -> Array:
    return np.array(data.split(), dtype=np.float64).reshape(rows, cols)


def _cameras(matrices: Mapping[str, Array], names: list[str]) -> list[Calibrated]:
    """`names` with K_name, dist_name, R_name or Rot_name, T_name, from the room to the camera; or M1, D1, M2, D2, R, T.

    The latter, of OpenCV's sample stereo_calib with both its files in one, lead from the first camera to the second.
    """
    if not names and "M1" in matrices:
        still = {"R1": np.zeros(3), "T1": np.zeros(3), "R2": matrices["R"], "T2": matrices["T"]}
        matrices = {**matrices, **still}
        return [_camera(str(n), *(matrices[f"{part}{n}"] for part in "MDRT")) for n in (1, 2)]
    return [
        _camera(
            name,
            matrices[f"K_{name}"],
            matrices[f"dist_{name}"],
            matrices[f"Rot_{name}" if f"Rot_{name}" in matrices else f"R_{name}"],
            matrices[f"T_{name}"],
        )
        for name in names
    ]


def _camera(name: str, matrix: Array, bent: Array, turn: Array, way: Array) -> Calibrated:
    return calibrated(name, matrix, bent, Extrinsics(turned_by(turn), way.reshape(3)), None)
