"""The manual of the window, without a network."""

# The stubs take members of Context for methods, and members of spaces for those of the base class.
# pyright: reportAttributeAccessIssue=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy

PAGE = Path(__file__).resolve().parents[2] / "docs" / "window.md"


class OpenHelp(bpy.types.Operator):
    """Read what the options of Sign Mocap do, in a text editor."""

    bl_idname = "wm.sign_mocap_help"
    bl_label = "Sign Mocap Help"

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open the page in a window of its own."""
        page = next((text for text in bpy.data.texts if text.filepath == str(PAGE)), None)
        bpy.ops.wm.window_new()
        area = context.window_manager.windows[-1].screen.areas[0]
        area.type = "TEXT_EDITOR"
        editor = area.spaces.active
        editor.text = page or bpy.data.texts.load(str(PAGE))
        editor.text.use_fake_user = False  # saved with the file only while it is open
        editor.show_word_wrap, editor.show_line_numbers, editor.show_syntax_highlight = True, False, False
        return {"FINISHED"}
