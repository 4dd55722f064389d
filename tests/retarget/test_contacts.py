"""Hands that touch something touch the same on a rig of other proportions; arms stay within their limits."""

from dataclasses import replace

import numpy as np
import pytest

from engine.keypoints import Side
from engine.retarget.character import Character
from engine.retarget.contacts.reach import arm_skeleton, reach
from engine.retarget.contacts.touches import touches
from engine.retarget.performance import Performance
from engine.retarget.rig import Rig
from engine.retarget.transfer.transfer import transfer
from engine.skeleton import forward_kinematics
from tests.rigs import OURS, found

REST = forward_kinematics(OURS, np.zeros(len(OURS.freedoms)), OURS.lengths)


def at(pose: object, name: str) -> np.ndarray:
    """(..., 3) where one of our bones ends."""
    return pose.tails[..., OURS.names.index(name), :]  # type: ignore[attr-defined]


def rig_of(lengths: np.ndarray) -> tuple[Character, np.ndarray]:
    """A rig like ours with other bone lengths (B,), with vertices at nose, ears and the trunk's front."""
    pose = forward_kinematics(OURS, np.zeros(len(OURS.freedoms)), lengths)
    rig = Rig(OURS.names, OURS.bone_parents, pose.rotations, pose.heads, pose.tails, (True,) * len(OURS.bones))
    ears = (at(pose, "ear.L") + at(pose, "ear.R")) / 2
    out = (at(pose, "ear.L") - ears) * (0.172 / 0.143)
    level = at(pose, "nose") * [0.0, 0.0, 1.0] + ears * [0.0, 1.0, 0.0]
    vertices = np.stack([at(pose, "nose"), level + out, level - out])
    return Character.of(rig, found(rig), vertices), vertices


def stretched(**factors: float) -> np.ndarray:
    """(B,) our lengths, those of the named parts multiplied."""
    return OURS.lengths * [
        next((f for part, f in factors.items() if name.startswith(part)), 1.0) for name in OURS.names
    ]


def pointing() -> np.ndarray:
    """(N,A) legal poses well inside the limits of the arm, an index finger stretched, the others bent."""
    chance = np.random.default_rng(0)
    angles = np.zeros((20_000, len(OURS.freedoms)))
    for finger in ("middle", "ring", "pinky"):
        for name in (f"f_{finger}.01.R.X", f"f_{finger}.02.R.X"):
            angles[:, OURS.angle_names.index(name)] = 1.4
    skeleton = arm_skeleton(Side.RIGHT)
    columns = [OURS.angle_names.index(name) for name in skeleton.angle_names]
    share = chance.uniform(0.15, 0.85, (len(angles), 7))
    angles[:, columns] = skeleton.lower + share * (skeleton.upper - skeleton.lower)
    return angles


def touching(goal: np.ndarray, count: int) -> np.ndarray:
    """(count,A) legal poses whose right index fingertip is at (3,), in the axes of the chest at rest."""
    angles = pointing()
    tips = at(forward_kinematics(OURS, angles, OURS.lengths), "f_index.03.R")
    angles = angles[np.argsort(np.linalg.norm(tips - goal, axis=-1))[: 2 * count]]
    columns = [OURS.angle_names.index(name) for name in arm_skeleton(Side.RIGHT).angle_names]
    lengths = OURS.lengths[[OURS.names.index(f"{part}.R") for part in ("upper_arm", "forearm")]]
    pose = forward_kinematics(OURS, angles, OURS.lengths)
    tips = at(pose, "f_index.03.R")
    angles[:, columns] = reach(Side.RIGHT, angles[:, columns], lengths, tips - at(pose, "forearm.R"), goal - tips)
    tips = at(forward_kinematics(OURS, angles, OURS.lengths), "f_index.03.R")
    angles = angles[np.linalg.norm(tips - goal, axis=-1) < 1e-3][:count]
    assert len(angles) == count
    return angles


def performance(angles: np.ndarray) -> Performance:
    return Performance(OURS, OURS.lengths, angles, np.zeros((len(angles), 3)))


def carried(character: Character, angles: np.ndarray, contacts: float) -> dict[str, np.ndarray]:
    """Our bone -> (F,3) where the rig's ends, and "nose"; from the turns alone, bone by bone."""
    rig = character.rig
    turns = np.concatenate([part.turns for part in character.carry(performance(angles), contacts)])
    world, heads, tails = np.empty_like(turns), np.zeros(turns.shape[:3]), {}
    for bone, parent in enumerate(rig.parents):
        world[:, bone] = (rig.rest[bone] if parent < 0 else world[:, parent] @ rig.rest_local[bone]) @ turns[:, bone]
        if parent >= 0:
            offset = rig.rest[parent].T @ (rig.heads[bone] - rig.heads[parent])
            heads[:, bone] = heads[:, parent] + world[:, parent] @ offset
        along = rig.rest[bone].T @ (rig.tails[bone] - rig.heads[bone])
        tails[rig.names[bone]] = heads[:, bone] + world[:, bone] @ along
    head = rig.names.index("head")
    nose = rig.rest[head].T @ (character.body.nose - rig.heads[head])
    return tails | {"nose": heads[:, head] + world[:, head] @ nose}


