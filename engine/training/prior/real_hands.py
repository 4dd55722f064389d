"""Lifting on photographs of real hands, judged as `measuring.hands_truth`, with all points and with some withheld."""

from collections.abc import Iterator
from math import radians

import numpy as np
import torch

from ...geometry.arrays import Mask
from ...geometry.camera import Camera
from ...keypoints import Side
from ...options import HAND_FOV
from ..measuring.hands_truth import AS_RIGHT, Answers, HandsTruth, judge, mediapipe_answers
from ..measuring.markdown import number, percent, table
from ..photographs import LEARNT, MEASURED, Photographs, still
from .samples import Hands
from .seen import SeenHand
from .ways import Way

#: So many points are withheld, those beyond an edge.
WITHHELD = (5, 10)


def answers(name: str, way: Way, photographs: Photographs, missing: Mask) -> Answers:
    """What a way makes of each photograph without its missing points (N,V,21); see `hands_truth.our_answers`."""
    joints = np.full((*missing.shape, 3), np.nan)
    for at in zip(*np.nonzero(photographs.found), strict=True):
        side = Side.LEFT if photographs.left[at] else Side.RIGHT
        keypoints = still(photographs, at, side)
        camera = Camera.assumed(keypoints.size, radians(HAND_FOV))
        hand = SeenHand(keypoints, camera, side, missing[at][None], np.zeros((1, 21, 3)))
        joints[at] = way(hand)[0] * AS_RIGHT[side]
    return Answers(name, joints, photographs.left, np.zeros(missing.shape))


def photographed(ways: dict[str, Way], photographs: Photographs, truth: HandsTruth) -> Iterator[str]:
    """All points: networks, solvers and MediaPipe, on the handshapes that are measured and on those to learn from."""
    none = np.zeros((*photographs.found.shape, 21), bool)
    methods = [answers(name, way, photographs, none) for name, way in ways.items()]
    rows: list[list[str]] = []
    for method in (*methods, *mediapipe_answers(truth)):
        cells: list[str] = []
        for group in (MEASURED, LEARNT):
            score = judge(method, truth, truth.groups[group])
            cells += [number(score.turned), number(score.moved), number(score.palm, 0), percent(score.reversed)]
            cells.append(number(score.slope))
        rows.append([method.name, *cells])
    measures = ("R, t", "t", "palm, degrees", "palm > 90", "slope of bends")
    yield from table(["median, cm", *(f"{what}, {group}" for group in (MEASURED, LEARNT) for what in measures)], rows)


def withheld(ways: dict[str, Way], photographs: Photographs, truth: HandsTruth) -> Iterator[str]:
    """The same with points beyond an edge withheld, on the handshapes that are measured."""
    rows: list[list[str]] = []
    for count in WITHHELD:
        missing = beyond_an_edge(photographs, count)
        for name, way in ways.items():
            score = judge(answers(name, way, photographs, missing), truth, truth.groups[MEASURED])
            rows.append([str(count), name, *map(number, (score.turned, score.moved, score.tips))])
    yield from table(["points withheld", "", "R, t, median, cm", "t", "tips R, t"], rows)


def beyond_an_edge(photographs: Photographs, count: int) -> Mask:
    """(N,V,21) the `count` points of each photograph that are beyond an edge of any direction."""
    torch.manual_seed(count)
    points = torch.as_tensor(photographs.points.reshape(-1, 21, 2)).float()
    every = Hands(points, torch.ones(len(points), 21), torch.zeros(len(points), 21, 3))
    fewer = every.without(torch.full((len(points),), count), torch.ones(len(points), dtype=torch.bool))
    return (fewer.seen == 0).numpy().reshape(*photographs.found.shape, 21)
