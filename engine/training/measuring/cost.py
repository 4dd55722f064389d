"""What methods cost: time of one core a frame, side by side, and the bytes of what they have learnt."""

import multiprocessing
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...keypoints import BODY, RIGHT_HAND, Keypoints
from ..clips import DATA, ClipSet, load_clips
from .contenders import Contender, solver

#: How many clips are timed.
TIMED = 8
_SHOWN = {"body": BODY, "hand": RIGHT_HAND}


def milliseconds(contenders: Iterable[Contender], clips: ClipSet, part: str) -> dict[str, float]:
    """By name, a frame of one part alone: every clip by all in turn, so that what else the machine does hits all."""
    methods, shown = list(contenders), [_only(clips.keypoints(clip), part) for clip in range(TIMED)]
    shown = [keypoints for keypoints in shown if keypoints.seen.any()]
    for method in methods:  # so that nobody's files are read while the clock runs
        method.track(shown[0], part == "hand")
    spent = dict.fromkeys((method.name for method in methods), 0.0)
    for keypoints in shown:
        for method in methods:
            start = time.process_time()
            method.track(keypoints, part == "hand")
            spent[method.name] += time.process_time() - start
    return {name: 1000.0 * own / sum(len(keypoints.time) for keypoints in shown) for name, own in spent.items()}


def _only(keypoints: Keypoints, part: str) -> Keypoints:
    """A clip of which nothing but one part is found."""
    confidence = np.zeros_like(keypoints.confidence)
    confidence[:, _SHOWN[part]] = keypoints.confidence[:, _SHOWN[part]]
    return replace(keypoints, confidence=confidence)


def megabytes(contender: Contender, part: str) -> float:
    """What it has learnt for a part: of solvers the files of arrays that they read."""
    if part in contender.size:
        return contender.size[part] / 1e6
    # In a process of its own: what was read before is not read again.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_bytes_read, (contender.name, part)) / 1e6


def _bytes_read(name: str, part: str) -> int:
    keypoints, opened = _only(load_clips(DATA / "test.npz").keypoints(0), part), set[Path]()

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]).endswith(".npz"):
            opened.add(Path(str(arguments[0])))

    sys.addaudithook(listen)
    solver(name).track(keypoints, part == "hand")
    return sum(path.stat().st_size for path in opened)
