"""Motion on other rigs: whatever their rest pose, rolls, names and facing, joints go where ours go."""

from dataclasses import replace

import numpy as np
import pytest

from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import Side
from engine.retarget.character import Character
from engine.retarget.performance import Performance
from engine.retarget.recognise.map_files import RigMap, load_maps
from engine.retarget.recognise.match import REQUIRED
from engine.retarget.recognise.recognise import match_map
from engine.retarget.rig import Rig
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import forward_kinematics, load_skeleton
from tests.rigs import LIMBS, MAP, OURS, found, other_rig, with_twist_bone

FRAMES = 12

OPTIONAL_BONES = tuple(name for name in MAP.bones if name not in REQUIRED)


def motion(seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    angles = OURS.clamp(chance.uniform(OURS.lower, OURS.upper, (FRAMES, len(OURS.freedoms))))
    angles[:, :3] = chance.uniform(-1, 1, (FRAMES, 3))
    return angles


def ends(rig: Rig, world: np.ndarray) -> np.ndarray:
    """(F,B,3) tails of the rig's bones, relative to its first bone's head."""
    heads, tails = np.zeros((len(world), len(rig.names), 3)), np.zeros((len(world), len(rig.names), 3))
    for bone, parent in enumerate(rig.parents):
        if parent >= 0:
            offset = rig.rest[parent].T @ (rig.heads[bone] - rig.heads[parent])
            heads[:, bone] = heads[:, parent] + world[:, parent] @ offset
        tails[:, bone] = heads[:, bone] + world[:, bone] @ (rig.rest[bone].T @ (rig.tails[bone] - rig.heads[bone]))
    return tails


@pytest.mark.parametrize("facing", [0.0, 2.0])
def test_a_rig_of_our_proportions_goes_where_we_go(facing: float) -> None:
    rig, angles = other_rig(1, facing), motion(2)
    own = forward_kinematics(OURS, angles, OURS.lengths).tails
    turn = euler_to_matrix(np.array([0.0, 0.0, facing]), "XYZ")
    error = np.linalg.norm(ends(rig, transfer(rig, found(rig), OURS, angles)) - own @ turn.T, axis=-1)
    limbs = [OURS.names.index(name) for name in LIMBS]
    assert error[:, limbs].max() < 1e-6, dict(zip(np.array(LIMBS), error[:, limbs].max(0).round(3), strict=True))


def test_local_turns_are_what_brings_the_bones_there() -> None:
    rig, angles = other_rig(3), motion(4)
    world = transfer(rig, found(rig), OURS, angles)
    basis = rig.local(world)
    again = np.empty_like(world)
    for bone, parent in enumerate(rig.parents):
        rest = rig.rest_local[bone] if parent < 0 else again[:, parent] @ rig.rest_local[bone]
        again[:, bone] = rest @ basis[:, bone]
    np.testing.assert_allclose(again, world, atol=1e-12)


def test_a_bone_that_does_not_inherit_is_turned_from_its_own_rest() -> None:
    rig, angles = other_rig(3), motion(4)
    hand = rig.names.index("hand.L")
    alone = replace(rig, inherits=tuple(bone != hand for bone in range(len(rig.names))))
    world = transfer(alone, found(alone), OURS, angles)
    basis = alone.local(world)
    np.testing.assert_allclose(alone.rest[hand] @ basis[:, hand], world[:, hand], atol=1e-12)
    np.testing.assert_allclose(np.delete(basis, hand, 1), np.delete(rig.local(world), hand, 1), atol=1e-12)


def test_every_map_names_its_source() -> None:
    maps = load_maps()
    assert {known.name for known in maps} >= {"Mixamo", "Unreal mannequin"}
    assert all(len(known.source) > 20 for known in maps)


@pytest.mark.parametrize("in_line", [False, True])
def test_a_twist_bone_gets_half_of_what_the_hand_turns(in_line: bool) -> None:
    rig = with_twist_bone(other_rig(5), "R", in_line)
    known = RigMap("ours", "", "", "", MAP.bones | {"forearm_twist.R": ("twist",)})
    matched = match_map(rig, known)
    assert matched is not None
    angles = np.zeros((3, len(OURS.freedoms)))
    angles[:, OURS.angle_names.index("forearm.R.Y")] = [-0.6, 0.0, 0.6]
    world = transfer(rig, matched, OURS, angles)

    def turned(name: str) -> np.ndarray:
        """Degrees from the middle frame."""
        own = world[:, rig.names.index(name)]
        trace = np.trace(np.swapaxes(own[1], -1, -2) @ own, axis1=1, axis2=2)
        return np.degrees(np.arccos(np.clip((trace - 1) / 2, -1, 1)))

    np.testing.assert_allclose(turned("forearm.R"), 0.0, atol=1e-4)
    np.testing.assert_allclose(turned("twist"), np.degrees([0.3, 0.0, 0.3]), atol=1e-3)
    np.testing.assert_allclose(turned("hand.R"), np.degrees([0.6, 0.0, 0.6]), atol=1e-4)


def test_a_twist_bone_that_begins_beside_the_forearm_neither_bends_it_nor_moves_the_hand() -> None:
    rig, angles = with_twist_bone(other_rig(5), "R", in_line=True, off=0.018), motion(9)
    matched = match_map(rig, RigMap("ours", "", "", "", MAP.bones | {"forearm_twist.R": ("twist",)}))
    assert matched is not None
    world = transfer(rig, matched, OURS, angles)
    forearm, twist, hand = (rig.names.index(name) for name in ("forearm.R", "twist", "hand.R"))
    line = sum(
        world[:, a] @ (rig.rest[a].T @ (rig.heads[b] - rig.heads[a])) for a, b in ((forearm, twist), (twist, hand))
    )
    own = forward_kinematics(OURS, angles, OURS.lengths).rotations[:, OURS.names.index("forearm.R"), :, 1]
    np.testing.assert_allclose(line / np.linalg.norm(line, axis=-1, keepdims=True), own, atol=1e-9)
    np.testing.assert_allclose(world[:, forearm, :, 1], world[:, twist, :, 1], atol=1e-9)


def test_missing_fingers_and_shoulders_are_reported_and_the_rest_still_moves() -> None:
    rig = other_rig(6)
    known = RigMap("ours", "", "", "", MAP.bones | {"shoulder.R": ("clavicle",), "f_ring.04.L": ("nothing",)})
    matched = match_map(rig, known)
    assert matched is not None and set(matched.missing) == {"shoulder.R", "f_ring.04.L"}
    world = transfer(rig, matched, OURS, motion(7))
    assert np.isfinite(world).all()


@pytest.mark.parametrize("lost", ["thigh.R", "shin.L"])
def test_hips_move_as_far_as_legs_are_long_and_not_without_legs(lost: str) -> None:
    rig = other_rig(6)
    matched = found(rig)
    hips = np.array([[0.1, -0.2, -0.3]])
    performance = Performance(OURS, OURS.lengths * 2, np.zeros((1, len(OURS.freedoms))), hips)
    (part,) = Character.of(rig, matched, np.zeros((0, 3))).carry(performance, contacts=0.0)
    pelvis = rig.rest[rig.names.index("pelvis")]
    assert part.hips is not None
    np.testing.assert_allclose(part.hips @ pelvis.T, hips / 2, atol=1e-9)
    bones = {name: own for name, own in matched.bones.items() if name != lost}
    (part,) = Character.of(rig, replace(matched, bones=bones), np.zeros((0, 3))).carry(performance, contacts=1.0)
    assert part.hips is None


@pytest.mark.parametrize("lost", [(name,) for name in MAP.bones if name not in REQUIRED] + [OPTIONAL_BONES])
def test_whatever_a_rig_lacks_the_rest_plays(lost: tuple[str, ...]) -> None:
    rig, angles = other_rig(6), motion(7)
    whole = match_map(rig, MAP)
    assert whole is not None
    bones = {name: own for name, own in whole.bones.items() if name not in lost}
    performance = Performance(OURS, OURS.lengths, angles, np.zeros((FRAMES, 3)))
    (part,) = Character.of(rig, replace(whole, bones=bones), np.zeros((0, 3))).carry(performance, contacts=1.0)
    assert np.isfinite(part.turns).all()


def test_a_waist_up_motion_leaves_pelvis_and_legs_at_rest() -> None:
    upper, rig = load_skeleton(), other_rig(8)
    angles = np.zeros((2, len(upper.freedoms)))
    angles[1, :3] = [0.2, 0.5, 0.1]
    world = transfer(rig, found(rig), upper, angles)
    for name in ("pelvis", "thigh.L", "shin.R", "foot.L"):
        np.testing.assert_allclose(world[:, rig.names.index(name)], rig.rest[[rig.names.index(name)] * 2], atol=1e-12)
    chest = rig.names.index("chest")
    lean = world[1, chest] @ world[0, chest].T
    own = forward_kinematics(upper, angles, upper.lengths).rotations[:, upper.names.index("chest")]
    np.testing.assert_allclose(lean, own[1] @ own[0].T, atol=1e-9)


def test_collarbones_that_the_rest_pose_holds_forwards_come_back_to_the_side() -> None:
    """Arms forward at rest: the whole arm swung to the front about the collarbone's head, by 70 degrees."""
    rig = other_rig(3)
    heads, tails, rest = rig.heads.copy(), rig.tails.copy(), rig.rest.copy()
    for sign, letter in ((1.0, "L"), (-1.0, "R")):
        start = rig.names.index(f"shoulder.{letter}")
        swing = euler_to_matrix(np.array([0.0, 0.0, -sign * np.radians(70.0)]), "XYZ")
        for bone in (start, *(b for b in range(len(rig.names)) if start in rig.ancestors(b))):
            pivot = rig.heads[start]
            heads[bone], tails[bone] = (
                pivot + swing @ (rig.heads[bone] - pivot),
                pivot + swing @ (rig.tails[bone] - pivot),
            )
            rest[bone] = swing @ rig.rest[bone]
    held = replace(rig, heads=heads, tails=tails, rest=rest)
    collars = {side.bone("shoulder"): (rig.names.index(side.bone("shoulder")),) for side in Side}
    angles = np.zeros((1, len(OURS.freedoms)))
    for name, (bone,) in collars.items():
        matches = [replace(found(each), bones=found(each).bones | collars) for each in (rig, held)]
        both = [transfer(*each, OURS, angles)[0, bone, :, 1] for each in zip((rig, held), matches, strict=True)]
        assert both[0] @ both[1] > np.cos(np.radians(2.0)), name
