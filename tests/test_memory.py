"""Memory does not pile up: neither with the number of inputs, nor, beside the result, with their length."""

import gc
import platform
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from engine.detection.rows import Rows
from engine.keypoints import Keypoints, Row
from engine.motion import Motion, load_motion
from engine.options import TrackOptions
from engine.track import motion_from_keypoints

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


def _clip(motion: Motion, frames: int) -> Keypoints:
    """The motion's keypoints over and over."""
    rows = np.arange(frames) % len(motion.time)
    depth = np.zeros((frames, motion.keypoints.shape[1]), np.float32)
    return Keypoints(
        motion.keypoints[rows], motion.confidence[rows], np.arange(frames) / 30.0, 30.0, motion.size, depth
    )


def _peak(keypoints: Keypoints) -> int:
    """Bytes that the stages after detection hold at most."""
    gc.collect()
    tracemalloc.start()
    try:
        motion_from_keypoints(keypoints, TrackOptions())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_the_stages_after_detection_hold_little_more_per_frame_than_their_result(data_dir: Path) -> None:
    motion = load_motion(data_dir / "sample.npz")
    few, many = _clip(motion, 1024), _clip(motion, 3072)
    _peak(_clip(motion, 8))  # what is loaded once
    slope = (_peak(many) - _peak(few)) / 2048
    assert slope < BOUND, slope


def test_rows_keep_what_a_clip_needs_and_no_more() -> None:
    pictures = 2000
    tracemalloc.start()
    try:
        rows = Rows()
        for number in range(pictures):
            row = Row()
            row.points[:], row.confidence[:], row.depth[:] = number, number / pictures, -number
            rows.append(row)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    points, confidence, depth = rows.arrays
    size = points.nbytes + confidence.nbytes + depth.nbytes
    assert held < 1.3 * size
    assert peak < 2.0 * size
    numbers = np.arange(pictures, dtype=np.float32)
    np.testing.assert_array_equal(points, np.broadcast_to(numbers[:, None, None], points.shape))
    np.testing.assert_array_equal(confidence, np.broadcast_to(numbers[:, None] / pictures, confidence.shape))
    np.testing.assert_array_equal(depth, np.broadcast_to(-numbers[:, None], depth.shape))
