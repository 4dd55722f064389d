"""The operators of the face: its strength, its neutral, and meshes that follow it."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy

from ...engine.errors import InputError
from ...engine.options import Options
from ..ui.properties import properties_of
from .operators import Edit, chosen_bones, chosen_range
from .options import FaceOptions


class FaceStrength(Edit, properties_of(FaceOptions), bpy.types.Operator):
    """Let brows, eyes and mouth do more or less than they do, within their limits."""

    bl_idname = "object.sign_mocap_face_strength"
    bl_label = "Face Strength"
    record = FaceOptions

    def edit(self, _context: bpy.types.Context, obj: bpy.types.Object, options: FaceOptions) -> str:
        """Multiply."""
        from ...engine.face.names import Region
        from ..signer.face import HEAD
        from .face_keys import scale_face

        if HEAD not in chosen_bones(obj, options):
            raise InputError(f"The face belongs to the bone {HEAD!r}; select that, or do without 'selected bones'.")
        strengths = {Region.BROWS: options.brows, Region.EYES: options.eyes, Region.MOUTH: options.mouth}
        count = scale_face(obj, strengths, *chosen_range(options))
        times = ", ".join(f"{region} x {strength:g}" for region, strength in strengths.items())
        return f"{obj.name}: {count} keys of the face changed, {times}"


class SetNeutralHere(Edit, bpy.types.Operator):
    """Take what the face does in the current frame for its neutral, and take that off all its keys."""

    bl_idname = "object.sign_mocap_set_neutral"
    bl_label = "Set Neutral Here"
    record = Options

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, _options: Options) -> str:
        """Take it off."""
        from .face_keys import take_off_neutral

        frame = context.scene.frame_current
        take_off_neutral(obj, frame)
        return f"{obj.name}: the face of frame {frame} is neutral now, taken off all its keys"


class LinkFace(Edit, bpy.types.Operator):
    """Let shape keys with ARKit's names, of the selected meshes, follow the face of the active armature."""

    bl_idname = "object.sign_mocap_link_face"
    bl_label = "Link Face to Mesh"
    record = Options

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, _options: Options) -> str:
        """Link."""
        from ..signer.face_drivers import keys_to_drive, link_face
        from .face_keys import check_face

        check_face(obj)
        meshes = [mesh for mesh in context.selected_objects if mesh.type == "MESH"]
        if not any(keys_to_drive(mesh) for mesh in meshes):
            names = ", ".join(repr(mesh.name) for mesh in meshes) or "no mesh"
            raise InputError(f"Selected is {names}, without shape keys of ARKit's names; select a mesh that has some.")
        told = [f"{link_face(obj, mesh)} shape keys of {mesh.name}" for mesh in meshes if keys_to_drive(mesh)]
        return f"{' and '.join(told)} follow the face of {obj.name}"


CLASSES = (FaceStrength, SetNeutralHere, LinkFace)
