"""The engine against MediaPipe alone on the same video, in passes that alternate; and its memory."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..detection.landmarkers import HOLISTIC, MODELS_DIR, Landmarker
from ..options import TrackOptions
from ..track import track

ROUNDS = 3
RUNS = 3
_WATCH = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Pass:
    """What reading a video through took, with the start of the models."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of all threads."""


def holistic_alone(video: Path) -> int:
    """Decode and detect without the engine; returns the number of frames."""
    import av

    container: Any = av.open(str(video))
    count = 0
    with container, Landmarker(HOLISTIC, MODELS_DIR, video=True) as landmarker:
        for frame in container.decode(video=0):
            landmarker(frame.to_ndarray(format="rgb24"), frame.time)
            count += 1
    return count


def engine(video: Path, *, second_look: bool) -> None:
    """The whole engine, from the file to the motion."""
    track(video, TrackOptions(second_look=second_look))


def alternate(video: Path) -> dict[str, list[Pass]]:
    """Passes of each kind; one after the other, so that a busy machine slows all of them."""
    kinds: dict[str, Callable[[], object]] = {
        "alone": lambda: holistic_alone(video),
        "engine": lambda: engine(video, second_look=False),
        "second look": lambda: engine(video, second_look=True),
    }
    passes: dict[str, list[Pass]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, run in kinds.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run()
            passes[name].append(Pass(time.perf_counter() - wall, time.process_time() - cpu))
    return passes


def peak_memory(out: Path, *arguments: str | Path) -> int:
    """Bytes that `engine track ARGUMENTS` needs at most in a process of its own, in the worst of several runs.

    A small process starts it: Linux counts to a new process what the one that starts it holds.
    """
    command = [sys.executable, "-m", "engine", "track", *map(str, arguments), "--out", str(out)]
    root, watch = Path(__file__).resolve().parents[2], [sys.executable, "-c", _WATCH, *command]
    runs = [subprocess.run(watch, cwd=root, stdout=subprocess.PIPE, check=True) for _ in range(RUNS)]
    return max(int(run.stdout.splitlines()[-1]) for run in runs) * 1024


def repeat_video(video: Path, times: int, target: Path) -> None:
    """The same pictures again and again, copied without encoding them anew."""
    import av

    copy: Any = av.open(str(target), "w")
    with copy:
        written: Any = None
        for k in range(times):
            source: Any = av.open(str(video))  # anew: muxing changes the packets
            with source:
                stream = source.streams.video[0]
                written = written or copy.add_stream_from_template(stream)
                later = k * round(Fraction(stream.frames) / stream.average_rate / stream.time_base)
                for packet in source.demux(stream):
                    if packet.dts is not None:
                        packet.stream, packet.pts, packet.dts = written, packet.pts + later, packet.dts + later
                        copy.mux(packet)
