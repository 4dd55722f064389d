"""What the face does in the film of the README's picture."""

import numpy as np

from engine.face.names import FACE_NAMES
from tests.blender.motions import addon

film = addon("measuring.faces.film")


def test_a_name_without_a_side_means_both_sides() -> None:
    values = film.Moment({"mouthSmile": 0.8, "browDownLeft": 0.5, "jawOpen": 0.3}).values
    told = {name: value for name, value in zip(FACE_NAMES, values, strict=True) if value}
    assert told == {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8, "browDownLeft": 0.5, "jawOpen": 0.3}


def test_every_moment_is_whole_in_its_frame_and_rest_is_between() -> None:
    times = np.arange(film.FRAMES[-1] + 30) / film.FPS
    acted = film.acted(times, [moment.values for moment in film.MOMENTS])
    np.testing.assert_allclose(acted[list(film.FRAMES)], [moment.values for moment in film.MOMENTS], atol=1e-9)
    between = np.mean([film.FRAMES[:-1], film.FRAMES[1:]], axis=0).astype(int)
    assert not acted[between].any() and not acted[0].any() and not acted[-1].any()
