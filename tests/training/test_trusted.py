"""How much of what is told of a face is kept."""

import numpy as np
import pytest

pytest.importorskip("torch", reason="learning needs torch")

from engine.face.names import FACE_NAMES
from engine.training.faces.learn import trusted

SMILE, LID = FACE_NAMES.index("mouthSmileLeft"), FACE_NAMES.index("eyeBlinkLeft")


def hedged(share: float) -> tuple[np.ndarray, np.ndarray]:
    """Told and true (1000,52): a face that rests most of the time, told with a haze over all, and `share` as much."""
    chance = np.random.default_rng(1)
    truth = np.where(chance.random((1000, len(FACE_NAMES))) < 0.1, chance.uniform(0.3, 0.8, (1000, 52)), 0)
    return share * truth + 0.04, truth


def test_what_is_told_at_rest_is_taken_off_and_what_is_told_weakly_made_stronger():
    told, truth = hedged(0.9)
    least, gain = trusted([(told, truth)])
    assert least[SMILE] == pytest.approx(0.04) and gain[SMILE] == pytest.approx(1.1)
    kept = gain * np.maximum(told - least, 0)
    assert np.abs(kept - truth)[:, SMILE].mean() < 0.1 * np.abs(told - truth)[:, SMILE].mean()


def test_nothing_is_told_much_more_weakly_than_the_network_tells_it_and_lids_stay():
    told, truth = hedged(0.9)
    least, gain = trusted([(told, np.zeros_like(truth)), (told, truth[::-1])])
    assert gain[SMILE] == pytest.approx(0.7)
    assert least[LID] == 0 and gain[LID] == 1
