"""Eyes and a jaw are found by their names where the head carries them, and turn as a face says."""

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix
from engine.retarget.face.bones import JAW_OPENS, FaceBone, face_bones, gaze_turns, jaw_turns
from engine.retarget.recognise.match import Match
from engine.retarget.rig import Rig
from tests.faces import random_face

FAMILIES = [
    ("LeftEye", "RightEye", "Jaw"),
    ("mixamorig:LeftEye", "mixamorig:RightEye", "mixamorig:Jaw"),
    ("CC_Base_L_Eye", "CC_Base_R_Eye", "CC_Base_JawRoot"),
    ("lEye", "rEye", "lowerJaw"),
    ("l_eye", "r_eye", "lowerjaw"),
    ("J_Adj_L_FaceEye", "J_Adj_R_FaceEye", "jaw"),
    ("eye.L", "eye.R", "jaw"),
    ("FACIAL_L_Eye", "FACIAL_R_Eye", "FACIAL_C_Jaw"),
    ("leftEyeball", "rightEyeball", "jaw_master"),
]
OTHERS = (
    "eyebrow.L",
    "lEyelidUpper",
    "RightEye_end",
    "upperJaw",
    "jaw.L",
    "eyes",
    "LeftEyeTarget",
    "FACIAL_L_EyelidUpperA",
)


def rig_of(names: tuple[str, ...], carrier: str = "head") -> Rig:
    """A pelvis, a head on it, and bones that hang on one of these; at any rest rotations."""
    every = ("pelvis", "head", *names)
    parents = (-1, 0, *(every.index(carrier) for _ in names))
    rest = euler_to_matrix(np.random.default_rng(0).uniform(-3, 3, (len(every), 3)), "XYZ")
    places = np.zeros((len(every), 3))
    return Rig(every, parents, rest, places, places, (True,) * len(every))


MATCH = Match("own", {"pelvis": (0,), "head": (1,)}, ())


@pytest.mark.parametrize("names", FAMILIES)
def test_they_are_told_by_their_names(names: tuple[str, str, str]) -> None:
    found = face_bones(rig_of((*OTHERS, *names)), MATCH, np.eye(3))
    assert {ours: bone.name for ours, bone in found.items()} == dict(zip(("eye.L", "eye.R", "jaw"), names, strict=True))


def test_what_hangs_elsewhere_is_none_of_them() -> None:
    assert face_bones(rig_of(FAMILIES[0], "pelvis"), MATCH, np.eye(3)) == {}


def test_an_eye_looks_to_the_persons_left_and_up_whatever_its_rest() -> None:
    face, front = random_face(20), euler_to_matrix(np.array([0.0, 0.0, 1.0]), "XYZ")
    rig = rig_of(FAMILIES[0])
    found = face_bones(rig, MATCH, front)
    turns = gaze_turns(face.gaze, found)
    for eye, name in enumerate(FAMILIES[0][:2]):
        rest = front @ rig.rest[rig.names.index(name)]
        look = rest @ turns[name] @ rest.T @ np.array([0.0, -1.0, 0.0])
        yaw, pitch = face.gaze[:, eye].T
        np.testing.assert_allclose(np.arctan2(look[:, 0], -look[:, 1]), yaw, atol=1e-6)
        np.testing.assert_allclose(np.arcsin(look[:, 2]), pitch, atol=1e-6)


def test_the_jaw_goes_down() -> None:
    bone = FaceBone("jaw", euler_to_matrix(np.array([1.0, 2.0, 3.0]), "XYZ"))
    chin = bone.rest @ jaw_turns(np.array([0.0, 0.5, 1.0]), bone) @ bone.rest.T @ np.array([0.0, -1.0, 0.0])
    np.testing.assert_allclose(np.arcsin(-chin[:, 2]), JAW_OPENS * np.array([0.0, 0.5, 1.0]), atol=1e-9)