BUILDS = {
    "long arms": stretched(upper_arm=1.2, forearm=1.15),
    "short arms": stretched(upper_arm=0.85, forearm=0.9),
    "large head": stretched(head=1.15, nose=1.3, ear=1.3),
    "broad": stretched(shoulder=1.3, chest=1.1, spine=1.1),
    "narrow": stretched(shoulder=0.7),
}


def palms_off(character: Character, angles: np.ndarray, contacts: float, start: str, wanted: np.ndarray) -> np.ndarray:
    """(F,) how far the right index fingertip is from where it should be from the end of `start`, in palm widths."""
    ends = carried(character, angles, contacts)
    return np.linalg.norm(ends["f_index.03.R"] - ends[start] - wanted, axis=-1) / character.body.palm


@pytest.mark.parametrize("build", BUILDS)
def test_a_fingertip_on_the_nose_stays_there(build: str) -> None:
    character, _ = rig_of(BUILDS[build])
    offset = np.array([0.0, -0.01, 0.0])
    angles = touching(at(REST, "nose") + offset, 40)
    larger = character.body.head / performance(angles).moving.body.head
    off, half, on = (palms_off(character, angles, contacts, "nose", larger * offset) for contacts in (0.0, 0.5, 1.0))
    assert np.median(off) > 0.3
    assert np.median(on) < 0.15
    assert (on < half).mean() > 0.9 and (half < off).mean() > 0.9


@pytest.mark.parametrize("build", ["long arms", "short arms", "broad", "narrow"])
def test_fingertips_that_meet_still_meet(build: str) -> None:
    character, _ = rig_of(BUILDS[build])
    meeting = np.array([-0.008, -0.3, at(REST, "chest")[2] - 0.15])
    angles = touching(meeting, 40)
    for angle, name in enumerate(OURS.angle_names):
        if ".L." in name:
            source = OURS.angle_names.index(name.replace(".L.", ".R."))
            angles[:, angle] = angles[:, source] * (1.0 if name.endswith("X") else -1.0)
    between = np.array([-0.016, 0.0, 0.0])
    off, on = (palms_off(character, angles, contacts, "f_index.03.L", between) for contacts in (0.0, 1.0))
    assert np.median(on) < 0.15
    assert np.median(off) > 3 * np.median(on)


def test_hands_that_touch_nothing_are_left_alone() -> None:
    character, _ = rig_of(BUILDS["long arms"])
    angles = touching(np.array([-0.3, -0.4, at(REST, "chest")[2]]), 10)
    off, on = (next(character.carry(performance(angles), contacts)).turns for contacts in (0.0, 1.0))
    right = [OURS.names.index(f"{part}.R") for part in ("upper_arm", "forearm", "hand")]
    np.testing.assert_array_equal(off[:, right], on[:, right])


def test_a_touch_comes_and_goes_without_a_jump() -> None:
    character, _ = rig_of(BUILDS["long arms"])
    near = touching(at(REST, "nose") - [0.0, 0.005, 0.0], 1)
    angles = np.repeat(near, 60, axis=0)
    angles[:, OURS.angle_names.index("forearm.R.X")] -= np.linspace(0.0, 0.6, 60)
    steps, own = (
        np.linalg.norm(np.diff(carried(character, angles, contacts)["f_index.03.R"], axis=0), axis=-1)
        for contacts in (1.0, 0.0)
    )
    assert np.abs(np.diff(steps)).max() < 0.3 * own.max()
    assert steps.max() < 3 * own.max()


def test_a_rig_of_the_persons_own_build_has_no_gaps() -> None:
    character, _ = rig_of(OURS.lengths)
    angles = touching(at(REST, "nose"), 10)
    world = transfer(character.rig, character.match, OURS, angles)
    near = touches(performance(angles).moving, character.moving(world))
    assert near.weights.max(axis=1).min() > 0.9
    assert np.abs(near.shifts()[:, 1]).max() < 1e-3


