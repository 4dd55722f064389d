"""Motion on real rigs: what Blender makes of the turns points where our own bones point."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path
from typing import Any

import addon_utils
import bpy
import numpy as np
import pytest
from mathutils import Matrix

from engine.kinematics import forward_kinematics
from engine.retarget.maps import Match, load_maps, recognise
from engine.retarget.rig import Rig
from engine.retarget.transfer import rig_rest, transfer
from engine.skeleton import FULL_BODY, load_skeleton
from tests.blender.motions import addon, random_angles

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
OURS = load_skeleton(FULL_BODY)
FRAMES = 4
#: Segments, and the bone at which each ends.
CHAINS = [("upper_arm", "forearm"), ("forearm", "hand"), ("thigh", "shin"), ("shin", "foot")]
FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky")
CHAINS += [(f"{finger}.0{k}", f"{finger}.0{k + 1}") for finger in FINGERS for k in (1, 2)]


def metarig() -> bpy.types.Object:
    addon_utils.enable("rigify", default_set=True)
    bpy.ops.object.armature_human_metarig_add()
    obj = bpy.context.active_object
    assert obj is not None
    return obj


def opened(path: str) -> bpy.types.Object:
    file = DATA / path
    if not file.is_file():
        pytest.skip(f"NOT TESTED: {file} does not exist")
    if file.suffix == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(file))
    else:
        libraries: Any = bpy.data.libraries
        with libraries.load(str(file)) as (source, target):
            target.objects = source.objects
        for obj in target.objects:
            bpy.context.scene.collection.objects.link(obj)
    return next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE")


RIGS = {
    "Mixamo": "characters/signer_01_mixamo.blend",
    "Unreal mannequin": "characters/signer_07_game_engine.blend",
    "Geneva": "rigs/geneva/GenevaModel_v2_Tpose_Final.fbx",
    "VRM": "rigs/vrm/basic_armature.blend",
}


def posed(obj: bpy.types.Object, rig: Rig, found: Match, angles: np.ndarray) -> list[dict[str, np.ndarray]]:
    """Of each frame: where Blender puts the heads of the matched bones, world axes."""
    basis = rig.local(transfer(rig, found, OURS, angles))
    heads: list[dict[str, np.ndarray]] = []
    for turns in basis:
        for name, turn in zip(rig.names, turns, strict=True):
            obj.pose.bones[name].matrix_basis = Matrix(turn.tolist()).to_4x4()
        bpy.context.view_layer.update()
        names = {ours: rig.names[bones[0]] for ours, bones in found.bones.items()}
        heads.append({ours: np.array(obj.matrix_world @ obj.pose.bones[name].head) for ours, name in names.items()})
    return heads


@pytest.mark.parametrize("family", ["Rigify metarig", *RIGS])
def test_every_limb_and_finger_points_where_ours_does(family: str) -> None:
    obj = metarig() if family not in RIGS else opened(RIGS[family])
    obj.rotation_euler.z += 0.7
    bpy.context.view_layer.update()
    rig = addon("target_rig").read_rig(obj)
    found = recognise(rig, load_maps())
    assert found is not None and found.family == family
    angles = random_angles(OURS, FRAMES)
    own = forward_kinematics(OURS, angles, OURS.lengths).rotations
    facing = rig_rest(rig, found).body
    worst: dict[str, float] = {}
    for frame, heads in enumerate(posed(obj, rig, found, angles)):
        for side in "LR":
            for start, end in CHAINS:
                along = heads[f"{end}.{side}"] - heads[f"{start}.{side}"]
                wanted = facing @ own[frame, OURS.names.index(f"{start}.{side}"), :, 1]
                cosine = along @ wanted / np.linalg.norm(along)
                angle = float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
                worst[start] = max(worst.get(start, 0.0), angle)
    assert max(worst.values()) < 0.05, worst


def test_a_map_that_claims_to_be_proven_is_proven_here() -> None:
    assert {known.name for known in load_maps() if known.proven} == {"Rigify metarig", *RIGS}
