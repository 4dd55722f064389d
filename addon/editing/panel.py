"""The Edit panel of the sidebar: the options of every edit, and its button."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy

from ...engine.options import Options
from ..objects import IK_SWITCH, is_ours
from ..ui.progress import CATEGORY
from ..ui.properties import button, draw_options, names_of, properties_of
from .face_operators import FaceStrength, LinkFace, SetNeutralHere
from .ik_operators import AddHandIK, BakeHandIK
from .operators import BridgeRange, ReduceKeys, SmoothAgain
from .options import ChosenOptions, EditOptions, RangeOptions
from .track_face import FACE_TRACKING, TrackFace

_RANGE = names_of(RangeOptions)
_ICONS = {SmoothAgain: "SMOOTHCURVE", ReduceKeys: "KEYFRAME", BridgeRange: "IPO_EASE_IN_OUT"}


class SignMocapEditOptions(bpy.types.PropertyGroup, properties_of(EditOptions)):
    """The options that the panel keeps in the scene."""


class SignMocapEditPanel(bpy.types.Panel):
    """What can be done with an imported action."""

    bl_idname = "VIEW3D_PT_sign_mocap_edit"
    bl_label = "Edit"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where an armature of ours is active."""
        return is_ours(context.active_object)

    def draw(self, context: bpy.types.Context) -> None:
        """The range first, which all share, then each edit's options above its button."""
        options = context.scene.sign_mocap_edit
        draw_options(self.layout.column(align=True), options, _RANGE)
        draw_options(self.layout.column(), options, names_of(ChosenOptions)[len(_RANGE) :])
        for operator, icon in _ICONS.items():
            _draw_edit(self.layout.box(), operator, icon, options)
        face = self.layout.box()
        _draw_edit(face, FaceStrength, "FORCE_FORCE", options)
        face.operator(SetNeutralHere.bl_idname, icon="LOOP_BACK")
        button(face, TrackFace.bl_idname, context.scene.sign_mocap, FACE_TRACKING, icon="FILE_MOVIE")
        face.operator(LinkFace.bl_idname, icon="LINKED")
        _draw_ik(self.layout.box(), context.active_object, options)


def _draw_edit(layout: bpy.types.UILayout, operator: type, icon: str, options: SignMocapEditOptions) -> None:
    record: type[Options] = operator.record
    own = [name for name in names_of(record) if name not in names_of(ChosenOptions)]
    useless = frozenset({"side"} if record is BridgeRange.record and options.part == "selected" else ())
    draw_options(layout.column(), options, tuple(own), useless)
    button(layout, operator.bl_idname, options, names_of(record), icon=icon)


def _draw_ik(layout: bpy.types.UILayout, obj: bpy.types.Object, options: SignMocapEditOptions) -> None:
    """The buttons, and the switch of every hand that has controls; it can be keyed."""
    names = names_of(AddHandIK.record)
    draw_options(layout.column(), options, names)
    row = layout.row(align=True)
    button(row, AddHandIK.bl_idname, options, names, icon="CON_KINEMATIC")
    button(row, BakeHandIK.bl_idname, options, names, icon="ARMATURE_DATA")
    for bone in obj.pose.bones:
        if IK_SWITCH in bone:
            layout.prop(bone, f'["{IK_SWITCH}"]', text=f"Follow {bone.name}", slider=True)


CLASSES = (SignMocapEditOptions, SignMocapEditPanel)
