"""What bones look like: shared shapes out of the scene, the face's landmarks hidden, a colour for each side."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import addon, random_motion
from tests.blender.poses import new_armature
from tests.blender.scene import apply, datablocks

FULL = load_skeleton(Kind.FULL_BODY)


def widgets() -> set[bpy.types.Object]:
    return {obj for obj in bpy.data.objects if obj.name.startswith("WGT-")}


def test_armatures_share_shapes_that_are_in_no_scene() -> None:
    first, second = (new_armature(FULL, FULL.lengths) for _ in range(2))
    shapes = {bone.custom_shape for obj in (first, second) for bone in obj.pose.bones}
    assert shapes == widgets() and len(shapes) == len(bpy.data.meshes) == 3
    (collection,) = bpy.data.collections
    assert set(collection.objects) == shapes and collection.hide_viewport and collection.hide_render
    assert not any(shape.users_scene for shape in shapes) and collection.users == 2
    assert not any(shape.data.polygons for shape in shapes)


def test_shapes_are_as_thick_as_they_are_wide_from_the_side() -> None:
    """None is a line or a flat disc from anywhere."""
    new_armature(FULL, FULL.lengths)
    for shape in widgets():
        points = np.array([vertex.co for vertex in shape.data.vertices])
        assert np.ptp(points, axis=0).min() > 0.8


def test_shapes_go_with_the_last_armature_and_stay_in_a_saved_file(tmp_path: Path) -> None:
    apply(random_motion(FULL))
    path = str(tmp_path / "signer.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert len(widgets()) == 3
    for armature in [obj for obj in bpy.data.objects if obj.type == "ARMATURE"]:
        bpy.data.objects.remove(armature)
    bpy.ops.outliner.orphans_purge(do_recursive=True)
    assert not widgets() and not bpy.data.meshes and not bpy.data.collections


def test_an_appended_armature_brings_no_shape_into_view(tmp_path: Path) -> None:
    name = apply(random_motion(FULL)).name
    path = str(tmp_path / "signer.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.read_homefile(use_empty=True)
    bpy.ops.wm.append(directory=f"{path}/Object/", filename=name)
    bpy.context.view_layer.update()
    assert [obj.name for obj in bpy.context.scene.objects if obj.visible_get()] == [name]


def test_undo_and_a_failed_import_leave_no_shapes() -> None:
    before = datablocks()
    missing = addon("settings").ImportOptions(reference="camera")
    with pytest.raises(Exception, match="cannot be shown"):
        addon("scene.apply").apply_motions(bpy.context, {Path("/missing.mp4"): random_motion(FULL)}, missing, [])
    assert datablocks() == before
    bpy.ops.ed.undo_push(message="before")
    apply(random_motion(FULL))
    bpy.ops.ed.undo_push(message="import")
    bpy.ops.ed.undo()
    assert datablocks() == before


def test_landmarks_of_the_face_start_hidden_and_can_be_shown() -> None:
    obj = new_armature(FULL, FULL.lengths)
    hidden = {c.name for c in obj.data.collections if not c.is_visible}
    assert hidden == {"Face landmarks"}
    assert "head" in shown(obj) and "nose" not in shown(obj)
    obj.data.collections["Face landmarks"].is_visible = True
    assert "nose" in shown(obj)


def shown(obj: bpy.types.Object) -> dict[str, tuple[float, ...]]:
    """The colours of the bones that are drawn in Object Mode, which are told by where they end."""
    bpy.context.view_layer.update()
    colours = {tuple(tail): colour for _, tail, colour in addon("ui.bone_colours").lines(obj)}
    tails = {bone.name: tuple(obj.matrix_world @ bone.tail) for bone in obj.pose.bones}
    return {name: colours[tail] for name, tail in tails.items() if tail in colours}


def test_object_mode_has_a_colour_for_left_right_and_the_middle() -> None:
    obj = new_armature(FULL, FULL.lengths)
    obj.location = (1.0, 2.0, 3.0)
    by_side: dict[str, set[tuple[float, ...]]] = {}
    for name, colour in shown(obj).items():
        by_side.setdefault(name[-2:] if name[-2:] in (".L", ".R") else "", set()).add(colour)
    assert sorted(by_side) == ["", ".L", ".R"] and all(len(colours) == 1 for colours in by_side.values())
    (left,), (right,) = by_side[".L"], by_side[".R"]
    assert left[2] > left[0] and right[0] > right[2]  # blue and red


def test_a_bone_that_the_user_hides_is_not_drawn() -> None:
    obj = new_armature(FULL, FULL.lengths)
    bone = obj.pose.bones["hand.L"]
    (bone.bone if bpy.app.version < (5, 0) else bone).hide = True
    assert "hand.L" not in shown(obj) and "hand.R" in shown(obj)
