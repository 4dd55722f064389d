"""Posing a figure: trunk turns, two-bone arms with a swivel, forearm pronation, wrist, fingers.

All rotations are world rotations away from the rest pose, so the rolls of a rig's bones do not matter.
"""

from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array
from ...geometry.rotations import euler_to_matrix, frame_along, matrix_to_euler, shortest_turn, unit
from ...keypoints import Side
from ...skeleton import Pose, forward_kinematics, legs_skeleton
from .figure import BONE, BONES, PARENTS, Figure
from .handshape import Handshape, palm_frame

#: Degrees: pronation, wrist flexion, ulnar deviation. What a posed hand may reach.
WRIST_LOWER, WRIST_UPPER = np.array([-80.0, -55.0, -18.0]), np.array([80.0, 55.0, 25.0])
# A hanging elbow points a little backwards.
_ELBOW_REFERENCE = np.array([0.0, 0.35, -1.0])


@dataclass(frozen=True)
class Arm:
    """One arm. `wrist` (3,) is relative to the shoulder in the chest's frame: outwards, forwards, up,
    in metres. `swivel` (radians) lifts the elbow outwards. `hand` (3,) is pronation, flexion and
    ulnar deviation in radians, 0 = thumb up with the forearm level.
    """

    wrist: Array
    swivel: float
    hand: Array
    shape: Handshape


@dataclass(frozen=True)
class Trunk:
    """Turns (3,) of hips, chest and head about X, Y, Z, radians, each relative to the one below."""

    hips: Array
    chest: Array
    head: Array


@dataclass(frozen=True)
class Posed:
    """World rotations away from rest (B,3,3), joint positions (B,3), bone ends (B,3)."""

    rotations: Array
    heads: Array
    tails: Array


def _hinge_frame(upper: Array, lower: Array, along: Array) -> Array:
    """Columns: the bone's direction, the elbow's hinge, their normal."""
    hinge = unit(np.cross(upper, lower))
    return np.stack([along, hinge, np.cross(along, hinge)], axis=1)


def _bone(figure: Figure, name: str) -> Array:
    """Rest vector of a bone to the joint that follows it, for those with one."""
    following = {"upper_arm": "forearm", "forearm": "hand"}
    side, _, part = name.partition("_")
    ends, bone = (figure.heads, f"{side}_{following[part]}") if part in following else (figure.tails, name)
    end = ends[BONE[bone]]
    return end - figure.heads[BONE[name]]


def rest_palm(figure: Figure, side: Side) -> Array:
    """The palm frame (3,3) of the rest pose."""
    wrist, index, middle, pinky = (
        figure.heads[BONE[f"{side}_{name}"]] for name in ("hand", "index1", "middle1", "pinky1")
    )
    return palm_frame(wrist, index, middle, pinky, side)


def signed(hand: Array, side: Side) -> Array:
    """Anatomical pronation, flexion, deviation <-> turns about the forearm frame's Y, X, Z."""
    return hand * ([-1, 1, 1] if side is Side.RIGHT else [1, 1, -1])


def forearm_frame(upper: Array, forearm: Array, side: Side) -> Array:
    """The palm frame (3,3) of a hand that is straight and neither pronated nor supinated."""
    out = unit(np.cross(upper, forearm) * (-1 if side is Side.RIGHT else 1))
    return np.stack([np.cross(forearm, out), forearm, out], axis=1)


def solve_elbow(lengths: tuple[float, float], wrist: Array, swivel: float, side: Side) -> tuple[Array, Array]:
    """Unit directions of upper arm and forearm for a wrist (3,) relative to the shoulder."""
    upper, lower = lengths
    distance = np.clip(np.linalg.norm(wrist), abs(upper - lower) + 0.06, 0.985 * (upper + lower))
    towards = unit(wrist)
    along = (distance**2 + upper**2 - lower**2) / (2 * distance)
    down = unit(_ELBOW_REFERENCE - towards * (_ELBOW_REFERENCE @ towards))
    outwards = np.cross(towards, down)
    outwards = outwards * (1 if outwards[0] * (1 if side is Side.LEFT else -1) > 0 else -1)
    radius = np.sqrt(max(upper**2 - along**2, 1e-8))
    elbow = towards * along + radius * (np.cos(swivel) * down + np.sin(swivel) * outwards)
    return unit(elbow), unit(towards * distance - elbow)


def hand_angles(frame: Array, palm: Array, fingers: Array, side: Side) -> Array:
    """Pronation, flexion, deviation (3,) that turn a forearm frame (3,3) to a wanted palm direction
    and finger direction (3,), radians, not limited.
    """
    along = unit(fingers)
    out = unit(palm - along * (palm @ along))
    wanted = np.stack([np.cross(along, out), along, out], axis=1)
    x, y, z = matrix_to_euler(frame.T @ wanted, "ZXY")
    return signed(np.array([y, x, z]), side)


