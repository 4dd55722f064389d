"""IK controls of an arm on our own armature: bones to pose, a chain that reaches for them, and a switch.

Blender solves IK after all other constraints of the bones in the chain, with limits of its own that are not ours
(of a joint with three axes they bound swing and twist, and a pole turns the first bone past them). So IK moves a
chain of copies, and the arm copies these before its Limit Rotation constraints, which hold it within our limits.
"""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from math import radians
from typing import Any

import bpy
import numpy as np
from mathutils import Vector

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import unit
from ...engine.keypoints import Side
from ...engine.skeleton import Skeleton
from ..objects import IK_SWITCH, armature_of, pose_bones
from ..signer.armature import edit_bones_of
from ..signer.bone_shapes import shape_bone

CHAIN = ("upper_arm", "forearm", "hand")
#: From the elbow to its control, of the upper arm's length.
_POLE = 1.0
#: Bends the copied elbow where the search for a pose begins: from a straight arm it finds none.
_BENT = radians(60)
_COLLECTIONS = {"IK controls": True, "IK mechanism": False}
_COLOUR = "THEME03"
#: Of the hand: its control is around the fingers, too.
_LENGTH = 2.0
#: Shape, and half its width and depth over the length of the bone.
_HAND_SHAPE = ("box", 0.35, 0.2)
_ELBOW_SHAPE = ("ball", 1.0, 1.0)
_CONSTRAINT = "Sign Mocap IK"


def hand_control(side: Side) -> str:
    """Name of the bone that the hand follows."""
    return side.bone("hand_ik")


def elbow_control(side: Side) -> str:
    """Name of the bone that the elbow points at."""
    return side.bone("elbow_ik")


def has_controls(obj: bpy.types.Object, side: Side) -> bool:
    """Whether this arm has them."""
    return hand_control(side) in pose_bones(obj)


def add_controls(obj: bpy.types.Object, skeleton: Skeleton, side: Side) -> None:
    """Bones and constraints; the arm follows them from now on."""
    pole = pole_direction(skeleton, side)
    with edit_bones_of(obj) as bones:
        _add_bones(bones, side, Vector((skeleton.rest[skeleton.names.index(side.bone("upper_arm"))] @ pole).tolist()))
    _sort(obj, side)
    _bend(obj, skeleton, side, float(np.arctan2(pole[2], pole[0])))
    _follow(obj, side)


def remove_controls(obj: bpy.types.Object, side: Side) -> None:
    """Take bones, constraints and drivers of `add_controls` away; keys of the controls are not touched."""
    for part in CHAIN:
        constraints = pose_bones(obj)[side.bone(part)].constraints
        for constraint in [c for c in constraints if c.name.startswith(_CONSTRAINT)]:
            constraint.driver_remove("influence")
            constraints.remove(constraint)
    with edit_bones_of(obj) as bones:
        for name in own_bones(side):
            bones.remove(bones[name])
    collections = armature_of(obj).collections
    for name in _COLLECTIONS:
        if name in collections and not collections[name].bones:
            collections.remove(collections[name])


def pole_direction(skeleton: Skeleton, side: Side) -> Array:
    """(3,) in the upper arm's axes: across it, to where a bent elbow points."""
    hinge = skeleton.rest_local[skeleton.names.index(side.bone("forearm"))][:, 0]
    return unit(np.cross([0.0, 1.0, 0.0], hinge))


def pole_distance(length: float) -> float:
    """Metres from the elbow to its control, for an upper arm's length."""
    return _POLE * length


def _copy(part: str, side: Side) -> str:
    return side.bone(f"ik_{part}")


def own_bones(side: Side) -> list[str]:
    """Names of the controls and of the copies of the arm."""
    return [hand_control(side), elbow_control(side), *(_copy(part, side) for part in CHAIN)]


def _add_bones(bones: bpy.types.ArmatureEditBones, side: Side, pole: Vector) -> None:
    """The copies of the arm, and the controls, without a parent so that the trunk leaves them where they are."""
    made = {name: bones.new(name) for name in own_bones(side)}
    for bone in made.values():
        bone.use_deform = False
    sources = {_copy(part, side): bones[side.bone(part)] for part in CHAIN}
    for name, source in (*sources.items(), (hand_control(side), bones[side.bone("hand")])):
        made[name].head, made[name].tail, made[name].roll = source.head, source.tail, source.roll
    made[hand_control(side)].length *= _LENGTH
    parent = bones[side.bone(CHAIN[0])].parent
    for part in CHAIN:
        made[_copy(part, side)].parent = parent
        parent = made[_copy(part, side)]
    upper = bones[side.bone(CHAIN[0])]
    elbow = made[elbow_control(side)]
    elbow.head = upper.tail + pole * pole_distance(upper.length)
    elbow.tail = elbow.head + pole * upper.length / 8


