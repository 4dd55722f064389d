"""The sidebar panel of the 3D view: the options, the button, and the progress of a running import."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy

from ..objects import selected_armatures
from . import progress
from .import_video import ImportSignVideo
from .manual import OpenHelp
from .properties import CHARACTER, IMPORT, ImportProperties, button, draw_groups, draw_options, useless_options
from .retarget import RetargetSign


class SignMocapOptions(bpy.types.PropertyGroup, ImportProperties):
    """The options that the panel keeps in the scene."""


class CancelSignVideo(bpy.types.Operator):
    """Stop tracking and import nothing."""

    bl_idname = progress.CANCEL
    bl_label = "Cancel"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while a video is tracked."""
        return progress.current() is not None

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """End the process now; the running operator cleans up."""
        job = progress.current()
        assert job is not None
        job.cancel()
        return {"FINISHED"}


class SignMocapPanel(bpy.types.Panel):
    """The Sign Mocap tab."""

    bl_idname = "VIEW3D_PT_sign_mocap"
    bl_label = "Sign Mocap"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = progress.CATEGORY

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """The way to the manual."""
        self.layout.operator(OpenHelp.bl_idname, text="", icon="HELP", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        """The button, or in its place progress while a video is tracked, and the options: nothing below moves."""
        options, row = context.scene.sign_mocap, self.layout.row(align=True)
        if progress.current() is not None:
            progress.draw(row)
        else:
            look = {"text": "Import Sign Video", "icon": "FILE_MOVIE"}
            button(row, ImportSignVideo.bl_idname, options, IMPORT + CHARACTER, **look)
        draw_groups(self.layout, options, IMPORT, useless_options(options, selected_armatures(context)))


class SignMocapCharacterPanel(bpy.types.Panel):
    """The characters' options, and the button that carries a motion to them."""

    bl_idname = "VIEW3D_PT_sign_mocap_character"
    bl_label = "Character"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = progress.CATEGORY

    def draw(self, context: bpy.types.Context) -> None:
        """The button and the options."""
        options = context.scene.sign_mocap
        button(self.layout, RetargetSign.bl_idname, options, CHARACTER, icon="ARMATURE_DATA")
        draw_options(self.layout.column(), options, CHARACTER)


def draw_menu(menu: bpy.types.Menu, _context: bpy.types.Context) -> None:
    """Draw the entry in File > Import."""
    menu.layout.operator(ImportSignVideo.bl_idname, text="Sign Video as Animation (.mp4, .mov, ...)")