@pytest.mark.parametrize("side", Side)
def test_an_arm_reaches_within_its_limits_and_keeps_its_hand(side: Side) -> None:
    skeleton, chance = arm_skeleton(side), np.random.default_rng(0)
    middle, half = (skeleton.lower + skeleton.upper) / 2, (skeleton.upper - skeleton.lower) / 2
    start = middle + chance.uniform(-0.5, 0.5, (500, 7)) * half
    lengths = skeleton.lengths.copy()
    lever, shift = chance.normal(0.0, 0.1, (500, 3)), chance.normal(0.0, 0.03, (500, 3))
    moved = reach(side, start, lengths[1:3], lever, shift)
    assert (moved >= skeleton.lower).all() and (moved <= skeleton.upper).all()
    before, after = (forward_kinematics(skeleton, angles, lengths) for angles in (start, moved))
    swung = (after.rotations[:, 3] @ np.swapaxes(before.rotations[:, 3], -1, -2) @ lever[..., None])[..., 0]
    miss = np.linalg.norm(after.tails[:, 2] + swung - before.tails[:, 2] - lever - shift, axis=-1)
    assert np.percentile(miss, 95) < 1e-3
    goal = before.tails[:, 2] + shift - before.heads[:, 1]
    possible = np.linalg.norm(goal, axis=-1) < 0.99 * lengths[1:3].sum()
    assert np.median(miss[possible]) < 1e-4
    turned = np.einsum("fij,fij->f", before.rotations[:, 3], after.rotations[:, 3])
    assert np.degrees(np.arccos(np.clip((turned - 1) / 2, -1, 1)))[miss < 1e-3].max() < 5.0


def test_an_arm_does_not_leap_for_what_it_cannot_reach() -> None:
    start = np.zeros((1, 7))
    start[0, 3] = 0.3
    skeleton = arm_skeleton(Side.RIGHT)
    pose = forward_kinematics(skeleton, start, skeleton.lengths)
    away = pose.tails[:, 2] - pose.heads[:, 1]
    moved = reach(Side.RIGHT, start, skeleton.lengths[1:3], np.zeros((1, 3)), away)
    after = forward_kinematics(skeleton, moved, skeleton.lengths)
    direction = (after.tails[:, 2] - after.heads[:, 1]) / np.linalg.norm(after.tails[:, 2] - after.heads[:, 1])
    assert (direction @ (away / np.linalg.norm(away)).T).item() > 0.99


def test_what_a_mesh_shows_of_head_and_trunk_is_measured() -> None:
    character, vertices = rig_of(BUILDS["large head"])
    np.testing.assert_allclose(character.body.nose, vertices[0], atol=1e-9)
    assert character.body.head == pytest.approx(np.ptp(vertices[:, 0]) / 2)
    bare = Character.of(character.rig, character.match, np.zeros((0, 3)))
    assert bare.body.head == pytest.approx(character.body.trunk * 0.172)
    neck, trunk = character.body.neck, character.body.trunk
    belly = [neck - [0.0, 0.4 * trunk, height * trunk] for height in (0.15, 0.3, 0.45)]
    deep = Character.of(character.rig, character.match, np.vstack([vertices, belly]))
    np.testing.assert_allclose(deep.body.front[2:5, 0], 0.4 * trunk, rtol=1e-6)
    np.testing.assert_array_equal(deep.body.front[:, 1:], character.body.front[:, 1:])


def test_a_hand_on_the_chest_lies_on_a_deeper_one() -> None:
    character, vertices = rig_of(OURS.lengths)
    still = np.zeros((1, len(OURS.freedoms)))
    body = performance(still).moving.body
    chest = body.neck - [0.0, body.front_at(np.array(0.3), np.array(0.0)) + 0.01, 0.3 * body.trunk]
    angles = touching(chest, 30)
    grid = np.stack(np.meshgrid(np.linspace(-0.2, 0.2, 41), np.linspace(-0.05, 1.0, 40)), -1).reshape(-1, 2)
    deep = [
        body.neck - [x, 1.3 * body.front_at(np.array(z), np.array(x / body.breadth)), z * body.trunk] for x, z in grid
    ]
    stout = Character.of(character.rig, character.match, np.vstack([vertices, deep]))
    ends = carried(stout, angles, 1.0)
    neck = (ends["shoulder.L"] + ends["shoulder.R"]) / 2
    before = -(ends["f_index.03.R"] - neck)[:, 1]
    assert np.abs(np.median(before) - 1.3 * body.front_at(np.array(0.3), np.array(0.0)) - 0.008) < 0.0075


def test_a_rig_that_lacks_a_finger_on_one_side_still_touches() -> None:
    character, vertices = rig_of(BUILDS["long arms"])
    bones = {name: bone for name, bone in character.match.bones.items() if name != "f_ring.01.L"}
    lame = Character.of(character.rig, replace(character.match, bones=bones), vertices)
    angles = touching(at(REST, "nose"), 10)
    assert np.median(palms_off(lame, angles, 1.0, "nose", np.zeros(3))) < 0.15
