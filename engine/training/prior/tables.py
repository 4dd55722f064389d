"""How far lifted hands are from the truth: tables as Zimmermann and Brox's, and of hands that are partly hidden."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import torch

from ...geometry.arrays import Array, Mask
from ...keypoints import HANDS
from ..clips import ClipSet
from ..measuring.markdown import number, table
from ..measuring.methods import true_keypoints
from ..measuring.metrics import auc
from .canonical import REFERENCE, REFERENCE_END
from .methods import Method
from .samples import Hands
from .seen import SeenHand, behind, hands_of, outside, with_guesses
from .ways import Way, by_network, by_prior, refined_completed, refined_forgotten, refined_without

#: The thresholds, mm, between which the area under the PCK curve is reported.
AREA = (20.0, 50.0)
#: Median end-point errors of the paper's R-val, mm, as eval3d.py of its authors' code (github.com/lmb-freiburg/hand3d)
#: lists them. It calls the paper's number for *Bottleneck* wrong, and has none of the nearest neighbour.
PAPER = {"Direct": 20.9, "Bottleneck": 21.9, "Local": 39.1, "Nearest neighbour": np.nan, "Proposed": 18.8}
MISSING = (0, 3, 6, 9, 12, 15)
#: Points that a hand shows at least that is called partly hidden.
FEWEST = 4
#: Of `test`, every so many-th frame is enough for points that are missing.
EVERY = 4


def errors(way: Way, hands: Iterable[SeenHand]) -> Array:
    """(M,21) mm of all found hands from the truth, both from the wrist, brought to the true reference bone."""
    return np.concatenate([_errors(way, hand) for hand in hands])


def _errors(way: Way, hand: SeenHand) -> Array:
    size = np.linalg.norm(hand.truth[:, REFERENCE_END] - hand.truth[:, REFERENCE], axis=-1)
    gaps = way(hand) * size[:, None, None] - (hand.truth - hand.truth[:, :1])
    return 1000.0 * np.linalg.norm(gaps, axis=-1)[hand.found]


def area(errors: Array) -> float:
    """Under the PCK curve between the thresholds of AREA, as a share of the whole."""
    low, high = AREA
    return (high * auc(errors, high) - low * auc(errors, low)) / (high - low)


def lifting(clips: ClipSet, inputs: dict[str, dict[str, Way]]) -> Iterator[str]:
    """The paper's Table 2: per input the methods, on true points and on the detector's."""
    sources = [list(hands_of(clips, own)) for own in (true_keypoints, with_guesses)]
    rows: list[list[str]] = []
    orders = [_order("the paper", PAPER)]
    for shown, ways in inputs.items():
        found: dict[str, float] = {}
        for name, way in ways.items():
            exact, detected = (errors(way, hands) for hands in sources)
            found[name] = float(np.median(exact))
            rows.append([name, shown, number(PAPER[name], 1), *_summary(exact), *_summary(detected)])
        orders.append(_order(f"{shown}, true points", found))
    ours = [
        f"{what}, {points}" for points in ("true points", "detector's points") for what in ("median", "mean", "AUC")
    ]
    yield from table(["EPE, mm", "input", "paper's R-val, median", *ours], rows)
    yield from ("By the median:", "", *orders)


def _order(name: str, medians: dict[str, float]) -> str:
    known = {method: median for method, median in medians.items() if np.isfinite(median)}
    return f"- {name}: {' < '.join(sorted(known, key=lambda method: known[method]))}"


def _summary(errors: Array) -> list[str]:
    return [number(float(np.median(errors)), 1), number(float(errors.mean()), 1), number(area(errors), 3)]


def missing(clips: ClipSet, networks: dict[str, Method]) -> Iterator[str]:
    """The paper's Fig. 8: error against how many points are missing, at random and beyond an edge."""
    fewer = clips.frames(np.arange(len(clips.clip)) % EVERY == 0)
    ways = {name: by_network(network) for name, network in networks.items()} | {
        "solver `prior`": by_prior,
        "today, missing at weight 0": refined_forgotten,
        "today, missing as the prior says": refined_completed,
    }
    hands = list(hands_of(fewer, with_guesses))
    rows: list[list[str]] = []
    for beyond in (False, True):
        for count in MISSING:
            torch.manual_seed(count)
            own = [_withheld(hand, count, beyond=beyond) for hand in hands]
            cells = [number(float(np.median(errors(way, own))), 1) for way in ways.values()]
            rows.append(["beyond an edge" if beyond else "at random", str(count), *cells])
    yield from table(["median EPE, mm", "missing", *ways], rows)


def _withheld(hand: SeenHand, count: int, *, beyond: bool) -> SeenHand:
    """The hand without `count` of its points in every frame."""
    points = torch.as_tensor(hand.keypoints.points[:, HANDS[hand.side]])
    frames = len(points)
    every = Hands(points, torch.ones(frames, 21), torch.as_tensor(hand.truth))
    fewer = every.without(torch.full((frames,), count), torch.full((frames,), beyond))
    return replace(hand, missing=fewer.seen.numpy() == 0)


def hidden(sets: dict[str, ClipSet]) -> Iterator[str]:
    """Hands of which points are beyond the picture's edge, or behind the other hand, by what is done with these."""
    ways: dict[str, Way] = {
        "today": lambda hand: refined_without(replace(hand, missing=np.zeros_like(hand.missing))),
        "at weight 0": refined_without,
        "solver `prior`": by_prior,
        "completed by the prior": refined_completed,
    }
    rows: list[list[str]] = []
    for where, which in {"beyond the edge": outside, "behind the other hand": behind}.items():
        for name, clips in sets.items():
            hands = [hand for hand in hands_of(clips, ClipSet.keypoints, which) if _partly(hand).any()]
            if hands:
                frames = np.concatenate([_partly(hand)[hand.found] for hand in hands])
                gone = np.concatenate([hand.missing[hand.found] for hand in hands])[frames]
                own = (errors(way, hands)[frames] for way in ways.values())
                cells = [f"{np.median(error[gone]):.1f} / {np.median(error[~gone]):.1f}" for error in own]
                rows.append([where, name, str(len(gone)), number(float(gone.sum(1).mean()), 1), *cells])
    head = ["median EPE, mm: hidden points / the others", "set", "hands", "hidden points a hand", *ways]
    yield from table(head, rows)


def _partly(hand: SeenHand) -> Mask:
    """(F,) where the hand is found and some of its points are missing, but not all."""
    return hand.found & hand.missing.any(1) & ((~hand.missing).sum(1) >= FEWEST)
