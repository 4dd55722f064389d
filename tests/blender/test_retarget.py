"""Motion on real rigs: what Blender makes of the turns points where our own bones point."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Callable
from functools import partial

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from engine.retarget.anatomy.segments import rig_rest
from engine.retarget.recognise.guess import guess
from engine.retarget.recognise.map_files import load_maps
from engine.retarget.recognise.match import Match, without_mechanism
from engine.retarget.recognise.recognise import recognise
from engine.retarget.rig import Rig
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import Kind, forward_kinematics, load_skeleton
from tests.blender.characters import CHAINS, degrees
from tests.blender.motions import addon, random_angles
from tests.blender.rigs import built, generated, metarig, opened

OURS = load_skeleton(Kind.FULL_BODY)
FRAMES = 4


#: What a rig is, to the name of its family and where it comes from.
RIGS: dict[str, tuple[str, Callable[[], bpy.types.Object]]] = {
    "Mixamo": ("Mixamo", partial(opened, "characters/signer_01_mixamo.blend")),
    "Geno": ("Mixamo", partial(opened, "rigs/geno/Geno.fbx")),
    "MPFB mixamo": ("Mixamo", partial(built, "mixamo")),
    "MPFB mixamo_unity": ("Mixamo", partial(built, "mixamo_unity")),
    "Unreal mannequin": ("Unreal mannequin", partial(opened, "characters/signer_07_game_engine.blend")),
    "MPFB game_engine": ("Unreal mannequin", partial(built, "game_engine")),
    "MPFB default": ("MakeHuman default", partial(built, "default")),
    "MPFB cmu_mb": ("CMU", partial(built, "cmu_mb")),
    "Geneva": ("Geneva", partial(opened, "rigs/geneva/GenevaModel_v2_Tpose_Final.fbx")),
    "VRM": ("VRM", partial(opened, "rigs/vrm/basic_armature.blend")),
    "Rigify metarig": ("Rigify metarig", metarig),
    "MPFB human": ("Rigify metarig", partial(built, "human")),
    "Rigify": ("Rigify", generated),
}


def pose(obj: bpy.types.Object, rig: Rig, basis: np.ndarray) -> None:
    """Turn the rig's bones away from rest by one frame of turns (B,3,3)."""
    for name, turn in zip(rig.names, basis, strict=True):
        obj.pose.bones[name].matrix_basis = Matrix(turn.tolist()).to_4x4()
    bpy.context.view_layer.update()


def obey(obj: bpy.types.Object, found: Match) -> None:
    """Let the rig obey the bones of the match."""
    for bone, values in found.settings.items():
        for key, value in values.items():
            assert key in obj.pose.bones[bone], f"{bone} has no {key}"
            obj.pose.bones[bone][key] = value
    obj.update_tag()


@pytest.mark.parametrize("name", RIGS)
def test_every_limb_and_finger_points_where_ours_does(name: str) -> None:
    family, source = RIGS[name]
    obj = source()
    obj.rotation_euler.z += 0.7
    bpy.context.view_layer.update()
    whole = addon("character.read_rig").read_rig(obj)
    recognised = recognise(whole, load_maps())
    assert recognised.family == family
    rig, found = without_mechanism(whole, recognised)
    obey(obj, found)
    angles = random_angles(OURS, FRAMES)
    own = forward_kinematics(OURS, angles, OURS.lengths).rotations
    wanted, facing = transfer(rig, found, OURS, angles), rig_rest(rig, found).body
    # Of a control rig not the controls are looked at but what they move: the bones of the metarig it was made of.
    shown = {
        ours: f"ORG-{ours}" if found.controls and ours[-2:] in (".L", ".R") else rig.names[bones[0]]
        for ours, bones in found.bones.items()
    }
    worst: dict[str, float] = {}
    for frame, basis in enumerate(rig.local(wanted)):
        pose(obj, rig, basis)
        heads = {ours: np.array(obj.matrix_world @ obj.pose.bones[bone].head) for ours, bone in shown.items()}
        for start, end in (f"{a}.{side} {b}.{side}".split() for side in "LR" for a, b in CHAINS):
            if start in heads and end in heads:
                direction = facing @ own[frame, OURS.names.index(start), :, 1]
                worst[start] = max(worst.get(start, 0.0), degrees(heads[end] - heads[start], direction))
        for bone, turn in zip(rig.names, wanted[frame], strict=True):
            shown_turn = np.array((obj.matrix_world @ obj.pose.bones[bone].matrix).to_3x3().normalized())
            worst[bone] = max(worst.get(bone, 0.0), degrees(shown_turn, turn))
    assert "forearm.R" in worst and max(worst.values()) < 0.05, worst


def test_a_map_that_claims_to_be_proven_is_proven_here() -> None:
    assert {known.name for known in load_maps() if known.proven} == {family for family, _ in RIGS.values()}


@pytest.mark.parametrize("name", ["Mixamo", "Geno", "Unreal mannequin", "Geneva", "VRM"])
def test_a_guess_from_names_agrees_with_the_map(name: str) -> None:
    rig = addon("character.read_rig").read_rig(RIGS[name][1]())
    found, guessed = recognise(rig, load_maps()), guess(rig)
    assert guessed is not None and guessed.missing == found.missing
    for ours, bones in found.bones.items():
        assert ours.startswith("forearm_twist") or guessed.bones[ours][0] == bones[0], ours


@pytest.mark.parametrize("scale", [(1.0, 1.0, 1.0), (0.01, 0.01, 0.01), (-1.0, 1.0, 1.0), (-0.02, -0.02, -0.02)])
def test_a_scaled_mirrored_or_parented_rig_is_read_upright_and_consistent(scale: tuple[float, float, float]) -> None:
    obj = metarig()
    bpy.context.view_layer.update()
    plain = addon("character.read_rig").read_rig(obj)
    parent = bpy.data.objects.new("parent", None)
    bpy.context.scene.collection.objects.link(parent)
    parent.rotation_euler, parent.location, parent.scale = (0.3, 0.2, 1.1), (1.0, 2.0, 3.0), (2.0, 2.0, 2.0)
    obj.parent, obj.scale = parent, scale
    bpy.context.view_layer.update()
    rig = addon("character.read_rig").read_rig(obj)
    along = rig.tails - rig.heads
    np.testing.assert_allclose(rig.rest[:, :, 1], along / np.linalg.norm(along, axis=1, keepdims=True), atol=1e-4)
    np.testing.assert_allclose(np.linalg.det(rig.rest), 1.0, atol=1e-5)
    np.testing.assert_allclose(rig.rest_local[1:], plain.rest_local[1:], atol=1e-5)
    size = 2.0 * abs(scale[0])
    apart, wanted = (np.linalg.norm(r.heads - r.heads[0], axis=1) for r in (rig, plain))
    np.testing.assert_allclose(apart, wanted * size, atol=1e-4)


def test_what_inherits_no_rotation_is_read() -> None:
    obj = metarig()
    obj.data.bones["hand.L"].use_inherit_rotation = False
    rig = addon("character.read_rig").read_rig(obj)
    assert [name for name, inherits in zip(rig.names, rig.inherits, strict=True) if not inherits] == ["hand.L"]
