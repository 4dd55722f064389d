"""Reader of `.pose` files of MediaPipe's landmarks, as sign-language-processing/pose writes them (version 0.2)."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ...keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side

_PARTS = {
    "POSE_LANDMARKS": BODY,
    "LEFT_HAND_LANDMARKS": HANDS[Side.LEFT],
    "RIGHT_HAND_LANDMARKS": HANDS[Side.RIGHT],
}


def read_pose_file(path: Path) -> Keypoints:
    """Body and hands of the first person, as `detect` gives them, without depth, whose unit the files do not tell.

    ValueError where the version is another one.
    """
    file = BytesIO(path.read_bytes())
    version = _take(file, "f")[0]
    if abs(version - 0.2) > 1e-3:
        raise ValueError(f"{path} is of version {version:.1f}, not 0.2")
    width, height, _, components = _take(file, "4H")
    counts: dict[str, int] = {}
    for _ in range(components):
        name, _ = _text(file), _text(file)
        points, limbs, colours = _take(file, "3H")
        counts[name] = points
        for _ in range(points):
            _text(file)
        file.seek(2 * (2 * limbs + 3 * colours), 1)
    fps, frames, people = _take(file, "fIH")
    shape = (frames, people, sum(counts.values()))
    values = np.frombuffer(file.read(), "<f4")
    places, confidence = np.split(values, [3 * int(np.prod(shape))])
    places, sure = places.reshape(*shape, 3)[:, 0], confidence.reshape(shape)[:, 0]
    points, seen = (np.zeros((frames, len(KEYPOINT_NAMES), *more), np.float32) for more in ((2,), ()))
    starts = dict(zip(counts, np.cumsum([0, *counts.values()]).tolist(), strict=False))
    for name, part in _PARTS.items():
        own = slice(starts[name], starts[name] + counts[name])
        points[:, part], seen[:, part] = places[:, own, :2], sure[:, own]
    return Keypoints(points, seen, np.arange(frames) / fps, float(fps), (width, height))


def _take(file: BytesIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{form}", file.read(struct.calcsize(f"<{form}")))


def _text(file: BytesIO) -> str:
    return file.read(_take(file, "H")[0]).decode()
