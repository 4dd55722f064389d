"""SMPL-X's parameters through the model's own kinematics, written again here, move a person as they moved."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.formats.smplx import write_smplx
from engine.motion import Motion
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion, standing_bones
from tests.faces import random_face

Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
#: Of the model's `forward`, in the order in which it joins them.
POSE = ("global_orient", "body_pose", "jaw_pose", "leye_pose", "reye_pose", "left_hand_pose", "right_hand_pose")
BODIES = pytest.mark.parametrize("kind", [Kind.UPPER_BODY, Kind.FULL_BODY])


def written(motion: Motion, folder: Path) -> dict[str, np.ndarray]:
    write_smplx(motion, folder / "clip.smplx.npz")
    with np.load(folder / "clip.smplx.npz") as arrays:
        return dict(arrays)


def rodrigues(vector: np.ndarray) -> np.ndarray:
    """(3,3) of an axis times an angle: the exponential of its cross matrix, as a series."""
    x, y, z = vector
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    turn = term = np.eye(3)
    for power in range(1, 30):
        term = term @ cross / power
        turn = turn + term
    return turn


def posed(file: dict[str, np.ndarray], frame: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Joint -> (3,) place and (3,3) turn, as the model poses its joints (Loper et al. 2015, equations 3 and 4)."""
    vectors = np.concatenate([file[name][frame] for name in POSE]).astype(np.float64).reshape(-1, 3)
    rest, places, turns = file["rest"].astype(np.float64), list[np.ndarray](), list[np.ndarray]()
    for joint, (parent, vector) in enumerate(zip(file["parents"], vectors, strict=True)):
        if parent < 0:
            places.append(rest[joint] + file["transl"][frame])
            turns.append(rodrigues(vector))
        else:
            places.append(places[parent] + turns[parent] @ (rest[joint] - rest[parent]))
            turns.append(turns[parent] @ rodrigues(vector))
    names = file["joints"].tolist()
    return dict(zip(names, places, strict=True)), dict(zip(names, turns, strict=True))


def angle(first: np.ndarray, second: np.ndarray) -> float:
    """Radians between two directions."""
    return float(np.arctan2(np.linalg.norm(np.cross(first, second)), first @ second))


def limbs(kind: Kind) -> dict[str, tuple[str, str]]:
    """Our bone -> the joints between which it lies in the model."""
    pairs: dict[str, tuple[str, str]] = {}
    for side, letter in (("left", "L"), ("right", "R")):
        chain = [("upper_arm", "shoulder"), ("forearm", "elbow"), ("hand", "wrist"), ("", "middle1")]
        if kind is Kind.FULL_BODY:
            chain += [("thigh", "hip"), ("shin", "knee"), ("foot", "ankle"), ("", "foot")]
        for finger in ("f_index", "f_middle", "f_ring", "f_pinky", "thumb"):
            theirs = finger.removeprefix("f_")
            chain += [(f"{finger}.0{k}", f"{theirs}{k}") for k in (1, 2)] + [("", f"{theirs}3")]
        for (ours, start), (_, end) in pairwise(chain):
            if ours:
                pairs[f"{ours}.{letter}"] = f"{side}_{start}", f"{side}_{end}"
    return pairs


@BODIES
def test_limbs_and_fingers_point_where_they_pointed_and_are_as_long(kind: Kind, tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(kind), 6)
    file, names = written(motion, tmp_path), motion.skeleton.names
    heads, tails, _ = standing_bones(motion)
    pairs = limbs(kind)
    assert len(pairs) == 2 * (13 + 3 * (kind is Kind.FULL_BODY))
    for frame in range(len(motion.time)):
        places, _ = posed(file, frame)
        for bone, (start, end) in pairs.items():
            wanted = Y_UP @ (tails[frame, names.index(bone)] - heads[frame, names.index(bone)])
            found = places[end] - places[start]
            assert angle(found, wanted) < 1e-4, bone
            assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(wanted), abs=1e-5), bone


