"""Trials of `python -m engine batch`: `python -m engine.packaging.batch_trials [TRIAL...] --out docs/batch_trials.md`.

Each trial puts its table between its markers in the page; without a name all do. Linux only. A short form:
`--clips 20 --compared 4 --kills 3`.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

import numpy as np

from ..training.markers import put_into
from .batch_clips import write_clips, write_long
from .batch_runs import batch, failures, results, run, run_killed, run_watched
from .benchmark import SAMPLE

EARLY, WINDOW, ROUNDS = 50, 50, 3
FRAMES, RATE = 6, 25
_ONE_CORE = ("taskset", "-c", "0")
_DISK, _LEFT = 400, 60  # kB: of the small disk, and of what is left of it at first


def many(folder: Path, total: int) -> Iterator[str]:
    """All clips by two workers: what failed, and the workers' memory early and late."""
    clips, out = folder / "clips", folder / "out"
    damaged = write_clips(SAMPLE, clips, total, FRAMES)
    done, memory = run_watched(batch(clips, "--out", out, "--workers", "2"), out)
    found, failed = results(out), failures(out)
    right = failed == damaged and len(found) == total - len(damaged) and done.status == 1
    told = f"{len(found)} done, {len(failed)} failed"
    yield f"| {total} clips, {len(damaged)} of them damaged | {told} | exactly these: {_told(right)} |"
    early = [size for number, size in memory if EARLY <= number < EARLY + WINDOW]
    late = [size for number, size in memory if total - WINDOW <= number]
    if early and late and total > EARLY + 2 * WINDOW:
        first, last = float(np.median(early)), float(np.median(late))
        sizes = f"{first / 2**20:.0f} and {last / 2**20:.0f} MiB, {last / first:.2f} x"
        when = f"from clip {EARLY} to {EARLY + WINDOW}, and with the last {WINDOW}"
        yield f"| median memory (PSS) of the larger worker {when} | {sizes} | flat |"
    yield f"| by the clock | {done.wall:.0f} s, {total / done.wall:.2f} clips/s | |"


def speed(folder: Path, total: int) -> Iterator[str]:
    """One worker against two, and against `track`, in rounds that alternate."""
    clips = _whole_clips(folder, total)

    def commands(turn: int) -> dict[str, list[str]]:
        return {
            "track": _track(clips, folder / f"track{turn}"),
            "one": batch(clips, "--out", folder / f"one{turn}", "--workers", "1"),
            "one core": [*_ONE_CORE, *batch(clips, "--out", folder / f"core{turn}", "--workers", "1")],
            "two": batch(clips, "--out", folder / f"two{turn}", "--workers", "2"),
        }

    wall, cpu = _rounds(commands)
    yield f"| two workers against one, {total} clips, by the clock | {_faster(wall, 'one', 'two')} | 1.8 x |"
    yield f"| against one that is kept on one core | {_faster(wall, 'one core', 'two')} | 1.8 x |"
    for what, times in (("by the clock", wall), ("CPU", cpu)):
        more = 100 * (_ratio(times["one"], times["track"]) - 1)
        yield f"| one worker against `track` of all in one process, {what} | {more:+.1f} % | 3 % |"


def long_video(folder: Path, seconds: int) -> Iterator[str]:
    """One long video by one process against two, in rounds that alternate."""
    video = folder / "long.mp4"
    write_long(SAMPLE, video, seconds, RATE)

    def commands(turn: int) -> dict[str, list[str]]:
        one, two = (_track(video, folder / f"{turn}{n}", "--processes", n) for n in "12")
        return {"one": one, "one core": [*_ONE_CORE, *one], "two": two}

    wall, _ = _rounds(commands)
    what = f"{seconds} s of 1280 x 720 at {RATE}/s"
    yield f"| {what}: two processes against one, by the clock | {_faster(wall, 'one', 'two')} | 1.7 x |"
    yield f"| against one that is kept on one core | {_faster(wall, 'one core', 'two')} | 1.7 x |"
    plays = float(np.median(wall["two"])) / seconds
    yield f"| time that two processes take, start included, of the time that it plays | {plays:.2f} | below 1 |"


