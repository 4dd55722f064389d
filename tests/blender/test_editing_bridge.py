"""A bridged range: the ends stay, nothing jumps, limits hold, and a motion that is known is nearly found again."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.keypoints import Side
from engine.skeleton import Kind, load_skeleton
from tests.blender.curves import fcurves, keys
from tests.blender.edited import imported, limited, played, select, signing, tails
from tests.blender.motions import expected_errors

FRAMES = range(1, 61)
FIRST, LAST = 20, 32


def lost(skeleton_kind: Kind, side: Side) -> tuple[bpy.types.Object, np.ndarray]:
    """An armature whose one hand shakes at random between two frames, and the angles before that."""
    skeleton = load_skeleton(skeleton_kind)
    clean = signing(skeleton, 60)
    shaken = clean.copy()
    hand = skeleton.names.index(side.bone("hand"))
    columns = [c for c, (b, axis) in enumerate(skeleton.freedoms) if hand <= b < hand + 20 and c > 2]
    shaken[FIRST : LAST - 1, columns] = signing(skeleton, 60, 0.3)[FIRST : LAST - 1, columns]
    return imported(kind=skeleton_kind, angles=shaken), clean


@pytest.mark.parametrize("side", Side)
def test_a_lost_hand_comes_back_to_nearly_where_it_was(side: Side) -> None:
    obj, clean = lost(Kind.UPPER_BODY, side)
    shaken = tails(obj, played(obj, FRAMES))
    assert bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side=side.value) == {"FINISHED"}
    bridged = tails(obj, played(obj, FRAMES))
    truth = imported(angles=clean)
    wanted = tails(truth, played(truth, FRAMES))
    assert np.abs(bridged - wanted).max() < 0.4 * np.abs(shaken - wanted).max()
    speed = np.linalg.norm(np.diff(bridged, axis=0), axis=-1)
    assert (
        np.abs(np.diff(speed, axis=0)).max()
        < 1.5 * np.abs(np.diff(np.linalg.norm(np.diff(wanted, axis=0), axis=-1), axis=0)).max()
    )


@pytest.mark.parametrize("part", ["hand", "arm", "selected"])
def test_only_keys_of_the_part_inside_the_range_change(part: str) -> None:
    obj = imported(noise=0.1)
    before = {channel: keys(curve) for channel, curve in fcurves(obj).items()}
    select(obj, "chest")
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="right", part=part)
    changed = {c for c, curve in fcurves(obj).items() if not np.array_equal(keys(curve), before[c])}
    rotated = {(path.split('"')[1], axis) for path, axis in before if "rotation" in path}
    right = {(bone, axis) for bone, axis in rotated if bone.endswith(".R")}
    own = {
        "hand": {(bone, axis) for bone, axis in right if "arm" not in bone} | {("forearm.R", 1)},
        "arm": right,
        "selected": {(bone, axis) for bone, axis in rotated if bone == "chest"},
    }
    assert {(path.split('"')[1], axis) for path, axis in changed} == own[part]
    for channel in changed:
        new, old = keys(fcurves(obj)[channel]), before[channel]
        assert np.array_equal(new[:FIRST], old[:FIRST]) and np.array_equal(new[LAST - 1 :], old[LAST - 1 :])


def test_every_angle_stays_within_its_limits_whatever_speed_it_enters_with() -> None:
    skeleton = load_skeleton()
    angles = signing(skeleton, 60)
    angles[18] = skeleton.clamp(skeleton.lower.astype(np.float32))
    angles[19] = angles[31] = skeleton.clamp(skeleton.upper.astype(np.float32))
    obj = imported(angles=angles)
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="left", part="arm")
    for curve, lower, upper in limited(obj):
        assert lower <= keys(curve)[:, 1].min() and keys(curve)[:, 1].max() <= upper


def test_the_marker_of_the_lost_hand_goes_and_no_other_does() -> None:
    seen = np.ones((60, 3), dtype=bool)
    seen[22:30] = seen[50:] = False
    imported(seen=seen)
    markers = bpy.context.scene.timeline_markers
    before = {(marker.name, marker.frame) for marker in markers}
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="left")
    gone = before - {(marker.name, marker.frame) for marker in markers}
    assert gone and all(name.startswith("left hand") and FIRST <= frame <= LAST for name, frame in gone)
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="right")
    assert not any("hand" in marker.name and marker.frame < 40 for marker in markers)


def test_the_doubt_of_a_bridged_arm_goes_with_it() -> None:
    share = np.zeros(60)
    share[21:30] = 0.45
    imported(expected_error=expected_errors(load_skeleton(), 60, left_wrist=share, right_wrist=share))
    names = [f"{side} arm in doubt{end}, sample" for side in Side for end in ("", " until here")]
    markers = bpy.context.scene.timeline_markers
    assert sorted(marker.name for marker in markers) == sorted(names)
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="left", part="hand")
    assert len(markers) == 4
    bpy.ops.object.sign_mocap_bridge(first=FIRST, last=LAST, side="left", part="arm")
    assert sorted(marker.name for marker in markers) == sorted(names[2:])
