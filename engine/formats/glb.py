"""glTF 2.0, .glb: our skeleton as joints, with a stick for every bone, so that any viewer shows the person.

A joint's axes are its bone's: Y along it, X its axis of flexion. A face is on a head of its own, see `glb_face.py`.
"""

from pathlib import Path

import numpy as np

from ..geometry.arrays import Array, in_blocks
from ..geometry.rotations import Y_UP_FROM_BLENDER, in_parents
from ..motion import Motion
from ..placement import standing_root
from ..skeleton import forward_kinematics
from .glb_face import add_face, materials
from .gltf import Document, quaternion

#: Of a stick along Y of length 1: its ends, and where it is widest, over its length.
_WIDEST, _HALF = 0.12, 0.06
_STICK = np.array(
    [[0, 0, 0], [_HALF, _WIDEST, 0], [0, _WIDEST, _HALF], [-_HALF, _WIDEST, 0], [0, _WIDEST, -_HALF], [0, 1, 0]]
)
_SIDES = np.array([[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 1], [5, 2, 1], [5, 3, 2], [5, 4, 3], [5, 1, 4]])


def write_glb(motion: Motion, path: Path) -> None:
    """Write joints and their animation, metres, at the frames' real times from the first one on, s.

    A joint bears its bone's name. Where no bone begins at a bone's end, a joint without keys ends it: `NAME_end`.
    """
    skeleton, lengths = motion.skeleton, motion.lengths_of_bones()
    parents, place = skeleton.bone_parents, standing_root(motion) @ Y_UP_FROM_BLENDER.T
    rest = forward_kinematics(skeleton, np.zeros(len(skeleton.freedoms)), lengths)
    axes, document = Y_UP_FROM_BLENDER @ rest.rotations, Document(motion.time - motion.time[0])
    for bone, (name, turn) in enumerate(zip(skeleton.names, in_parents(axes, parents), strict=True)):
        starts_with_parent = parents[bone] < 0 or skeleton.at_head[bone]
        offset = [0.0, 0.0 if starts_with_parent else float(lengths[parents[bone]]), 0.0]
        document.node(name, parents[bone], translation=offset, rotation=quaternion(turn))
    document.nodes[0]["translation"] = place[0].tolist()
    carrying = {parent for bone, parent in enumerate(parents) if not skeleton.at_head[bone]}
    ends = [bone for bone in range(len(skeleton.bones)) if bone not in carrying]
    for bone in ends:
        document.node(f"{skeleton.names[bone]}_end", bone, translation=[0.0, float(lengths[bone]), 0.0])

    def locally(angles: Array) -> Array:
        world = forward_kinematics(skeleton, angles, lengths).rotations
        local = Y_UP_FROM_BLENDER @ world
        for bone, parent in enumerate(parents):
            if parent >= 0:
                local[:, bone] = np.swapaxes(world[:, parent], -1, -2) @ world[:, bone]
        return local

    local: Array = in_blocks(locally, motion.angles.astype(np.float64))
    for bone in range(len(skeleton.bones)):
        document.turn(bone, local[:, bone])
    document.move(0, place)
    bones = [*range(len(skeleton.bones)), *ends]
    starts, tails = (place[0] + points @ Y_UP_FROM_BLENDER.T for points in (rest.heads, rest.tails))
    binds = np.tile(np.eye(4), (len(bones), 1, 1))
    binds[:, :3, :3] = np.swapaxes(axes[bones], -1, -2)
    at = np.concatenate([starts, tails[ends]])
    binds[:, :3, 3:] = -binds[:, :3, :3] @ at[..., None]
    head = None if motion.face is None else skeleton.names.index("head")
    shown = [bone for bone, parent in enumerate(parents) if head is None or parent != head]
    mesh = _sticks(document, shown, axes[shown] * lengths[shown, None, None], starts[shown])
    columns = np.swapaxes(binds, -1, -2).reshape(-1, 16).astype(np.float32)
    document.node("person", mesh=0, skin=0)
    skin = {"joints": [*range(len(bones))], "skeleton": 0, "inverseBindMatrices": document.accessor(columns)}
    more: dict[str, object] = {"meshes": [mesh], "skins": [skin]}
    if motion.face is not None and head is not None:
        length, size = float(lengths[head]), float(lengths[head] / skeleton.lengths[head])
        upright = {"translation": [0.0, length, 0.0], "rotation": quaternion(axes[head].T), "scale": [size] * 3}
        node = document.node("face", head, mesh=1, **upright)
        more |= {"meshes": [mesh, *add_face(document, motion.face, node, eye_mesh=2)], "materials": materials()}
    document.write(path, **more)


def _sticks(document: Document, owners: list[int], axes: Array, starts: Array) -> dict[str, object]:
    """A mesh of a stick for each of B bones, its owner: from its start (B,3), along axes (B,3,3) as long as it is."""
    bones, corners = len(starts), len(_STICK)
    points = starts[:, None] + _STICK @ np.swapaxes(axes, -1, -2)
    joints = np.zeros((bones * corners, 4), dtype=np.uint8)
    joints[:, 0] = np.repeat(owners, corners)
    triangles = (_SIDES + corners * np.arange(bones)[:, None, None]).reshape(-1, 1)
    attributes = {
        "POSITION": document.accessor(points.reshape(-1, 3).astype(np.float32)),
        "JOINTS_0": document.accessor(joints),
        "WEIGHTS_0": document.accessor(np.tile(np.eye(4, dtype=np.float32)[0], (len(joints), 1))),
    }
    indices = document.accessor(triangles.astype(np.uint16))
    return {"name": "person", "primitives": [{"attributes": attributes, "indices": indices}]}
