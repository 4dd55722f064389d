"""Controls of a rig's face go as far as their table says, the same on both sides, whatever their own axes."""

import numpy as np
import pytest

from engine.face.names import FACE_NAMES, mirrored_coefficient
from engine.geometry.rotations import euler_to_matrix
from engine.retarget.face.controls import FaceControls
from engine.retarget.recognise.match import Match
from engine.retarget.rig import Rig
from tests.performed_faces import posed_face

NAMES = ("head", "master_eye.L", "master_eye.R", "eye.L", "eye.R", "lips.L", "lips.R", "brow.T.L.003", "lip.T")
TURN = euler_to_matrix(np.array([0.1, -0.4, 2.0]), "XYZ")


def rig_of(names: tuple[str, ...] = NAMES) -> Rig:
    """Bones at any rest, of a character with eyes 0.1 m apart that does not face -Y."""
    rest = euler_to_matrix(np.random.default_rng(0).uniform(-3, 3, (len(names), 3)), "XYZ")
    heads = np.zeros((len(names), 3))
    for name, place in {"eye.L": (0.05, -0.3, 0), "eye.R": (-0.05, -0.3, 0)}.items():
        if name in names:
            heads[names.index(name)] = place
            heads[names.index(f"master_{name}")] = np.multiply(place, (1, 0, 0))
    return Rig(names, (-1,) * len(names), rest, heads, heads, (True,) * len(names)).turned(TURN)


def places(amounts: dict[str, float], gaze: object = 0.0) -> dict[str, np.ndarray]:
    """Control -> (3,) metres to the person's left, back and up."""
    rig = rig_of()
    controls = FaceControls.of(rig, Match("own", {}, (), controls=True), TURN.T)
    assert controls is not None
    told = controls.places(posed_face(amounts, gaze=gaze))
    return {name: TURN.T @ rig.rest[rig.names.index(name)] @ place[0] for name, place in told.items()}


def test_a_smile_draws_its_corner_outwards_up_and_back() -> None:
    told = places({"mouthSmileRight": 0.5, "browInnerUp": 1.0})
    np.testing.assert_allclose(told["lips.R"], [-0.006, 0.003, 0.007], atol=1e-9)
    np.testing.assert_allclose(told["lips.L"], 0.0, atol=1e-9)
    np.testing.assert_allclose(told["brow.T.L.003"], [0.0, 0.0, 0.01], atol=1e-9)


def test_a_mouth_goes_to_one_side_as_a_whole() -> None:
    told = places({"mouthLeft": 1.0})
    assert told["lips.L"][0] == pytest.approx(0.018) and told["lips.R"][0] == pytest.approx(0.018)
    assert told["lip.T"][0] == pytest.approx(0.015)


@pytest.mark.parametrize("name", FACE_NAMES)
def test_both_sides_go_alike(name: str) -> None:
    one, other = places({name: 1.0}), places({mirrored_coefficient(name): 1.0})
    for control, mirror in (("lips.L", "lips.R"), ("lips.R", "lips.L"), ("lip.T", "lip.T")):
        np.testing.assert_allclose(one[control], other[mirror] * [-1.0, 1.0, 1.0], atol=1e-9)


def test_what_an_eye_looks_at_lies_where_it_looks_as_far_as_before() -> None:
    told = places({}, gaze=[[0.3, 0.2], [0.0, 0.0]])
    wanted = 0.3 * np.array([np.sin(0.3) * np.cos(0.2), -np.cos(0.3) * np.cos(0.2), np.sin(0.2)])
    np.testing.assert_allclose(told["eye.L"] + [0.0, -0.3, 0.0], wanted, atol=1e-7)
    np.testing.assert_allclose(told["eye.R"], 0.0, atol=1e-9)


def test_a_rig_without_known_controls_has_none() -> None:
    assert FaceControls.of(rig_of(("head",)), Match("own", {}, (), controls=True), TURN.T) is None
    assert FaceControls.of(rig_of(), Match("own", {}, ()), TURN.T) is None