def arm_directions(figure: Figure, chest: Array, arm: Arm, side: Side) -> tuple[Array, Array]:
    """World directions of upper arm and forearm under a chest rotation (3,3)."""
    sign = 1.0 if side is Side.LEFT else -1.0
    wrist = np.array([sign * arm.wrist[0], -arm.wrist[1], arm.wrist[2]])
    lengths = tuple(float(np.linalg.norm(_bone(figure, f"{side}_{b}"))) for b in ("upper_arm", "forearm"))
    upper, forearm = solve_elbow((lengths[0], lengths[1]), wrist, arm.swivel, side)
    return chest @ upper, chest @ forearm


def _pose_fingers(figure: Figure, turns: dict[str, Array], palm: Array, arm: Arm, side: Side):
    mirror = 1.0 if side is Side.RIGHT else -1.0
    rest = rest_palm(figure, side)
    parent = turns[f"{side}_hand"]
    for k, direction in enumerate(arm.shape.thumb * [mirror, 1.0, 1.0], start=1):
        name = f"{side}_thumb{k}"
        parent = shortest_turn(parent @ unit(_bone(figure, name)), palm @ direction) @ parent
        turns[name] = parent
    for finger, angles in zip(("index", "middle", "ring", "pinky"), arm.shape.fingers, strict=True):
        flexion = 0.0
        for k, bend in enumerate(angles[[0, 2, 3]], start=1):
            flexion += bend
            local = euler_to_matrix(np.array([flexion, 0.0, 0.0]), "XYZ") @ euler_to_matrix(
                np.array([0.0, 0.0, -mirror * angles[1]]), "XYZ"
            )
            name = f"{side}_{finger}{k}"
            frame = frame_along(_bone(figure, name), rest[:, 0])
            turns[name] = palm @ local @ frame.T


def _pose_arm(figure: Figure, turns: dict[str, Array], arm: Arm, side: Side) -> None:
    chest = turns["chest"]
    upper, forearm = arm_directions(figure, chest, arm, side)
    lift = max(0.0, float((chest.T @ upper)[2]) + 0.55) * 0.22
    sign = 1.0 if side is Side.LEFT else -1.0
    turns[f"{side}_clavicle"] = chest @ euler_to_matrix(np.array([0.0, -sign * lift, 0.0]), "XYZ")
    rest = [unit(_bone(figure, f"{side}_{name}")) for name in ("upper_arm", "forearm")]
    upper0, forearm0 = rest
    for name, along, along0 in zip(("upper_arm", "forearm"), (upper, forearm), rest, strict=True):
        frame, frame0 = _hinge_frame(upper, forearm, along), _hinge_frame(upper0, forearm0, along0)
        turns[f"{side}_{name}"] = frame @ frame0.T
    y, x, z = signed(arm.hand, side)
    palm = forearm_frame(upper, forearm, side) @ euler_to_matrix(np.array([x, y, z]), "ZXY")
    turns[f"{side}_hand"] = palm @ rest_palm(figure, side).T
    _pose_fingers(figure, turns, palm, arm, side)


def _pose_leg(figure: Figure, turns: dict[str, Array], pose: Pose, side: Side) -> None:
    """Turn a leg's bones to where those of legs_skeleton() are in a pose of it."""
    skeleton = legs_skeleton()
    for part, end in (("thigh", "shin"), ("shin", "foot"), ("foot", None)):
        name = f"{side}_{part}"
        bone = skeleton.names.index(side.bone(part))
        tip = figure.tails[BONE[f"{side}_toe"]] if end is None else figure.heads[BONE[f"{side}_{end}"]]
        along = tip - figure.heads[BONE[name]]
        rest = frame_along(along, skeleton.rest[bone, :, 0])
        turns[name] = turns["hips"] @ pose.rotations[bone] @ rest.T
    turns[f"{side}_toe"] = turns[f"{side}_foot"]


def pose_figure(figure: Figure, trunk: Trunk, arms: dict[Side, Arm], root: Array, legs: Array | None = None) -> Posed:
    """Pose a figure; `root` (3,) moves its hips from where they rest, metres.

    `legs` (10,) are angles of legs_skeleton() without its root, radians; without them it stands as at rest.
    """
    turns = {"hips": euler_to_matrix(trunk.hips, "XYZ")}
    bend = euler_to_matrix(trunk.chest / 3, "XYZ")
    for name, below in (("spine", "hips"), ("spine1", "spine"), ("chest", "spine1")):
        turns[name] = turns[below] @ bend
    nod = euler_to_matrix(trunk.head / 2, "XYZ")
    turns["neck"] = turns["chest"] @ nod
    turns["head"] = turns["neck"] @ nod
    for side in Side:
        _pose_arm(figure, turns, arms[side], side)
    if legs is not None:
        pose = forward_kinematics(legs_skeleton(), np.concatenate([np.zeros(3), legs]), legs_skeleton().lengths)
        for side in Side:
            _pose_leg(figure, turns, pose, side)
    rotations = np.stack([turns.get(name, np.eye(3)) for name in BONES])
    heads = np.empty_like(figure.heads)
    for bone, parent in enumerate(PARENTS):
        if parent < 0:
            heads[bone] = figure.heads[bone] + root
        else:
            offset = figure.heads[bone] - figure.heads[parent]
            heads[bone] = heads[parent] + rotations[parent] @ offset
    tails = heads + np.einsum("bij,bj->bi", rotations, figure.tails - figure.heads)
    return Posed(rotations, heads, tails)
