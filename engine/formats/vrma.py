"""VRM animation, .vrma (VRM Consortium 2023, "VRMC_vrm_animation 1.0"): glTF that moves any VRM character.

The nodes' own pose is a T, as the specification wants it, in the world's axes. A face becomes expressions: presets for
blinks and vowels, which all characters have, and expressions with ARKit's names for whatever no preset shows. So a
character that has both, as those of Perfect Sync do, never shows anything twice. Where the eyes look, seen from the
head, is a node's rotation. Drafts had the place of a target instead: the VRM add-on for Blender reads that alone, and a
file with it fails in three-vrm.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from ..errors import InputError
from ..face.face import Face
from ..face.names import FACE_NAMES
from ..geometry.arrays import Array, in_blocks
from ..geometry.rotations import Y_UP_FROM_BLENDER, euler_to_matrix, unit
from ..keypoints import Side
from ..motion import Motion
from ..placement import standing_hips, standing_root
from ..retarget import Rig, read_map
from ..retarget.anatomy.segments import rig_rest
from ..retarget.face.carry import carry_face
from ..retarget.face.map_files import FACE_MAPS, read_face_map
from ..retarget.face.recognise import FaceMatch, recognise_face
from ..retarget.recognise.map_files import MAPS
from ..retarget.recognise.match import Match
from ..retarget.transfer.transfer import transfer
from ..skeleton import Kind, Skeleton, load_skeleton
from .gltf import Document
from .spread_rig import on_full_body, spread_rig

_BODY = {
    "hips": "",
    "spine": "hips",
    "chest": "spine",
    "upperChest": "chest",
    "neck": "upperChest",
    "head": "neck",
    "{side}Eye": "head",
    "{side}Shoulder": "upperChest",
    "{side}UpperArm": "{side}Shoulder",
    "{side}LowerArm": "{side}UpperArm",
    "{side}Hand": "{side}LowerArm",
    "{side}UpperLeg": "hips",
    "{side}LowerLeg": "{side}UpperLeg",
    "{side}Foot": "{side}LowerLeg",
    "{side}Toes": "{side}Foot",
}
_FINGERS = {
    "Thumb": ("Metacarpal", "Proximal", "Distal"),
    **dict.fromkeys(("Index", "Middle", "Ring", "Little"), ("Proximal", "Intermediate", "Distal")),
}
#: Humanoid bone -> the one that carries it.
TREE = {side.fill(bone): side.fill(parent) for bone, parent in _BODY.items() for side in Side} | {
    f"{side}{finger}{part}": f"{side}{finger}{before}" if before else f"{side}Hand"
    for side in Side
    for finger, parts in _FINGERS.items()
    for before, part in zip(("", *parts), parts, strict=False)
}
_EYES = {f"{side}Eye": side.bone("eye") for side in Side}
PRESETS = ("aa", "ih", "ou", "ee", "oh", "blinkLeft", "blinkRight")


def write_vrma(motion: Motion, path: Path) -> None:
    """Write bones, expressions and gaze, at the frames' real times from the first one on, s.

    Raises InputError for a hand by itself. The hips' place is in metres; readers scale it to their character.
    """
    if not motion.kind.has_body:
        raise InputError("A VRM animation is of a whole person, and this is one hand by itself; track the person.")
    skeleton, (angles, lengths) = load_skeleton(Kind.FULL_BODY), on_full_body(motion)
    rig, match = _t_pose(skeleton, skeleton.lengths)  # on which `transfer` lays palms as on ours
    rest = rig_rest(rig, match)

    def turned(rows: Array) -> Array:
        return transfer(rig, match, skeleton, rows, rest=rest)

    world, (own, _) = in_blocks(turned, angles), _t_pose(skeleton, lengths)
    hips, root = standing_hips(motion.skeleton, motion.lengths_of_bones()), standing_root(motion)
    document = Document(motion.time - motion.time[0])
    for bone, (name, parent) in enumerate(zip(own.names, own.parents, strict=True)):
        offset = own.heads[bone] - own.heads[parent] if parent >= 0 else hips
        document.node(name, parent, translation=(Y_UP_FROM_BLENDER @ offset).tolist())
    for bone, turns in enumerate(np.moveaxis(own.local(world), 1, 0)):
        if own.names[bone] not in _EYES:
            document.turn(bone, Y_UP_FROM_BLENDER @ turns @ Y_UP_FROM_BLENDER.T)
    document.move(0, root @ Y_UP_FROM_BLENDER.T)
    bones = {name: {"node": bone} for bone, name in enumerate(own.names) if name not in _EYES}
    extension: dict[str, object] = {"specVersion": "1.0", "humanoid": {"humanBones": bones}}
    if motion.face is not None:
        extension["expressions"] = _expressions(document, motion.face)
        head = own.names.index("head")
        eyes = np.mean([own.heads[own.names.index(eye)] for eye in _EYES], axis=0) - own.heads[head]
        extension["lookAt"] = _look_at(document, motion.face.gaze, (Y_UP_FROM_BLENDER @ eyes).tolist())
    document.write(path, extensionsUsed=["VRMC_vrm_animation"], extensions={"VRMC_vrm_animation": extension})


def add_gaze(path: Path, times: Array, gaze: Array, offset: list[float]) -> None:
    """Let a .vrma that the VRM add-on for Blender wrote tell where eyes look, in place of what it tells of that.

    `gaze` (F,2,2) is as `Face.gaze`, at times (F,) s; `offset` is metres from the head bone to between the eyes.
    """
    document, top = Document.read(path, times)
    top["extensions"]["VRMC_vrm_animation"]["lookAt"] = _look_at(document, gaze, offset)
    document.write(path, **top)


def _look_at(document: Document, gaze: Array, offset: list[float]) -> dict[str, object]:
    """A node that is turned to where eyes of `Face.gaze` (F,2,2) look, in the mean of both.

    The specification's yaw is positive to the person's left, as ours, and its pitch downwards.
    """
    yaw, pitch = gaze.astype(np.float64).mean(axis=1).T
    node = document.node("lookAt")
    document.turn(node, euler_to_matrix(np.stack([-pitch, yaw, np.zeros_like(yaw)], axis=1), "ZXY"))
    return {"node": node, "offsetFromHeadBone": offset}


def _t_pose(skeleton: Skeleton, lengths: Array) -> tuple[Rig, Match]:
    """The specification's: fingers straight on from the arms, and thumbs half to the front."""
    rig, match = spread_rig(TREE, read_map(MAPS / "vrm_1.toml"), skeleton, lengths, _EYES)
    heads, tails = rig.heads.copy(), rig.tails.copy()
    for (side, aside), (finger, parts) in product(zip(Side, (1.0, -1.0), strict=True), _FINGERS.items()):
        along = unit(np.array([aside, -1.0 if finger == "Thumb" else 0.0, 0.0]))
        joints = [rig.names.index(f"{side}{finger}{part}") for part in parts]
        for joint, following in zip(joints, (*joints[1:], None), strict=True):
            tails[joint] = heads[joint] + along * np.linalg.norm(rig.tails[joint] - rig.heads[joint])
            if following is not None:
                heads[following] = tails[joint]
    return replace(rig, heads=heads, tails=tails), match


def _expressions(document: Document, face: Face) -> dict[str, dict[str, dict[str, int]]]:
    """Nodes for a face's expressions, which a node's X says how much there is of."""
    presets = recognise_face(PRESETS, [read_face_map(FACE_MAPS / "vrm.toml")])
    kinds = {"preset": carry_face(face, presets, {}), "custom": dict(_others(face, presets))}
    told: dict[str, dict[str, dict[str, int]]] = {}
    for kind, values in kinds.items():
        told[kind] = {name: {"node": document.node(name)} for name in values}
        for name, amounts in values.items():
            document.move(told[kind][name]["node"], amounts[:, None] * [1.0, 0.0, 0.0])
    return told


def _others(face: Face, presets: FaceMatch) -> Iterator[tuple[str, Array]]:
    """The coefficients that no preset shows, but for those of the gaze."""
    for name, values in zip(FACE_NAMES, face.coefficients.T, strict=True):
        if name in presets.missing and not name.startswith("eyeLook"):
            yield name, values
