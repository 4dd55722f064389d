"""Which bone of a character is which of ours: rows to correct by hand, and to save as a map of the user's own."""

# Blender reads properties from annotations: they cannot be strings.
# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
from bpy.props import BoolProperty, CollectionProperty, IntProperty, StringProperty

from ..objects import armature_of, is_character
from .progress import CATEGORY


class SignMocapBone(bpy.types.PropertyGroup):
    """One of our bones (`name`) and the character's that does its part; several rows share a name in a chain."""

    bone: StringProperty(name="Bone", description="The character's bone; empty where it has none")  # type: ignore[valid-type]
    optional: BoolProperty()  # type: ignore[valid-type]


class SignMocapBones(bpy.types.PropertyGroup):
    """The rows of one armature; none where it is recognised anew each time."""

    rows: CollectionProperty(type=SignMocapBone)  # type: ignore[valid-type]
    active: IntProperty()  # type: ignore[valid-type]
    family: StringProperty(name="Map", description="Name of the map to save")  # type: ignore[valid-type]


class SIGN_MOCAP_UL_bones(bpy.types.UIList):
    """One row for each of our bones, those without a bone of the character first."""

    def draw_item(
        self,
        context: bpy.types.Context,
        layout: bpy.types.UILayout,
        _data: object,
        item: SignMocapBone,
        _icon: int,
        _active_data: object,
        _active_property: str,
    ) -> None:
        """Our name, and a search among the character's bones."""
        split = layout.split(factor=0.45)
        split.alert = not item.bone and not item.optional
        split.label(text=item.name)
        split.prop_search(item, "bone", armature_of(context.object), "bones", text="")


class _OnCharacter(bpy.types.Operator):
    """Operators on an active armature that Sign Mocap did not make."""

    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only on the armature of a character."""
        obj = context.object
        cls.poll_message_set("The active object is no armature of a character")
        return is_character(obj) and armature_of(obj).is_editable


class NameBones(_OnCharacter):
    """List the character's bones as they are recognised, to be corrected by hand."""

    bl_idname = "armature.sign_mocap_name_bones"
    bl_label = "List Bones"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Fill the rows; those without a bone come first."""
        from ...engine.errors import InputError
        from ...engine.retarget import NAMES, is_optional, recognise_in_part
        from ..character.known_maps import all_maps
        from ..character.read_rig import read_rig

        rig = read_rig(context.object)
        try:
            match = recognise_in_part(rig, all_maps())
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        names = armature_of(context.object).sign_mocap
        names.rows.clear()
        names.family = match.family
        for ours in sorted(NAMES, key=lambda name: (name in match.bones, is_optional(name))):
            for bone in match.bones.get(ours, (None,)):
                row = names.rows.add()
                row.name = ours
                row.optional = is_optional(ours)
                row.bone = "" if bone is None else rig.names[bone]
        return {"FINISHED"}


class ForgetBones(_OnCharacter):
    """Recognise the character's bones anew each time."""

    bl_idname = "armature.sign_mocap_forget_bones"
    bl_label = "Forget Bones"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Remove the rows."""
        armature_of(context.object).sign_mocap.rows.clear()
        return {"FINISHED"}


class SaveMap(_OnCharacter):
    """Save these bones as a map of your own: armatures with the same names are recognised by it."""

    bl_idname = "armature.sign_mocap_save_map"
    bl_label = "Save as Map"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Write the map beside the user's other extension data."""
        from ...engine.errors import EngineError
        from ...engine.retarget import write_map
        from ..character.known_maps import map_path, named_map, user_folder

        known, folder = named_map(context.object), user_folder(create=True)
        if known is None or folder is None:
            self.report({"ERROR"}, "There is nothing to save; list the bones first.")
            return {"CANCELLED"}
        path = map_path(folder, known.name)
        try:
            write_map(known, path)
        except EngineError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, f"Saved {path}")
        return {"FINISHED"}


class _OnOwnMap(bpy.types.Operator):
    """Operators on a map that the user saved."""

    bl_options = {"REGISTER"}  # noqa: RUF012

    path: StringProperty(options={"HIDDEN"})  # type: ignore[valid-type]


class RenameMap(_OnOwnMap):
    """Give a map of your own another name."""

    bl_idname = "wm.sign_mocap_rename_map"
    bl_label = "Rename Map"

    name: StringProperty(name="Name")  # type: ignore[valid-type]

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the name."""
        return context.window_manager.invoke_props_dialog(self)  # pyright: ignore[reportReturnType]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Write it under the new name, then remove the old file."""
        from ...engine.errors import EngineError
        from ..character.known_maps import rename_map

        try:
            rename_map(Path(self.path), self.name)
        except EngineError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        return {"FINISHED"}


class DeleteMap(_OnOwnMap):
    """Delete a map of your own: rigs are no longer recognised by it."""

    bl_idname = "wm.sign_mocap_delete_map"
    bl_label = "Delete Map"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Ask first."""
        return context.window_manager.invoke_confirm(self, event)  # pyright: ignore[reportReturnType]

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Remove the file."""
        Path(self.path).unlink(missing_ok=True)
        return {"FINISHED"}


class SignMocapBonesPanel(bpy.types.Panel):
    """The map editor, below the character's options."""

    bl_idname = "VIEW3D_PT_sign_mocap_bones"
    bl_parent_id = "VIEW3D_PT_sign_mocap_character"
    bl_label = "Map Editor"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only on a character."""
        return NameBones.poll(context)

    def draw(self, context: bpy.types.Context) -> None:
        """The list once it is asked for."""
        names = armature_of(context.object).sign_mocap
        self.layout.operator(NameBones.bl_idname, icon="BONE_DATA")
        if not names.rows:
            return
        self.layout.template_list("SIGN_MOCAP_UL_bones", "", names, "rows", names, "active", rows=10)
        self.layout.prop(names, "family")
        row = self.layout.row(align=True)
        row.operator(SaveMap.bl_idname, icon="FILE_TICK")
        row.operator(ForgetBones.bl_idname, icon="X", text="")


class SignMocapMapsPanel(bpy.types.Panel):
    """The maps that the user saved, a row each."""

    bl_idname = "VIEW3D_PT_sign_mocap_maps"
    bl_parent_id = "VIEW3D_PT_sign_mocap_bones"
    bl_label = "Saved Maps"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = CATEGORY
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    def draw(self, _context: bpy.types.Context) -> None:
        """Its name, and what can be done with it."""
        from ..character.known_maps import own_maps

        for path in own_maps():
            row = self.layout.row(align=True)
            row.label(text=path.stem)
            rename = row.operator(RenameMap.bl_idname, text="", icon="GREASEPENCIL")
            rename.path, rename.name = str(path), path.stem
            row.operator(DeleteMap.bl_idname, text="", icon="TRASH").path = str(path)


CLASSES = (
    SignMocapBone,
    SignMocapBones,
    SIGN_MOCAP_UL_bones,
    NameBones,
    ForgetBones,
    SaveMap,
    RenameMap,
    DeleteMap,
    SignMocapBonesPanel,
    SignMocapMapsPanel,
)