def killed(folder: Path, total: int, kills: int) -> Iterator[str]:
    """Runs killed at random moments and resumed, until so many struck; each finished batch against the undisturbed."""
    clips = _whole_clips(folder, total)
    alone = run(batch(clips, "--out", folder / "undisturbed", "--workers", "2"))
    undisturbed = results(folder / "undisturbed")
    moments, parents, workers, finished = random.Random(0), 0, 0, 0
    same = True
    while parents + workers < kills:
        out = folder / f"killed{finished}"
        while parents + workers < kills and results(out).keys() != undisturbed.keys():
            worker = moments.random() < 0.25
            command = batch(clips, "--out", out, "--workers", "2")
            struck = run_killed(command, moments.uniform(0.5, alone.wall), worker=worker)
            parents, workers = parents + (struck == "batch"), workers + (struck == "worker")
        run(batch(clips, "--out", out, "--workers", "2"))
        finished, same = finished + 1, same and results(out) == undisturbed
    what = f"{finished} batches of {total} clips, `kill -9` of them {parents} times and of a worker {workers} times"
    yield f"| {what}, at random moments, run again each time | every `.npz` is whole at all times | yes |"
    yield f"| the same, in the end | byte for byte as undisturbed | {_told(same)} |"


def full_disk(folder: Path, total: int) -> Iterator[str]:
    """A disk that fills up, and is made larger."""
    clips, disk = _whole_clips(folder, total), folder / "disk"
    run(batch(clips, "--out", folder / "undisturbed", "--workers", "2"))
    undisturbed = results(folder / "undisturbed")
    disk.mkdir()
    options = f"size={_DISK}k"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk], check=False).returncode:
        yield "| a disk that fills up | not tried: mounting one needs root | |"
        return
    try:
        (disk / "other").write_bytes(b"\0" * ((_DISK - _LEFT) * 1000))
        done = run(batch(clips, "--out", disk, "--workers", "2"))
        before = results(disk)
        told = done.status == 1 and "No space left" in done.said and "Traceback" not in done.said
        (disk / "other").unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        run(batch(clips, "--out", disk, "--workers", "2"))
        right = len(before) < total and results(disk) == undisturbed
        yield f"| a disk that is full after {len(before)} of {total} clips | ends in a sentence | {_told(told)} |"
        yield f"| the same, run again with more room | byte for byte as undisturbed | {_told(right)} |"
    finally:
        subprocess.run(["umount", disk], check=True)


def _rounds(commands: Callable[[int], dict[str, list[str]]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds by the clock, and of the processors, of each command in every round."""
    wall: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    for turn in range(ROUNDS):
        for kind, command in commands(turn).items():
            done = run(command)
            wall[kind].append(done.wall)
            cpu[kind].append(done.cpu)
    return wall, cpu


def _track(source: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "engine", "track", str(source), "--out", str(out), *options]


def _whole_clips(folder: Path, total: int) -> Path:
    """Clips none of which is damaged."""
    clips = folder / "clips"
    write_clips(SAMPLE, clips, total, FRAMES, damaged=0)
    return clips


def table(rows: Iterator[str]) -> Iterator[str]:
    """The table of a trial, and how busy the machine was."""
    before, cores = os.getloadavg()[0], os.cpu_count()
    yield "| | measured | right, or goal |"
    yield "|---|---|---|"
    yield from rows
    yield ""
    load = f"load average {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    yield f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, {load}; clips of {FRAMES} frames."


def _ratio(these: list[float], those: list[float]) -> float:
    return float(np.median(np.array(these) / np.array(those)))


def _faster(wall: dict[str, list[float]], slow: str, fast: str) -> str:
    return f"{_ratio(wall[slow], wall[fast]):.2f} x as fast"


def _told(right: bool) -> str:
    return "yes" if right else "NO"


TRIALS: dict[str, Callable[[Path, argparse.Namespace], Iterator[str]]] = {
    "many": lambda folder, given: many(folder, given.clips),
    "speed": lambda folder, given: speed(folder, given.compared),
    "long": lambda folder, given: long_video(folder, given.seconds),
    "killed": lambda folder, given: killed(folder, given.compared, given.kills),
    "full-disk": lambda folder, given: full_disk(folder, given.compared),
}


def main() -> int:
    """Try, then write."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.batch_trials", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the page")
    parser.add_argument("--clips", type=int, default=500, help="of the trial `many`")
    parser.add_argument("--compared", type=int, default=30, help="clips of the others")
    parser.add_argument("--seconds", type=int, default=60, help="of the long video")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("trial", nargs="*", help=", ".join(TRIALS))
    given = parser.parse_args()
    for name in given.trial or TRIALS:
        with tempfile.TemporaryDirectory() as folder:
            put_into(given.out, name, list(table(TRIALS[name](Path(folder), given))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
