"""Takes written as other programs write them: by their own libraries where there are any, else after their writers."""

import csv
import json
import warnings
from pathlib import Path

import c3d
import numpy as np
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from engine.geometry.arrays import Array
from engine.keypoints import HAND_NAMES, POSE_NAMES, Side

#: Rows are a program's x, y, z in the camera's axes (x right, y down, z away).
Y_UP = np.array([[0.0, 0.0, -1.0], [0.0, -1.0, 0.0], [-1.0, 0.0, 0.0]])  # X to the front, as in OpenSim
Z_UP = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
FPS = 50.0
WIDTH, HEIGHT = 1280, 720


def write_trc(path: Path, names: tuple[str, ...], points: Array, unit: str = "mm") -> Path:
    """OpenSim's, with an empty cell for each number of a marker that is lost."""
    scale = {"m": 1.0, "mm": 1000.0}[unit]
    rows = points @ Y_UP.T * scale
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{FPS}\t{FPS}\t{len(rows)}\t{len(names)}\t{unit}\t{FPS}\t1\t{len(rows)}",
        "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t",
        "\t\t" + "\t".join(f"{axis}{number + 1}" for number in range(len(names)) for axis in "XYZ"),
        "",
    ]
    for frame, row in enumerate(rows):
        cells = ["" if np.isnan(value) else f"{value:.5f}" for value in row.reshape(-1)]
        head.append("\t".join([str(frame + 1), f"{frame / FPS:.6f}", *cells]))
    path.write_text("\n".join(head) + "\n", encoding="utf-8")
    return path


def write_c3d(path: Path, names: tuple[str, ...], points: Array) -> Path:
    """By the package c3d: millimetres, residual -1 where a marker is lost."""
    writer = c3d.Writer(point_rate=FPS, analog_rate=FPS)
    writer.set_point_labels(list(names))
    writer.set_screen_axis("+X", "+Z")
    for row in points @ Z_UP.T * 1000.0:
        lost = np.isnan(row[:, :1])
        marks = np.concatenate([np.where(lost, 0.0, row), np.where(lost, -1.0, 0.0), 0.0 * lost], axis=1)
        writer.add_frames([(marks.astype(np.float32), np.zeros((0, 1), dtype=np.float32))])
    with path.open("wb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is nothing analogue
        writer.write(file)
    return path


def write_csv(path: Path, names: tuple[str, ...], points: Array) -> Path:
    """FreeMoCap's, as its convert_mediapipe_npy_to_csv.py does: millimetres, an empty cell where a point is lost."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([f"{name}_{axis}" for name in names for axis in "xyz"])
        for row in points @ Z_UP.T * 1000.0:
            writer.writerow(["" if np.isnan(value) else repr(float(value)) for value in row.reshape(-1)])
    return path


def write_npy(path: Path, names: tuple[str, ...], points: Array) -> Path:
    """FreeMoCap's mediapipe_skeleton_3d.npy: body, right hand, left hand, face, millimetres."""
    order = (*POSE_NAMES, *Side.RIGHT.hand_names, *Side.LEFT.hand_names)
    rows = np.full((len(points), len(order) + 478, 3), np.nan)
    for column, name in enumerate(order):
        if name in names:
            rows[:, column] = points[:, names.index(name)] @ Z_UP.T * 1000.0
    np.save(path, rows)
    return path


def write_json(path: Path, names: tuple[str, ...], points: Array) -> Path:
    """What MediaPipe's Holistic Landmarker gives: hands from a middle of their own."""

    def marks(frame: Array, wanted: tuple[str, ...], middle: Array) -> list[dict[str, float]]:
        if not set(wanted) & set(names):
            return []
        there = [names.index(name) if name in names else None for name in wanted]
        rows = [(0.0, 0.0, 0.0, 0.0) if place is None else (*(frame[place] - middle).tolist(), 1.0) for place in there]
        return [dict(zip(("x", "y", "z", "visibility"), row, strict=True)) for row in rows]

    frames = [
        {"pose_world_landmarks": marks(frame, POSE_NAMES, np.zeros(3))}
        | {f"{s}_hand_world_landmarks": marks(frame, s.hand_names, np.array([0.1, 0.2, 0.3])) for s in Side}
        for frame in points
    ]
    path.write_text(json.dumps({"fps": FPS, "frames": frames}), encoding="utf-8")
    return path


def write_pose(path: Path, names: tuple[str, ...], points: Array) -> Path:
    """By pose-format, as its holistic.py does: x and y times width and height, z as it is; hands of a picture.

    A body of the world alone: of one that a picture shows, too, the picture counts.
    """
    hands = {f"{side.upper()}_HAND_LANDMARKS": HAND_NAMES for side in Side}
    parts = {**hands, "POSE_WORLD_LANDMARKS": POSE_NAMES}
    components = [
        PoseHeaderComponent(name, [point.upper() for point in own], [], [], "XYZC") for name, own in parts.items()
    ]
    header = PoseHeader(0.2, PoseHeaderDimensions(WIDTH, HEIGHT, 0), components)
    data, sure = np.zeros((len(points), 1, header.total_points(), 3)), np.zeros((len(points), 1, header.total_points()))
    start = 0
    for component in components:
        for place, name in enumerate(component.points):
            side = component.name.partition("_")[0].lower()
            own = f"{side}_hand_{name.lower()}" if "_HAND_" in component.name else name.lower()
            if own in names:
                world = points[:, names.index(own)]
                whole = component.name == "POSE_WORLD_LANDMARKS"
                scale = [WIDTH, HEIGHT, 1.0] if whole else [300.0, 300.0, 300.0 / WIDTH]
                data[:, 0, start + place], sure[:, 0, start + place] = world * scale, 1.0
        start += len(component.points)
    with path.open("wb") as file:
        Pose(header, NumPyPoseBody(FPS, data, sure)).write(file)
    return path
