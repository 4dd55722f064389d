"""The engine's speed and memory as ratios measured side by side, as one Markdown table.

`python -m engine.packaging.benchmark [VIDEO]`, on a Python that has the bpy module.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

import numpy as np

from ..detection.detect import detect
from ..detection.video import open_video
from ..motion import Motion, save_motion
from ..options import TrackOptions
from ..process import prepare_process
from .passes import RUNS, Pass, alternate, peak_memory, repeat_video
from .stages import stage_times, stretched

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample.mp4"
FRAMES = 1000
LONGER = 10
INPUTS, SECONDS = 12, "0.5"


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    measured: str
    goal: str = ""


def engine_lines(passes: dict[str, list[Pass]], frames: int) -> Iterator[Line]:
    """Whole passes over the video against decoding and Holistic alone."""
    alone = passes["alone"]
    milliseconds = 1000 * float(np.median([x.wall for x in alone])) / frames
    yield Line("Decode + Holistic alone", f"{milliseconds:.0f} ms per frame")
    for kind, what, goal in (
        ("engine", "Engine, without the second look, against that", "1.10"),
        ("second look", "Engine, with the second look, against that", ""),
    ):
        wall = np.median([x.wall / y.wall for x, y in zip(passes[kind], alone, strict=True)])
        cpu = np.median([x.cpu / y.cpu for x, y in zip(passes[kind], alone, strict=True)])
        yield Line(what, f"{wall:.2f} x by the clock, {cpu:.2f} x CPU", goal)


def stage_lines(times: dict[str, float]) -> Iterator[Line]:
    """What the engine does after detection."""
    for name, what, goal in (
        ("lift + fk", "Lift + forward kinematics", "0.2 ms"),
        ("rest", "Refine on the picture, wrists, place in space", ""),
        ("smooth", "Smooth", ""),
    ):
        yield Line(f"{what}, {FRAMES} frames at once", f"{times[name]:.3f} ms per frame", goal)


def memory_lines(video: Path, folder: Path) -> Iterator[Line]:
    """Peak memory of a longer video, and of many inputs in one call, against one of the video; worst of several."""
    longer = folder / f"longer{video.suffix}"
    repeat_video(video, LONGER, longer)
    copies = [Path(shutil.copy(video, folder / f"{number}{video.suffix}")) for number in range(INPUTS)]
    cut = ("--end", SECONDS)
    for what, one, more in (
        (f"a {LONGER} x longer video against the short one", [video], [longer]),
        (f"{INPUTS} clips of {SECONDS} s in one call against one", [video, *cut], [*copies, *cut]),
    ):
        low, high = peak_memory(folder, *one), peak_memory(folder, *more)
        numbers = f"{high / low:.2f} x ({low / 2**20:.0f} and {high / 2**20:.0f} MiB)"
        yield Line(f"Peak memory, {what}, each the worst of {RUNS} runs", numbers, "1.2 x")


def blender_lines(motion: Motion, folder: Path) -> Iterator[Line]:
    """Speeds inside Blender, each in its own process."""
    path = folder / "motion.npz"
    save_motion(motion, path)
    rates = _json_of("addon.demo.key_rate", str(path))
    yield Line(
        f"Keys, {rates['frames']} frames x {rates['channels']} channels, against `keyframe_insert`",
        f"{rates['written'] / rates['inserted']:.0f} x ({rates['written'] / 1e6:.1f} million per second)",
        "50 x",
    )
    registration = _json_of("addon.demo.registration")
    heavy = ", ".join(registration["heavy"]) or "nothing heavy"
    yield Line("Registration of the add-on", f"{1000 * registration['seconds']:.0f} ms, imports {heavy}", "50 ms")


def _json_of(module: str, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def lines(video: Path) -> Iterator[Line]:
    """All measurements, in the table's order."""
    with open_video(video) as source:
        keypoints = detect(source, TrackOptions())
    yield from engine_lines(alternate(video), len(keypoints.time))
    motion, times = stage_times(stretched(keypoints, FRAMES))
    yield from stage_lines(times)
    with tempfile.TemporaryDirectory() as folder:
        yield from memory_lines(video, Path(folder))
        yield from blender_lines(motion, Path(folder))


def table(video: Path) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    yield "| | measured | goal |"
    yield "|---|---|---|"
    for line in lines(video):
        yield f"| {line.what} | {line.measured} | {line.goal} |"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.benchmark", description=__doc__)
    parser.add_argument("video", nargs="?", type=Path, default=SAMPLE, help="default: the sample")
    video = parser.parse_args().video.absolute()
    prepare_process()
    for line in table(video):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