@BODIES
def test_pelvis_chest_head_and_wrists_turn_as_ours(kind: Kind, tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(kind), 6)
    file, skeleton = written(motion, tmp_path), motion.skeleton
    heads, _, rotations = standing_bones(motion)
    palm_down = {"L": np.array([[0, 1, 0], [1, 0, 0], [0, 0, -1]]), "R": np.array([[0, -1, 0], [-1, 0, 0], [0, 0, -1]])}
    for frame in range(len(motion.time)):
        places, turns = posed(file, frame)
        np.testing.assert_allclose(places["pelvis"], Y_UP @ heads[frame, 0], atol=1e-5)
        for ours, theirs in (("pelvis", "pelvis"), ("chest", "spine3"), ("head", "head")):
            bone = skeleton.names.index(ours)
            away = Y_UP @ rotations[frame, bone] @ skeleton.rest[bone].T @ Y_UP.T
            np.testing.assert_allclose(turns[theirs], away, atol=1e-5)
        for side, letter in (("left", "L"), ("right", "R")):
            hand = rotations[frame, skeleton.names.index(f"hand.{letter}")]
            away = Y_UP @ hand @ palm_down[letter].T @ Y_UP.T  # from spread arms, palms down, thumbs to the front
            np.testing.assert_allclose(turns[f"{side}_wrist"], away, atol=1e-5)


def test_who_rests_in_a_t_has_the_rest_pose(tmp_path: Path) -> None:
    """Arms to the sides, palms down, thumbs to the front; facing +Z, Y up, as the model does."""
    rest = dict(
        zip(*(written(random_motion(load_skeleton()), tmp_path)[name] for name in ("joints", "rest")), strict=True)
    )
    for side, sign in (("left", 1), ("right", -1)):
        for start, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "middle1")):
            assert angle(rest[f"{side}_{end}"] - rest[f"{side}_{start}"], np.array([sign, 0, 0])) < 1e-6
        across = rest[f"{side}_index1"] - rest[f"{side}_pinky1"]
        assert across[2] > 0 and abs(across[1]) < 0.1 * across[2]
        assert rest[f"{side}_thumb2"][2] > rest[f"{side}_index2"][2]
        assert angle(rest[f"{side}_ankle"] - rest[f"{side}_hip"], np.array([0, -1, 0])) < 1e-6
        assert rest[f"{side}_foot"][2] > rest[f"{side}_ankle"][2] + 0.1


def test_eyes_look_where_they_looked_and_the_jaw_opens(tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(), 10, face=random_face(10))
    face = motion.face
    assert face is not None
    file = written(motion, tmp_path)
    front = np.array([0.0, 0.0, 1.0])
    for frame in range(10):
        for eye, name in enumerate(("leye_pose", "reye_pose")):
            yaw, pitch = face.gaze[frame, eye].astype(np.float64)
            wanted = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
            np.testing.assert_allclose(rodrigues(file[name][frame]) @ front, wanted, atol=1e-6)
    jaw = file["jaw_pose"]
    opening = face.coefficients[:, 17]
    assert jaw[:, 0].argmax() == opening.argmax() and not jaw[:, 1:].any()
    assert (rodrigues(jaw[jaw[:, 0].argmax()]) @ front)[1] < 0  # the chin sinks


def test_parameters_have_the_sizes_that_the_model_takes(tmp_path: Path) -> None:
    time = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.06, 20))
    file = written(random_motion(load_skeleton(), 20, time=time), tmp_path)
    frames = round((time[-1] - time[0]) * 25.0) + 1
    sizes = {"global_orient": 3, "body_pose": 63, "left_hand_pose": 45, "right_hand_pose": 45, "transl": 3}
    sizes |= dict.fromkeys(("jaw_pose", "leye_pose", "reye_pose"), 3)
    assert {name: file[name].shape for name in sizes} == {name: (frames, size) for name, size in sizes.items()}
    assert file["mocap_frame_rate"] == 25.0
    legs = [0, 1, 3, 4, 6, 7, 9, 10]
    np.testing.assert_allclose(file["body_pose"].reshape(-1, 21, 3)[:, legs], 0.0, atol=1e-6)  # it has none of its own
    assert not any(file[name].any() for name in ("jaw_pose", "leye_pose", "reye_pose"))  # without a face
    assert file["body_pose"].dtype == np.float32 and len(file["joints"]) == 55
