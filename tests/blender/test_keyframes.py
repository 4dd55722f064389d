"""Keys are the predicted angles themselves, within the limits, and the rig moves as in the picture."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np
import pytest

from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import Side
from engine.motion import Motion
from engine.skeleton import Kind, Skeleton, hand_skeleton, load_skeleton
from tests.blender.curves import angle_keys, fcurves, keys
from tests.blender.motions import addon, expected_errors, random_motion
from tests.blender.poses import new_armature, rig_of


def keyed(motion: Motion, first: int = 1) -> bpy.types.Object:
    obj = new_armature(motion.skeleton, motion.lengths_of_bones())
    placement = addon("signer.placement").place(obj, motion)
    addon("signer.keyframes").write_keyframes(obj, motion, placement, first, set(), "clip")
    return obj


@pytest.mark.parametrize(
    "skeleton", [load_skeleton(), load_skeleton(Kind.FULL_BODY), hand_skeleton(Side.LEFT), hand_skeleton(Side.RIGHT)]
)
def test_keys_are_the_angles(skeleton: Skeleton) -> None:
    motion = random_motion(skeleton)
    obj = keyed(motion, first=7)
    rig = rig_of(skeleton)
    keyed_angles = np.empty((len(motion.time), len(rig.angle_names)), dtype=np.float32)
    for column, name in enumerate(rig.angle_names):
        frames, keyed_angles[:, column] = angle_keys(obj, name).T
        assert list(frames) == list(range(7, 7 + len(motion.time)))
    assert np.array_equal(addon("signer.neck").join_angles(skeleton, keyed_angles), motion.angles)
    unsplit = [name for name in skeleton.angle_names if not name.startswith("head")]
    for name in unsplit:
        assert np.array_equal(angle_keys(obj, name)[:, 1], motion.angles[:, skeleton.angle_names.index(name)])
    doubts = [path for path, _ in fcurves(obj) if path.endswith('["doubt"]')]
    assert len(doubts) == (4 if skeleton.kind.has_body else 1)
    assert len(fcurves(obj)) == len(rig.angle_names) + 3 + len(doubts)


def test_doubt_is_played_frame_by_frame_by_few_keys() -> None:
    seen = np.ones((12, 3), dtype=bool)
    seen[5:8, Side.RIGHT.column] = False
    errors = expected_errors(load_skeleton(), 12, left_elbow=0.375)
    obj = keyed(random_motion(load_skeleton(), expected_error=errors, seen=seen))
    for frame in range(12):
        bpy.context.scene.frame_set(1 + frame)
        bones = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        doubts = [bones[name]["doubt"] for name in ("upper_arm.L", "upper_arm.R", "hand.L", "hand.R")]
        assert doubts == pytest.approx([0.75, 0.0, 0.0, float(5 <= frame < 8)])
    assert keys(fcurves(obj)['pose.bones["hand.R"]["doubt"]', 0])[:, 0].tolist() == [1, 5, 6, 8, 9, 12]
    assert keys(fcurves(obj)['pose.bones["hand.L"]["doubt"]', 0])[:, 0].tolist() == [1, 12]


def test_every_key_is_linear_and_grouped_by_its_bone() -> None:
    for (path, _), curve in fcurves(keyed(random_motion(load_skeleton()))).items():
        assert {key.interpolation for key in curve.keyframe_points} == {"LINEAR"}
        assert curve.group.name == path.split('"')[1]


def test_no_key_lies_outside_its_limit() -> None:
    skeleton = load_skeleton()
    obj = keyed(random_motion(skeleton, angles=np.float32(1.1) * random_motion(skeleton).angles))
    rig = rig_of(skeleton)
    for name, lower, upper in list(zip(rig.angle_names, rig.lower, rig.upper, strict=True))[3:]:
        values = angle_keys(obj, name)[:, 1].astype(np.float64)
        assert lower <= values.min() and values.max() <= upper


def test_the_animated_rig_projects_onto_the_picture_as_the_motion_does() -> None:
    motion = random_motion(load_skeleton())
    obj = keyed(motion)
    camera = addon("signer.placement").place(obj, motion).camera
    for frame in range(len(motion.time)):
        bpy.context.scene.frame_set(1 + frame)
        bones = obj.evaluated_get(bpy.context.evaluated_depsgraph_get()).pose.bones
        for bone in motion.skeleton.bones:
            joint = list(motion.joints).index(bone.joint)
            expected = motion.positions[frame, joint] + motion.translation[frame]
            seen = (np.array(bones[bone.name].tail) - camera) @ CAMERA_FROM_BLENDER.T
            assert np.abs(seen - expected).max() < 1e-5
