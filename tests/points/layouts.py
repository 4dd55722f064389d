"""The sample's keypoints as `.pose` files of every layout that pose-format knows, and the joints behind them."""

import re
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions
from pose_format.utils.alphapose import get_alphapose_components
from pose_format.utils.alphapose_133 import get_alphapose_133_components
from pose_format.utils.cocowholebody133_header import cocowholebody_components
from pose_format.utils.openpose import OpenPose_Components
from pose_format.utils.openpose_135 import OpenPose_Components as BODY_135

from engine.geometry.arrays import Array
from engine.keypoints import HAND_NAMES, KEYPOINT_NAMES, POSE_NAMES, Side
from engine.motion import Motion

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample.npz"
_HALF = slice(40, 100)


@dataclass(frozen=True)
class Truth:
    """What the sample's signer does, in some of its frames."""

    pixels: Array
    """(F,75,2); NaN of keypoints that are no joints of hers."""
    names: tuple[str, ...]
    joints: Array
    """(F,J,3) metres, camera frame."""
    fps: float
    size: tuple[int, int]


def _truth() -> Truth:
    stored = np.load(SAMPLE, allow_pickle=False)
    names = tuple(stored["joints"].tolist())
    pixels = np.full((len(stored["time"]), len(KEYPOINT_NAMES), 2), np.nan)
    for column, name in enumerate(KEYPOINT_NAMES):
        if name in names:
            pixels[:, column] = stored["keypoints"][:, names.index(name)]
    width, height = stored["size"].tolist()
    return Truth(pixels[_HALF], names, stored["positions_camera"][_HALF], float(stored["fps"]), (width, height))


TRUTH = _truth()


def _mediapipe(form: str, *, reduced: bool = False) -> list[PoseHeaderComponent]:
    body = [name for name in POSE_NAMES if not reduced or name.split("_")[-1] in ("shoulder", "elbow", "wrist", "hip")]
    parts = {"POSE_LANDMARKS": body, **{f"{side.upper()}_HAND_LANDMARKS": HAND_NAMES for side in Side}}
    return [PoseHeaderComponent(name, [own.upper() for own in points], [], [], form) for name, points in parts.items()]


LAYOUTS: dict[str, list[PoseHeaderComponent]] = {
    "MediaPipe": _mediapipe("XYC"),
    "MediaPipe, reduced": _mediapipe("XYC", reduced=True),
    "OpenPose": OpenPose_Components,
    "OpenPose, BODY_135": BODY_135,
    "COCO WholeBody": cocowholebody_components(),
    "AlphaPose, 133": get_alphapose_133_components(),
    "AlphaPose, 136": get_alphapose_components(),
}

#: Which of the 68 points of a face (iBUG 300-W) a pose of MediaPipe's has, too.
_IBUG = {36: "right_eye_outer", 39: "right_eye_inner", 42: "left_eye_inner", 45: "left_eye_outer"}
_IBUG |= {48: "mouth_right", 54: "mouth_left"}


def keypoint_of(component: PoseHeaderComponent, place: int) -> str | None:
    """Which keypoint of ours a layout's point is, by its place in hands and faces, by its name in bodies."""
    words, point = component.name.lower(), component.points[place]
    if component.name == "BODY_135" and place >= 25:
        side, number = (Side.LEFT, place - 25) if place < 45 else (Side.RIGHT, place - 45)
        return side.hand_names[number + 1] if number < 20 else _IBUG.get(place - 65)
    if "hand" in words:
        return (Side.LEFT if "left" in words else Side.RIGHT).hand_names[place]
    if "face" in words:
        return _IBUG.get(place)
    sided = re.fullmatch(r"([LR])([A-Z]\w+)", point)
    spelled = sided is not None and point != point.upper()
    name = f"{'left' if sided[1] == 'L' else 'right'}_{sided[2].lower()}" if sided and spelled else point.lower()
    return name if name in KEYPOINT_NAMES else None


def write_layout(path: Path, layout: str, without: Container[str] = ()) -> tuple[Path, set[str]]:
    """The sample in a layout, and which keypoints are in it; what else the layout has, or is `without`, is not seen."""
    components = LAYOUTS[layout]
    header = PoseHeader(0.2, PoseHeaderDimensions(*TRUTH.size), components)
    shape = (len(TRUTH.pixels), 1, header.total_points())
    data, sure, there, at = np.zeros((*shape, 2)), np.zeros(shape), set[str](), 0
    for component in components:
        for place in range(len(component.points)):
            name = keypoint_of(component, place)
            column = TRUTH.pixels[:, KEYPOINT_NAMES.index(name)] if name else np.full((shape[0], 2), np.nan)
            if name and name not in without and np.isfinite(column).all():
                data[:, 0, at + place], sure[:, 0, at + place] = column, 0.9
                there.add(name)
        at += len(component.points)
    if layout == "OpenPose, BODY_135":
        there |= {f"{side}_hand_wrist" for side in Side}
    with path.open("wb") as file:
        Pose(header, NumPyPoseBody(TRUTH.fps, data, sure)).write(file)
    return path, there


def joints_apart(motion: Motion) -> tuple[float, float]:
    """Metres in the mean from the true joints: wrists, from the chest, and fingers, from the wrist."""

    def apart(names: list[str], start: list[str]) -> float:
        mine = motion.positions[:, [motion.joints.index(name) for name in names]]
        mine = mine - motion.positions[:, [motion.joints.index(name) for name in start]].mean(1, keepdims=True)
        true = TRUTH.joints[:, [TRUTH.names.index(name) for name in names]]
        true = true - TRUTH.joints[:, [TRUTH.names.index(name) for name in start]].mean(1, keepdims=True)
        return float(np.linalg.norm(mine - true, axis=-1).mean())

    wrists = apart([f"{side}_wrist" for side in Side], [f"{side}_shoulder" for side in Side])
    fingers = [apart(list(side.hand_names[1:]), [side.hand_names[0]]) for side in Side]
    return wrists, float(np.mean(fingers))