def _sort(obj: bpy.types.Object, side: Side) -> None:
    """Collections, colours and shapes: the copies are hidden."""
    armature = armature_of(obj)
    for name, visible in _COLLECTIONS.items():
        if name not in armature.collections:
            armature.collections.new(name).is_visible = visible
    controls, mechanism = (armature.collections[name] for name in _COLLECTIONS)
    for name in own_bones(side):
        shown = name in (hand_control(side), elbow_control(side))
        (controls if shown else mechanism).assign(armature.bones[name])
        armature.bones[name].color.palette = _COLOUR
    for name, shape in ((hand_control(side), _HAND_SHAPE), (elbow_control(side), _ELBOW_SHAPE)):
        shape_bone(pose_bones(obj)[name], *shape)


def _bend(obj: bpy.types.Object, skeleton: Skeleton, side: Side, pole_angle: float) -> None:
    """Let the copies reach for the controls, with the elbow as a hinge that has our limits."""
    bones = pose_bones(obj)
    forearm, hand = (bones[_copy(part, side)] for part in CHAIN[1:])
    lower, upper = skeleton.bones[skeleton.names.index(side.bone("forearm"))].limits["X"]
    forearm.rotation_mode = "XYZ"
    forearm.rotation_euler.x = _BENT
    forearm.lock_ik_y = forearm.lock_ik_z = forearm.use_ik_limit_x = True
    forearm.ik_min_x, forearm.ik_max_x = lower, upper
    reach = _constraint(forearm, "IK", obj, hand_control(side))
    reach.pole_target, reach.pole_subtarget, reach.pole_angle = obj, elbow_control(side), pole_angle
    reach.chain_count = 2
    turn = _constraint(hand, "COPY_ROTATION", obj, hand_control(side))
    turn.owner_space = turn.target_space = "POSE"


def _follow(obj: bpy.types.Object, side: Side) -> None:
    """Let the arm copy the copies, each as far as the switch says, before its limits are applied.

    The forearm's turn about itself is what of the hand's turn the wrist has no axis for: the first of the angles
    about Y, X and Z that make it.
    """
    bones = pose_bones(obj)
    control = bones[hand_control(side)]
    control[IK_SWITCH] = 1.0
    control.id_properties_ui(IK_SWITCH).update(min=0.0, max=1.0, description="1 follows the controls, 0 the arm's keys")
    upper_arm, forearm, hand = (bones[side.bone(part)] for part in CHAIN)
    copies = [
        _constraint(upper_arm, "COPY_ROTATION", obj, _copy("upper_arm", side)),
        _constraint(forearm, "COPY_ROTATION", obj, _copy("forearm", side)),
        _constraint(forearm, "COPY_ROTATION", obj, _copy("hand", side)),
        _constraint(hand, "COPY_ROTATION", obj, _copy("hand", side)),
    ]
    for copy in copies[:3]:
        copy.owner_space = copy.target_space = "LOCAL"
    twist = copies[2]
    twist.use_x = twist.use_z = False
    twist.euler_order, twist.mix_mode = "ZXY", "AFTER"
    copies[3].owner_space = copies[3].target_space = "POSE"
    for copy in copies:
        _drive(copy, obj, control)
    for bone, count in ((upper_arm, 1), (forearm, 2), (hand, 1)):
        for place in range(count):
            bone.constraints.move(len(bone.constraints) - count + place, place)


def _constraint(bone: bpy.types.PoseBone, kind: str, obj: bpy.types.Object, target: str) -> Any:
    constraint: Any = bone.constraints.new(kind)
    constraint.name = _CONSTRAINT
    constraint.target, constraint.subtarget = obj, target
    return constraint


def _drive(constraint: bpy.types.Constraint, obj: bpy.types.Object, control: bpy.types.PoseBone) -> None:
    """The switch is the constraint's influence."""
    driver = constraint.driver_add("influence").driver
    driver.type = "AVERAGE"
    variable = driver.variables.new()
    variable.targets[0].id = obj
    variable.targets[0].data_path = f'{control.path_from_id()}["{IK_SWITCH}"]'
