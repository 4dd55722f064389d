"""The extension registers from source, in every Blender, and leaves nothing behind."""

import addon_utils
import bpy


def operators() -> set[str]:
    return set(dir(bpy.ops.import_anim))


def test_the_operator_exists_while_the_extension_is_enabled(extension: str) -> None:
    assert "sign_video" in operators()
    addon_utils.disable(extension, default_set=True)
    assert "sign_video" not in operators()
    addon_utils.enable(extension, default_set=True)
    assert "sign_video" in operators()
