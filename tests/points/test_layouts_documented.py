"""The table of layouts in docs/points.md says what the engine makes of files that have every point of theirs."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions

from engine.keypoints import BODY, HANDS, KEYPOINT_NAMES, Keypoints, Side
from engine.options import TrackOptions
from engine.points import read_points
from engine.points.pose_format import load_pose
from engine.training.markers import put
from engine.training.measuring.markdown import table
from tests.points.layouts import LAYOUTS
from tests.points.pose_bytes import component, header

PAGE = Path(__file__).resolve().parents[2] / "docs" / "points.md"
_FACE = PoseHeaderComponent("FACE_LANDMARKS", [str(number) for number in range(478)], [], [], "XYZC")
_HEAD = KEYPOINT_NAMES.index("left_shoulder")
#: With MediaPipe's face, too, which tells what the face does, and of the head what the body leaves out.
_WITH_FACE = {
    f"{name}, with its face": [LAYOUTS[name][0], _FACE, *LAYOUTS[name][1:]]
    for name in ("MediaPipe", "MediaPipe, reduced")
}


def read(components: list[PoseHeaderComponent], path: Path) -> Keypoints:
    """What becomes of points that are all there."""
    header = PoseHeader(0.2, PoseHeaderDimensions(1000, 1000), components)
    deep = max(len(component.format) for component in components) - 1
    places = np.random.default_rng(0).uniform(100.0, 900.0, (2, 1, header.total_points(), deep))
    with path.open("wb") as file:
        Pose(header, NumPyPoseBody(25.0, places, np.ones(places.shape[:3]))).write(file)
    keypoints = read_points(path, TrackOptions())
    assert isinstance(keypoints, Keypoints)
    return keypoints


def rows(folder: Path) -> Iterator[list[str]]:
    for name, components in {**_WITH_FACE, **LAYOUTS}.items():
        keypoints = read(components, folder / "take.pose")
        found = keypoints.confidence[0] == 1.0  # what is put is less sure
        head, body = found[:_HEAD], found[_HEAD : BODY.stop]
        hand = found[HANDS[Side.LEFT]]
        assert hand.sum() == found[HANDS[Side.RIGHT]].sum()
        parts = ", ".join(f"`{component.name}`" for component in components)
        yield [name, parts, *(f"{own.sum()}" for own in (body, head, hand)), "yes" if keypoints.face else "no"]


def test_the_table_of_layouts_is_what_is_read_of_them(tmp_path: Path) -> None:
    head = ("layout", "components", "body, of 22", "head, of 11", "a hand, of 21", "what the face does")
    text = PAGE.read_text(encoding="utf-8")
    assert put(text, "layouts", table(head, rows(tmp_path))) == text


@pytest.mark.parametrize("version", [0.0, 0.1, 0.2])
def test_every_version_is_read_as_pose_format_reads_it(version: float, tmp_path: Path) -> None:
    values = np.random.default_rng(0).uniform(1.0, 9.0, (3, 2, 5, 3)).astype("<f4")
    count, people = (len(values), values.shape[1])
    head = header(version, component(b"A", [b"1", b"2"]), component(b"B", [b"3", b"4", b"5"]))
    if version == 0.0:
        numbered = [[struct.pack("<h", number) + own.tobytes() for number, own in enumerate(frame)] for frame in values]
        frames = [struct.pack("<H", people) + b"".join(frame) for frame in numbered]
        rest = struct.pack("<2H", 25, count) + b"".join(frames)
    else:
        counts = struct.pack("<3H", 25, count, people) if version == 0.1 else struct.pack("<fIH", 25.0, count, people)
        rest = counts + values[..., :2].tobytes() + values[..., 2].tobytes()
    path = tmp_path / "take.pose"
    path.write_bytes(head + rest)
    ours, theirs = load_pose(path), Pose.read(path.read_bytes())
    np.testing.assert_array_equal(ours.data, values[..., :2])
    np.testing.assert_array_equal(ours.confidence, values[..., 2])
    told = np.asarray(theirs.body.confidence)  # of 0.0 it reads one person alone
    np.testing.assert_array_equal(ours.confidence[:, : told.shape[1]], told)
    np.testing.assert_array_equal(ours.data[:, : told.shape[1]], np.asarray(theirs.body.data.data))
    assert ours.fps == theirs.body.fps == 25.0
