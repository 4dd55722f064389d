"""A part of a motion has its frames and no others, whatever the motion holds."""

from dataclasses import fields, replace

import numpy as np
import pytest

from engine.cut import cut
from engine.errors import InputError
from engine.face.face import Face
from engine.skeleton import load_skeleton
from tests.blender.motions import random_motion

FRAMES = 10
CHANCE = np.random.default_rng(0)
FACE = Face(
    CHANCE.random((FRAMES, 52), dtype=np.float32),
    np.zeros((FRAMES, 2, 2), dtype=np.float32),
    np.arange(FRAMES) % 2 > 0,
    np.zeros(52, dtype=np.float32),
    np.zeros((FRAMES, 3), dtype=bool),
)
MOTION = random_motion(load_skeleton(), FRAMES, face=FACE, time=3.0 + np.cumsum(0.03 + 0.02 * CHANCE.random(FRAMES)))


def test_a_part_has_all_of_its_frames_arrays_and_its_own_times() -> None:
    part = cut(MOTION, float(MOTION.time[2]), float(MOTION.time[6]) + 0.001)
    for field in fields(MOTION):
        whole, own = getattr(MOTION, field.name), getattr(part, field.name)
        if isinstance(whole, np.ndarray):
            assert np.array_equal(own, whole[2:7] if whole.shape[:1] == (FRAMES,) else whole), field.name
    assert part.face is not None and np.array_equal(part.face.coefficients, FACE.coefficients[2:7])
    assert part.face.seen.tolist() == FACE.seen[2:7].tolist()


def test_what_a_motion_does_not_know_its_part_does_not_know() -> None:
    assert cut(replace(MOTION, face=None, spread=None, expected_error=None), 0, 9).spread is None


@pytest.mark.parametrize("span", [(0.0, 2.9), (9.0, 10.0), (MOTION.time[3] + 0.001, MOTION.time[3] + 0.002)])
def test_a_stretch_without_a_frame_is_a_sentence(span: tuple[float, float]) -> None:
    with pytest.raises(InputError, match="no frame from"):
        cut(MOTION, *span)
