"""A .vrma holds a person's motion, face and gaze as the specification of VRMC_vrm_animation 1.0 has them."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.face.names import FACE_NAMES
from engine.formats.vrma import PRESETS, write_vrma
from engine.motion import Motion
from engine.placement import standing_root
from engine.retarget.face.carry import carry_face
from engine.retarget.face.map_files import load_face_maps
from engine.retarget.face.recognise import recognise_face
from engine.skeleton import Kind, Skeleton, forward_kinematics, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import random_face
from tests.formats.gltf import Read, turned

FRAMES = 9
BODIES = pytest.mark.parametrize("kind", [Kind.UPPER_BODY, Kind.FULL_BODY])
UNEVEN = 3.0 + np.cumsum(np.random.default_rng(0).uniform(0.01, 0.1, FRAMES))
TO_Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
#: Of those that bones of ours are: from which node to which they reach.
LIMBS = {
    "upper_arm": ("UpperArm", "LowerArm"),
    "forearm": ("LowerArm", "Hand"),
    "thigh": ("UpperLeg", "LowerLeg"),
    "shin": ("LowerLeg", "Foot"),
    "thumb.02": ("ThumbProximal", "ThumbDistal"),
    **{
        f"f_{ours}.0{number}": (f"{theirs}{parts[0]}", f"{theirs}{parts[1]}")
        for ours, theirs in {"index": "Index", "middle": "Middle", "ring": "Ring", "pinky": "Little"}.items()
        for number, parts in enumerate([("Proximal", "Intermediate"), ("Intermediate", "Distal")], 1)
    },
}


def written(motion: Motion, folder: Path) -> tuple[Read, Any]:
    write_vrma(motion, folder / "clip.vrma")
    read = Read(folder / "clip.vrma")
    assert read.gltf.extensionsUsed == ["VRMC_vrm_animation"]
    return read, read.gltf.extensions["VRMC_vrm_animation"]


def limbs(skeleton: Skeleton) -> dict[str, tuple[str, str]]:
    pairs = {
        f"{ours}.{side[0].upper()}": (side + start, side + end)
        for side in ("left", "right")
        for ours, (start, end) in LIMBS.items()
    }
    return {ours: ends for ours, ends in pairs.items() if ours in skeleton.names}


@BODIES
def test_limbs_point_where_they_did_at_their_times(kind: Kind, tmp_path: Path) -> None:
    motion = random_motion(load_skeleton(kind), FRAMES, time=UNEVEN)
    (read, extension), skeleton = written(motion, tmp_path), motion.skeleton
    assert extension["specVersion"] == "1.0" and extension.keys() == {"specVersion", "humanoid"}
    bones = extension["humanoid"]["humanBones"]
    assert all(read.names[bone["node"]] == name for name, bone in bones.items()) and not {"leftEye", "jaw"} & {*bones}
    np.testing.assert_array_equal(read.times, (UNEVEN - UNEVEN[0]).astype(np.float32))
    pose = forward_kinematics(skeleton, motion.angles.astype(np.float64), motion.lengths_of_bones())
    root = standing_root(motion) @ TO_Y_UP.T
    for frame in range(FRAMES):
        seen = read.placed(frame)
        np.testing.assert_allclose(seen["hips"][:3, 3], root[frame], atol=1e-5)
        for ours, (start, end) in limbs(skeleton).items():
            bone = skeleton.names.index(ours)
            wanted = TO_Y_UP @ (pose.tails[frame, bone] - pose.heads[frame, bone])
            np.testing.assert_allclose(seen[end][:3, 3] - seen[start][:3, 3], wanted, atol=1e-5)
        for name, bone in {"upperChest": "chest", "head": "head"}.items():
            own = skeleton.names.index(bone)
            turn = TO_Y_UP @ pose.rotations[frame, own] @ skeleton.rest[own].T @ TO_Y_UP.T
            np.testing.assert_allclose(seen[name][:3, :3], turn, atol=1e-5)


@BODIES
def test_without_keys_it_stands_in_a_t_in_the_axes_of_the_world(kind: Kind, tmp_path: Path) -> None:
    read, _ = written(random_motion(load_skeleton(kind), 3), tmp_path)
    rest = {name: matrix[:3, 3] for name, matrix in read.placed(None).items()}
    assert all(node.rotation in (None, [0, 0, 0, 1]) for node in read.gltf.nodes)
    for side, aside in (("left", 1.0), ("right", -1.0)):
        chains = [("UpperArm", "LowerArm", "Hand"), ("MiddleProximal", "MiddleIntermediate", "MiddleDistal")]
        for start, end in (pair for chain in chains for pair in pairwise(chain)):
            along = rest[side + end] - rest[side + start]
            assert along @ [aside, 0, 0] == pytest.approx(np.linalg.norm(along), rel=1e-6)
        leg = rest[f"{side}Foot"] - rest[f"{side}UpperLeg"]
        assert leg @ [0, -1, 0] == pytest.approx(np.linalg.norm(leg), rel=1e-3)
        thumb = rest[f"{side}ThumbDistal"] - rest[f"{side}ThumbProximal"]
        np.testing.assert_allclose(thumb / np.linalg.norm(thumb), [aside * 0.5**0.5, 0.0, 0.5**0.5], atol=1e-6)
    assert rest["hips"][1] == pytest.approx(1.0, abs=0.3) and rest["head"][1] > rest["hips"][1]


def test_a_face_is_presets_and_what_they_lack_never_both(tmp_path: Path) -> None:
    face = random_face(FRAMES)
    read, extension = written(random_motion(load_skeleton(), FRAMES, face=face), tmp_path)
    preset, custom = extension["expressions"]["preset"], extension["expressions"]["custom"]
    assert preset.keys() == {*PRESETS}
    (known,) = (known for known in load_face_maps() if known.name == "VRM")
    shown = {name for key in PRESETS for name in known.keys[key]}
    assert custom.keys() == {name for name in FACE_NAMES if name not in shown and not name.startswith("eyeLook")}
    values = carry_face(face, recognise_face(PRESETS, [known]), {})
    values |= {name: face.coefficients[:, FACE_NAMES.index(name)] for name in custom}
    for name, node in {**preset, **custom}.items():
        assert read.names[node["node"]] == name
        np.testing.assert_allclose(read.keys[name, "translation"][:, 0], values[name], atol=1e-6)
        assert values[name].min() >= 0 and values[name].max() <= 1


def test_the_eyes_look_by_a_rotation_from_the_head_as_the_specification_reads_it(tmp_path: Path) -> None:
    """Yaw and pitch of the extrinsic order ZXY, +Z to the front; three-vrm fails where such a node has a place."""
    motion = random_motion(load_skeleton(Kind.FULL_BODY), FRAMES, face=random_face(FRAMES))
    assert motion.face is not None
    read, extension = written(motion, tmp_path)
    look = extension["lookAt"]
    assert read.names[look["node"]] == "lookAt" and read.gltf.nodes[look["node"]].translation is None
    (animation,) = read.gltf.animations
    paths = [channel.target.path for channel in animation.channels if channel.target.node == look["node"]]
    assert paths == ["rotation"]
    turns = np.stack([turned(quaternion.tolist()) for quaternion in read.keys["lookAt", "rotation"]])
    yaw, pitch = motion.face.gaze.mean(axis=1).T
    np.testing.assert_allclose(np.arctan2(turns[:, 0, 2], turns[:, 2, 2]), yaw, atol=1e-6)  # about Y, to the left
    np.testing.assert_allclose(np.arcsin(-turns[:, 1, 2]), -pitch, atol=1e-6)  # about X, downwards
    np.testing.assert_allclose(turns[:, 1, 0], 0.0, atol=1e-6)  # about Z
    x, y, z = turns[:, :, 2].T  # what +Z becomes, from which the specification of VRMC_vrm tells yaw and pitch
    np.testing.assert_allclose(np.arctan2(x, z), yaw, atol=1e-6)
    np.testing.assert_allclose(np.arctan2(-y, np.hypot(x, z)), -pitch, atol=1e-6)
    assert np.abs(yaw).max() > 0.1 and np.abs(pitch).max() > 0.1
    rest = read.placed(None)
    skeleton = motion.skeleton
    pose = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), motion.lengths_of_bones())
    eyes = np.mean([pose.tails[skeleton.names.index(f"eye.{side}")] for side in "LR"], axis=0)
    seen = (rest["head"] @ [*look["offsetFromHeadBone"], 1.0])[:3] - rest["hips"][:3, 3]
    np.testing.assert_allclose(seen, TO_Y_UP @ eyes, atol=1e-5)
