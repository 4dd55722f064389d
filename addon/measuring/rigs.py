"""The rigs that retargeting is measured on: opened in Blender, their bones named here and not by rigs/maps."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import bpy

FINGERS = ("thumb", "f_index", "f_middle", "f_ring", "f_pinky")
#: Segments that are measured, without their side.
SEGMENTS = ("upper_arm", "forearm", "hand", *(f"{finger}.0{k}" for finger in FINGERS for k in (1, 2, 3)))
_JOINTS = ("proximal", "intermediate", "distal")


@dataclass(frozen=True)
class RealRig:
    """One rig: what it is, how it comes into an empty file, and how its bones are named."""

    name: str
    enter: Callable[[Path], bpy.types.Object]
    """From the data folder, into the open file; raises OSError where it is missing."""
    names: tuple[str, str, str, str]
    """Of upper arm (bones from the shoulder on, spaces between them), forearm, hand and fingers: {S} is Left or
    Right, {s} l or r, {L} L or R; {finger}, {Finger}, its number {n} from the thumb 1, its segment {k}, {joint}."""
    prefix: str = ""
    twists: bool = False
    """Whether the forearm's bone leaves its twist to others."""

    def bones(self) -> dict[str, tuple[str, ...]]:
        """Our segment, "hand.L" and so on -> its bones from the body outwards."""
        return {f"{part}.{side}": tuple(self._named(part, side)) for part in SEGMENTS for side in "LR"}

    def _named(self, part: str, side: str) -> Iterator[str]:
        words: dict[str, Any] = {"S": {"L": "Left", "R": "Right"}[side], "s": side.lower(), "L": side}
        pattern = self.names[min(SEGMENTS.index(part), 3)]
        if "." in part:
            name, number = part.split(".")
            finger, k = name.removeprefix("f_"), int(number)
            words |= {"finger": finger, "Finger": finger.title(), "n": FINGERS.index(name) + 1, "k": k}
            words |= {"joint": _JOINTS[k - 1], "little": finger.replace("pinky", "little"), "f_finger": name}
        for bone in pattern.split():
            yield self.prefix + bone.format(**words)


def open_rig(rig: RealRig, data: Path) -> bpy.types.Object:
    """The rig's armature, alone in an empty file."""
    bpy.ops.wm.read_homefile(use_empty=True)
    obj = rig.enter(data)
    bpy.context.view_layer.update()
    return obj


def open_stored(path: str, data: Path) -> bpy.types.Object:
    """The armature of a file in the data folder, brought into the open file; FileNotFoundError where it is missing."""
    file = data / path
    if not file.is_file():
        raise FileNotFoundError(f"{file} does not exist")
    if file.suffix == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(file))
    else:
        libraries: Any = bpy.data.libraries
        with libraries.load(str(file)) as (source, target):
            target.objects = source.objects
        for obj in target.objects:
            bpy.context.scene.collection.objects.link(obj)
    return next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE")


def _built(path: str, data: Path) -> bpy.types.Object:
    """An armature from a bone table of MakeHuman's."""
    table = json.loads((data / path).read_text(encoding="utf-8"))
    rows = table.get("bones", table)
    obj = bpy.data.objects.new("table", bpy.data.armatures.new("table"))
    bpy.context.scene.collection.objects.link(obj)
    bpy.context.view_layer.objects.active = obj
    bpy.ops.object.mode_set(mode="EDIT")
    bones = obj.data.edit_bones
    for name, row in rows.items():
        bone = bones.new(name)
        bone.head, bone.tail = (row[end]["default_position"] for end in ("head", "tail"))
        bone.roll = row["roll"]
    for name, row in rows.items():
        bones[name].parent = bones.get(row["parent"])
    bpy.ops.object.mode_set(mode="OBJECT")
    return obj


def _metarig(_data: Path) -> bpy.types.Object:
    bpy.ops.preferences.addon_enable(module="rigify")
    bpy.ops.object.armature_human_metarig_add()
    return bpy.context.view_layer.objects["metarig"]


def _generated(data: Path) -> bpy.types.Object:
    before = _metarig(data)
    bpy.ops.pose.rigify_generate()
    return next(obj for obj in bpy.context.scene.objects if obj.type == "ARMATURE" and obj != before)


def signer_path(number: int) -> str:
    """Where one of the MakeHuman characters, 1 to 8, is in the data folder."""
    return f"characters/signer_{number:02d}_{'mixamo' if number < 7 else 'game_engine'}.blend"


_MIXAMO = ("{S}Arm", "{S}ForeArm", "{S}Hand", "{S}Hand{Finger}{k}")
_UNREAL = ("upperarm_{s}", "lowerarm_{s}", "hand_{s}", "{finger}_0{k}_{s}")
_VRM = ("upper_arm.{L}", "lower_arm.{L}", "hand.{L}", "{little}_{joint}.{L}")
_RIGIFY = ("upper_arm.{L}", "forearm.{L}", "hand.{L}", "{f_finger}.0{k}.{L}")
_DEFAULT = ("upperarm01.{L} upperarm02.{L}", "lowerarm01.{L}", "wrist.{L}", "finger{n}-{k}.{L}")
_GENEVA = ("b_{s}_arm b_{s}_arm_twist", "b_{s}_forearm", "b_{s}_wrist", "b_{s}_{finger}{k}")


def signer(number: int) -> RealRig:
    """That character."""
    enter = partial(open_stored, signer_path(number))
    if number < 7:
        return RealRig(f"signer_{number:02d}, Mixamo", enter, _MIXAMO, "mixamorig:")
    return RealRig(f"signer_{number:02d}, Unreal", enter, _UNREAL)


RIGS = (
    signer(1),
    signer(7),
    RealRig("Geneva", partial(open_stored, "rigs/geneva/GenevaModel_v2_Tpose_Final.fbx"), _GENEVA, twists=True),
    RealRig("Geno", partial(open_stored, "rigs/geno/Geno.fbx"), _MIXAMO),
    RealRig("VRM", partial(open_stored, "rigs/vrm/basic_armature.blend"), _VRM),
    RealRig("Rigify metarig", _metarig, _RIGIFY),
    RealRig("Rigify, generated", _generated, _RIGIFY, "ORG-"),
    RealRig("MakeHuman default", partial(_built, "rigs/makehuman/rig.default.json"), _DEFAULT, twists=True),
)
