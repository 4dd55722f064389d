"""Memory does not pile up: neither with the number of inputs, nor, beside the result, with their length."""

import gc
import platform
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.detection.rows import Rows
from engine.keypoints import Row, Side
from engine.lifting.assemble import assemble_angles
from engine.lifting.expected import Expected, join_expected
from engine.lifting.lift import lift_hand
from engine.skeleton import Skeleton, body_skeleton, camera_positions, hand_skeleton, load_skeleton
from tests.projections import CAMERA, keypoints_of

ROOT = Path(__file__).resolve().parents[1]
_MANY = """
import ctypes, sys
from pathlib import Path
from engine.options import TrackOptions
from engine.process import prepare_process

prepare_process()
from engine.track import track

libc = ctypes.CDLL(None)
for _ in range(8):
    track(Path(sys.argv[1]), TrackOptions(end=0.2))
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    print("resident", pages * 4096)
libc.fdopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fdopen(1, b"w"))
sys.stdout.flush()
libc.malloc_info(0, file)
libc.fflush(file)
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="the heaps of glibc")
def test_clips_in_one_process_share_one_heap_and_leave_nothing(data_dir: Path) -> None:
    command = [sys.executable, "-c", _MANY, str(data_dir / "sample.mp4")]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"<heap nr=", said) == ["<heap nr="]
    resident = [int(number) for number in re.findall(r"resident (\d+)", said)]
    assert len(resident) == 8
    assert (resident[-1] - min(resident[2:4])) / 5 < 5e6, resident


def _slope(call: Callable[[int], Callable[[], object]]) -> float:
    """Bytes for each frame that what call(frames) gives to do holds at most, its arguments not counted."""
    peaks: list[int] = []
    for frames in (64, 1024, 5120):  # the first loads what is loaded once
        run = call(frames)
        gc.collect()
        tracemalloc.start()
        try:
            run()
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    return (peaks[2] - peaks[1]) / 4096


def test_positions_take_the_room_of_their_result() -> None:
    skeleton = load_skeleton()

    def positions(frames: int) -> Callable[[], object]:
        angles = np.zeros((frames, len(skeleton.freedoms)), np.float32)
        return lambda: camera_positions(skeleton, angles, skeleton.lengths)

    assert _slope(positions) < 1.2 * 4 * 3 * len(skeleton.joints)


def test_assembled_angles_take_the_room_of_their_result() -> None:
    skeleton, body = load_skeleton(), body_skeleton()

    def assembled(frames: int) -> Callable[[], object]:
        trunk = np.zeros((frames, len(body.freedoms)))
        hands = {side: np.zeros((frames, len(hand_skeleton(side).freedoms))) for side in Side}
        return lambda: assemble_angles(skeleton.kind, trunk, hands, body.lengths)

    assert _slope(assembled) < 1.2 * 8 * len(skeleton.freedoms)


def test_errors_to_expect_take_the_room_of_their_results() -> None:
    skeleton, body = load_skeleton(), body_skeleton()

    def expected(part: Skeleton, frames: int) -> Expected:
        turns = np.zeros((frames, 2 if part is body else 1, 3, 3), np.float32)
        spreads, errors = (np.zeros((frames, len(parts)), np.float32) for parts in (part.freedoms, part.joints))
        return Expected(spreads, errors, turns)

    def joined(frames: int) -> Callable[[], object]:
        angles = np.zeros((frames, len(skeleton.freedoms)), np.float32)
        hands = {side: (hand_skeleton(side), expected(hand_skeleton(side), frames)) for side in Side}
        trunk = expected(body, frames)
        return lambda: join_expected(skeleton, angles, body, trunk, hands)

    assert _slope(joined) < 1.3 * 4 * (len(skeleton.freedoms) + len(skeleton.joints))


def test_lifting_takes_little_more_than_its_result() -> None:
    hand = hand_skeleton()

    def lifted(frames: int) -> Callable[[], object]:
        angles = np.random.default_rng(9).normal(0.0, 0.02, (frames, len(hand.freedoms)))
        keypoints = keypoints_of(hand, angles, {name: name for name in hand.joints}, np.array([0.0, 0.0, 0.6]))
        return lambda: lift_hand(keypoints, CAMERA, Side.RIGHT)

    assert _slope(lifted) < 1600  # bytes; its result and the rays through all points


def test_rows_keep_what_a_clip_needs_and_no_more() -> None:
    pictures = 2000
    tracemalloc.start()
    try:
        rows = Rows()
        for number in range(pictures):
            row = Row()
            row.points[:], row.confidence[:], row.depth[:] = number, number / pictures, -number
            row.face.points[:], row.face.scores[:] = number, number / pictures
            rows.append(row)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    points, confidence, depth = rows.arrays
    face = rows.face
    size = sum(own.nbytes for own in (points, confidence, depth, face.points, face.scores))
    assert held < 1.3 * size
    assert peak < 2.0 * size
    numbers = np.arange(pictures, dtype=np.float32)
    np.testing.assert_array_equal(points, np.broadcast_to(numbers[:, None, None], points.shape))
    np.testing.assert_array_equal(confidence, np.broadcast_to(numbers[:, None] / pictures, confidence.shape))
    np.testing.assert_array_equal(depth, np.broadcast_to(-numbers[:, None], depth.shape))
    np.testing.assert_array_equal(face.points, np.broadcast_to(numbers[:, None, None], face.points.shape))
    np.testing.assert_array_equal(face.scores, np.broadcast_to(numbers[:, None] / pictures, face.scores.shape))
