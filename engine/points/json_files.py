"""`.json`: OpenPose with `--3d`, AlphaPose's 3D results, MediaPipe's world landmarks.

- OpenPose writes a file a frame, `take_000000000012_keypoints.json`: any one of them stands for all beside it. Arrays
  `pose_keypoints_3d`, `hand_left_keypoints_3d`, `hand_right_keypoints_3d` of x, y, z and whether it was found; bodies
  of 25 points (BODY_25), or of 18 (COCO). Source: OpenPose's doc/02_output.md.
- AlphaPose writes a list of people: `image_id`, `idx` where people are tracked, `pred_xyz_jts` of the 24 joints of
  SMPL. Source: `write_json` in its alphapose/utils/pPose_nms.py.
- MediaPipe writes no files. What is read is what its Holistic Landmarker gives, frame by frame:
  `{"fps": 30, "frames": [{"pose_world_landmarks": [{"x": 0, "y": 0, "z": 0, "visibility": 1}, ...],
  "left_hand_world_landmarks": [...], "right_hand_world_landmarks": [...]}, ...]}`, metres; hands may be left out. A
  list of frames alone will do.
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, cast

import numpy as np

from ..files import LARGEST_RECORDING, read_text
from ..geometry.arrays import Array
from ..keypoints import HAND_NAMES, POSE_NAMES, Side
from .mediapipe import DOWN, VISIBLE, joined
from .recording import Recording

_BODY = "pose_world_landmarks"
_COCO = (
    *("Nose", "Neck", "RShoulder", "RElbow", "RWrist", "LShoulder", "LElbow", "LWrist"),
    *("RHip", "RKnee", "RAnkle", "LHip", "LKnee", "LAnkle", "REye", "LEye", "REar", "LEar"),
)
_BODY_25 = (
    *_COCO[:8],
    *("MidHip", *_COCO[8:18], "LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel"),
)
#: Of a hand's 21 points, beside the side's letter: Pose2Sim's names.
_HAND = (
    *("Hand", "Thumb1", "Thumb", "Thumb3", "Thumb4", "Index", "Index2", "Index3", "Index4"),
    *("Middle1", "Middle2", "Middle3", "Middle4", "Ring1", "Ring2", "Ring3", "Ring4"),
    *("Pinky", "Pinky2", "Pinky3", "Pinky4"),
)
_SMPL = (
    *("pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle"),
    *("spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder"),
    *("right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hand", "right_hand"),
)


def read_json(path: Path) -> list[Recording]:
    """Every person of a file; ValueError says what is wrong with it."""
    try:
        stored = _load(path)
        table = cast("dict[str, Any]", stored if isinstance(stored, dict) else {"frames": stored})
        if "people" in table:
            return _openpose([_load(frame) for frame in frames_beside(path)])
        frames: list[dict[str, Any]] = table["frames"]
        if frames and "pred_xyz_jts" in frames[0]:
            return _alphapose(frames)
        if any(_BODY in frame or _hand_key(Side.LEFT) in frame for frame in frames):
            return [_mediapipe(frames, table.get("fps"))]
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"it is cut, or no JSON ({error.msg} in line {error.lineno})") from error
    except UnicodeDecodeError as error:
        raise ValueError("it is no text") from error
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("its entries are not those of a program that is known") from error
    raise ValueError("it has none of pose_keypoints_3d, pred_xyz_jts and pose_world_landmarks")


def _load(path: Path) -> Any:
    return json.loads(read_text(path, LARGEST_RECORDING, "utf-8-sig"))


def frames_beside(path: Path) -> list[Path]:
    """The files, in order, whose names differ in their last number alone: those of a take with a file a frame."""
    number = re.compile(r"(.*?)(\d+)(\D*)", re.DOTALL)
    named = number.fullmatch(path.name)
    if named is None:
        return [path]
    others = [(other, number.fullmatch(other.name)) for other in path.parent.glob(f"*{path.suffix}")]
    frames = [(int(own[2]), other) for other, own in others if own and own.group(1, 3) == named.group(1, 3)]
    return [other for _, other in sorted(frames)]


def _openpose(frames: list[dict[str, Any]]) -> list[Recording]:
    """People in the order of the files: OpenPose's 3D is of one person."""
    count = max(len(frame["people"]) for frame in frames)
    if not any(person.get("pose_keypoints_3d") for frame in frames for person in frame["people"]):
        raise ValueError("it has no pose_keypoints_3d; OpenPose writes them with --3d")
    people: list[Recording] = []
    for number in range(count):
        rows: list[dict[str, Any]] = [
            frame["people"][number] if number < len(frame["people"]) else {} for frame in frames
        ]
        body = _quadruples([row.get("pose_keypoints_3d", []) for row in rows])
        names = {len(_COCO): _COCO, len(_BODY_25): _BODY_25}.get(body.shape[1])
        if names is None:
            raise ValueError(f"its bodies have {body.shape[1]} points, not OpenPose's 25 or 18")
        for side in Side:
            hand = _quadruples([row.get(f"hand_{side}_keypoints_3d", []) for row in rows])
            if hand.shape[1] == len(_HAND):
                names = (*names, *(f"{side.letter}{name}" for name in _HAND))
                body = np.concatenate([body, hand], axis=1)
        people.append(Recording.of(names, body))
    return people


