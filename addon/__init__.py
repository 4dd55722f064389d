"""The Blender side: the only place for bpy."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

_commands: list[object] = []


def register() -> None:
    """Add operator, panel, menu entry, drop target and command; imports neither NumPy nor the engine."""
    import atexit

    import bpy

    from .command.cli import main
    from .editing.panel import SignMocapEditOptions
    from .ui import bone_colours, map_editor, panel, progress, sentence

    for cls in _classes():
        bpy.utils.register_class(cls)
    bpy.types.Scene.sign_mocap = bpy.props.PointerProperty(type=panel.SignMocapOptions)
    bpy.types.Scene.sign_mocap_edit = bpy.props.PointerProperty(type=SignMocapEditOptions)
    bpy.types.Scene.sign_mocap_glosses = sentence.glosses_property()
    bpy.types.Armature.sign_mocap = bpy.props.PointerProperty(type=map_editor.SignMocapBones)
    bpy.types.TOPBAR_MT_file_import.append(panel.draw_menu)
    bone_colours.start()
    bpy.app.handlers.load_pre.append(progress.stop_before_load)
    atexit.register(progress.stop_process)
    _commands.append(bpy.utils.register_cli_command("sign_mocap", main))


def unregister() -> None:
    """Take everything away again; a running import is cancelled."""
    import atexit

    import bpy

    from .ui import bone_colours, panel, progress

    progress.stop()
    bpy.utils.unregister_cli_command(_commands.pop())
    atexit.unregister(progress.stop_process)
    bpy.app.handlers.load_pre.remove(progress.stop_before_load)
    bone_colours.stop()
    bpy.types.TOPBAR_MT_file_import.remove(panel.draw_menu)
    del bpy.types.Armature.sign_mocap
    del bpy.types.Scene.sign_mocap_glosses
    del bpy.types.Scene.sign_mocap_edit
    del bpy.types.Scene.sign_mocap
    for cls in reversed(_classes()):
        bpy.utils.unregister_class(cls)


def _classes() -> list[type]:
    from .editing import face_operators as face_edits
    from .editing import ik_operators as ik_edits
    from .editing import operators as edits
    from .editing import panel as edit_panel
    from .editing.track_face import TrackFace
    from .ui import import_video, manual, map_editor, panel, retarget, sentence

    return [
        panel.SignMocapOptions,
        manual.OpenHelp,
        import_video.ImportSignVideo,
        import_video.SignVideoDrop,
        TrackFace,
        retarget.RetargetSign,
        panel.CancelSignVideo,
        panel.SignMocapPanel,
        panel.SignMocapCharacterPanel,
        *sentence.CLASSES,  # before the panels that come and go with the active object
        *map_editor.CLASSES,
        *edits.CLASSES,
        *ik_edits.CLASSES,
        *face_edits.CLASSES,
        *edit_panel.CLASSES,
    ]
