"""The face of a user's character: its meshes' shape keys, its eyes' bones and its jaw's."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterator
from dataclasses import dataclass

import bpy
import numpy as np
from bpy.utils import escape_identifier

from ...engine.face.face import Face
from ...engine.face.names import FACE_NAMES, mirrored_coefficient
from ...engine.keypoints import Side
from ...engine.retarget.face.bones import FaceBone, gaze_turns, jaw_turns
from ...engine.retarget.face.carry import carry_face, shown_coefficients
from ...engine.retarget.face.map_files import FaceMap
from ...engine.retarget.face.recognise import FaceMatch, recognise_face
from ..keying.actions import new_action
from ..keying.curves import fill, read_curves
from ..objects import deformed_meshes

_EYES = tuple(side.bone("eye") for side in Side)


@dataclass(frozen=True)
class CharacterFace:
    """What a character shows a face with; nothing of it has changed yet."""

    match: FaceMatch
    bones: dict[str, FaceBone]
    """eye.L, eye.R and jaw, as far as there are any."""
    sliders: dict[bpy.types.Key, dict[str, bpy.types.ShapeKey]]
    """The shape keys of each mesh that are to be keyed, by name."""
    held: tuple[str, ...]
    """Names of those that drivers hold, or that are linked from another file."""

    @classmethod
    def of(cls, obj: bpy.types.Object, maps: list[FaceMap], bones: dict[str, FaceBone]) -> "CharacterFace":
        """The face of all meshes that an armature deforms or carries."""
        meshes = {mesh.data.shape_keys: mesh for mesh in _meshes(obj)}
        match = recognise_face((block.name for keys in meshes for block in _blocks(keys)), maps)
        known = {name: key for key, names in match.names.items() for name in names}
        looking = {name for name, key in known.items() if all(part.startswith("eyeLook") for part in match.looks[key])}
        eyes = {bones[eye].name for eye in _EYES if eye in bones}
        sliders, held = dict[bpy.types.Key, dict[str, bpy.types.ShapeKey]](), dict[str, None]()
        for keys, mesh in meshes.items():
            blocks = {block.name: block for block in _blocks(keys) if block.name in known}
            fixed = blocks.keys() & _driven(keys) if keys.is_editable else blocks.keys()
            held |= dict.fromkeys(name for name in blocks if name in fixed)
            turned = {name for name in blocks.keys() & looking if _moves_what_turns(blocks[name], mesh, eyes)}
            own = {name: block for name, block in blocks.items() if name not in fixed | turned}
            if own:
                sliders[keys] = own
        return cls(match, bones, sliders, tuple(held))

    @property
    def description(self) -> str:
        """What it was recognised as, what of a face it lacks, and what could not be keyed; empty without a face."""
        if not self.match.family:
            return f"; face: {', '.join(self.bones)} alone" if self.bones else ""
        missing = [name for name in self.match.missing if not self._by_bone(name)]
        lacks = dict.fromkeys(_of_both(name) if mirrored_coefficient(name) in missing else name for name in missing)
        told = f"; face: {self.match.family}, {sum(map(len, self.match.names.values()))} keys"
        told += f", without {', '.join(lacks)}" if lacks else ""
        return told + (f"; not to be keyed are {', '.join(self.held)}, driven or linked" if self.held else "")

    def turns(self, face: Face) -> dict[str, np.ndarray]:
        """Bone -> its turns (F,3,3) away from rest, in its own axes, of the eyes and of a jaw that no key opens."""
        turns = gaze_turns(face.gaze, self.bones)
        if self._by_bone("jawOpen"):
            opening = shown_coefficients(face, self.match)[:, FACE_NAMES.index("jawOpen")]
            turns[self.bones["jaw"].name] = jaw_turns(opening, self.bones["jaw"])
        return turns

    def play(self, face: Face, frames: np.ndarray, name: str) -> None:
        """Key the face at `frames` (F,) in a new action of each mesh's shape keys; the earlier one is kept."""
        values = carry_face(face, self.match, self._ranges())
        for keys, own in self.sliders.items():
            earlier = {path for path, _ in read_curves(keys)}
            _, new_curve = new_action(keys, name)
            for slider, block in own.items():
                limited = np.clip(values[slider], block.slider_min, block.slider_max)
                fill(new_curve(_path(slider), 0, "face"), frames, limited)
            for block in _blocks(keys):
                if block.name not in own and _path(block.name) in earlier:
                    block.value = 0.0  # its last value would stay
            keys.update_tag()

    def _ranges(self) -> dict[str, tuple[float, float]]:
        """The range of every key, the widest of several meshes' of a name."""
        ranges = dict[str, tuple[float, float]]()
        for own in self.sliders.values():
            for name, block in own.items():
                least, most = ranges.get(name, (block.slider_min, block.slider_max))
                ranges[name] = min(least, block.slider_min), max(most, block.slider_max)
        return ranges

    def _by_bone(self, coefficient: str) -> bool:
        """Whether a bone does what a coefficient says."""
        if coefficient == "jawOpen":
            return "jaw" in self.bones and (self.match.jaw_bone or coefficient in self.match.missing)
        return coefficient.startswith("eyeLook") and all(eye in self.bones for eye in _EYES)


def _of_both(name: str) -> str:
    """A coefficient's name without its side; what goes to a side is named with it."""
    part = name.removesuffix("Left").removesuffix("Right")
    return name if part in ("jaw", "mouth") else part


def _meshes(obj: bpy.types.Object) -> Iterator[bpy.types.Object]:
    """Those with relative shape keys that an armature deforms or carries."""
    for mesh in dict.fromkeys([*deformed_meshes(obj), *obj.children_recursive]):
        if mesh.type == "MESH" and mesh.data.shape_keys is not None and mesh.data.shape_keys.use_relative:
            yield mesh


def _blocks(keys: bpy.types.Key) -> Iterator[bpy.types.ShapeKey]:
    """All but the one that the others are relative to."""
    return (block for block in keys.key_blocks if block != keys.reference_key)


def _path(name: str) -> str:
    return f'key_blocks["{escape_identifier(name)}"].value'


def _driven(keys: bpy.types.Key) -> set[str]:
    """Names of the shape keys whose value a driver holds."""
    data = keys.animation_data
    paths = {driver.data_path for driver in data.drivers} if data is not None else set[str]()
    return {block.name for block in keys.key_blocks if _path(block.name) in paths}


def _moves_what_turns(block: bpy.types.ShapeKey, mesh: bpy.types.Object, bones: set[str]) -> bool:
    """Whether a shape key moves vertices that one of some bones turns, which would turn them twice."""
    if mesh.parent_type == "BONE":
        return mesh.parent_bone in bones
    groups = {group.index for group in mesh.vertex_groups if group.name in bones}
    vertices = mesh.data.vertices
    shapes = np.empty((2, 3 * len(vertices)), dtype=np.float32)
    block.data.foreach_get("co", shapes[0])
    block.relative_key.data.foreach_get("co", shapes[1])
    moved = np.flatnonzero((shapes[0] != shapes[1]).reshape(-1, 3).any(axis=1)) if groups else []
    return any(
        group.group in groups and group.weight > 0.5 for vertex in moved for group in vertices[int(vertex)].groups
    )