def _quadruples(rows: list[list[float]]) -> Array:
    """(F,K,3) of x, y, z, found one after the other; NaN where not found."""
    count = max(map(len, rows)) // 4
    flat = np.array([[*row[: 4 * count], *[0.0] * (4 * count - len(row))] for row in rows], dtype=np.float64)
    points = flat.reshape(len(rows), count, 4)
    return np.where(points[..., 3:] > 0, points[..., :3], np.nan)


def _alphapose(results: list[dict[str, Any]]) -> list[Recording]:
    """People by their number, or, where they are not tracked, by their place in each picture."""
    pictures = list(dict.fromkeys(result["image_id"] for result in results))
    frame = {picture: place for place, picture in enumerate(sorted(pictures, key=_number_of))}
    people: dict[Any, Array] = defaultdict(lambda: np.full((len(pictures), len(_SMPL), 3), np.nan))
    among: dict[Any, int] = defaultdict(int)
    for result in results:
        points = np.array(result["pred_xyz_jts"], dtype=np.float64).reshape(-1, 3)
        if len(points) < len(_SMPL):
            raise ValueError(f"its people have {len(points)} joints, not SMPL's {len(_SMPL)}")
        number = result.get("idx", among[result["image_id"]])
        among[result["image_id"]] += 1
        people[json.dumps(number)][frame[result["image_id"]]] = points[: len(_SMPL)]
    return [Recording.of(_SMPL, points, up=-DOWN) for points in people.values()]


def _number_of(picture: Any) -> tuple[int, str]:
    """By which pictures are in order: the last number of their names."""
    numbers = re.findall(r"\d+", str(picture))
    return int(numbers[-1]) if numbers else 0, str(picture)


def _mediapipe(frames: list[dict[str, Any]], fps: float | None) -> Recording:
    body = _landmarks([frame.get(_BODY) for frame in frames], POSE_NAMES, *"xyz", "visibility")
    body = np.where(body[..., 3:] >= VISIBLE, body[..., :3], np.nan)
    hands = {side: _landmarks([frame.get(_hand_key(side)) for frame in frames], HAND_NAMES, *"xyz") for side in Side}
    given = {side: hand for side, hand in hands.items() if np.isfinite(hand).any()}
    names, points = joined((POSE_NAMES, body) if np.isfinite(body).any() else None, given, scaled=False)
    return Recording.of(names, points, fps=fps, unit=1.0, up=-DOWN)


def _hand_key(side: Side) -> str:
    return f"{side}_hand_world_landmarks"


def _landmarks(rows: list[list[dict[str, float]] | None], names: tuple[str, ...], *keys: str) -> Array:
    """(F,K,N) what landmarks have under N keys; NaN where there are none."""
    lost = [[np.nan] * len(keys)] * len(names)
    return np.array([[[mark[key] for key in keys] for mark in row] if row else lost for row in rows], dtype=np.float64)
