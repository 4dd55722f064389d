"""The calibration that Qualisys Track Manager exports (`.qca.txt`, XML)."""

from xml.etree.ElementTree import Element

import numpy as np

from ..geometry.arrays import Array
from ..geometry.camera import Extrinsics
from .calibration import Calibrated, calibrated

#: Qualisys counts pixels in 64ths, and millimetres.
SUBPIXELS, MILLIMETRES = 64.0, 1000.0
#: Its cameras have y up and look along -z.
_FLIP: Array = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]])


def from_qualisys(root: Element) -> list[Calibrated]:
    """The video cameras of the file, named by their serial numbers."""
    return [
        _camera(camera) for camera in root.iter("camera") if camera.find("fov_video") is not None and _films(camera)
    ]


def _films(camera: Element) -> bool:
    """Markers' cameras are of another model; one that tells no model counts."""
    model = camera.get("model", "").lower()
    return not model or "video" in model or "none" in model


def _camera(camera: Element) -> Calibrated:
    view, lens, transform = (_numbers(camera, part) for part in ("fov_video", "intrinsic", "transform"))
    fu, fv, cu, cv, k1, k2, p1, p2 = (
        lens[name] / SUBPIXELS
        for name in (
            *("focalLengthU", "focalLengthV", "centerPointU", "centerPointV"),
            *("radialDistortion1", "radialDistortion2", "tangentalDistortion1", "tangentalDistortion2"),
        )
    )
    left, top = view["left"], view["top"]
    matrix = np.array([[fu, 0.0, cu - left], [0.0, fv, cv - top], [0.0, 0.0, 1.0]])
    # Columns of the file's matrix are the camera's axes in the room, written row by row.
    axes: Array = np.array([[transform[f"r{row}{column}"] for row in (1, 2, 3)] for column in (1, 2, 3)])
    rotation: Array = _FLIP @ axes.T
    stand = np.array([transform[axis] for axis in "xyz"]) / MILLIMETRES
    size = (view["right"] - left + 1.0, view["bottom"] - top + 1.0)
    name = camera.get("serial", "")
    return calibrated(name, matrix, np.array([k1, k2, p1, p2]), Extrinsics(rotation, -rotation @ stand), size)


def _numbers(camera: Element, part: str) -> dict[str, float]:
    found = camera.find(part)
    if found is None:
        raise KeyError(part)
    return {name: float(value) for name, value in found.attrib.items() if name != "active"}
