"""What is taken off a face that is not at rest where it should be."""

import numpy as np

from engine.face.rest import above_rest


def test_a_rest_becomes_0_and_what_is_whole_stays_whole() -> None:
    values = np.linspace(0, 1, 11)
    for rest in (0.0, 0.3, 0.8):
        above = above_rest(values, rest)
        np.testing.assert_allclose(above_rest(np.array([rest, 1.0]), rest), [0, 1], atol=1e-12)
        np.testing.assert_allclose(np.diff(above), 0.1 / (1 - rest))


def test_above_a_rest_that_is_nearly_whole_an_error_stays_an_error() -> None:
    rests = np.linspace(0.8, 1, 21)
    assert (above_rest(rests + 0.05, rests) < 0.25 + 1e-9).all()
    assert np.isfinite(above_rest(np.ones(3), np.array([1.0, 0.999, 0.9]))).all()
