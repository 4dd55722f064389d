"""The operators of the hands' IK: add controls that start where the hands are, and bake them to keys of the arms."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from math import degrees

import bpy

from ...engine.errors import InputError
from ..ui.properties import properties_of
from .operators import Edit
from .options import HandOptions

_MISSED = 0.001, 1.0  # metres and degrees below which nobody sees it


class AddHandIK(Edit, properties_of(HandOptions), bpy.types.Operator):
    """Give hands IK controls that start where the hands are in every frame; limits keep holding the arms."""

    bl_idname = "object.sign_mocap_add_ik"
    bl_label = "Add Hand IK"
    record = HandOptions

    def edit(self, _context: bpy.types.Context, obj: bpy.types.Object, options: HandOptions) -> str:
        """Add and key controls."""
        from ...engine.keypoints import Side
        from .ik_controls import add_controls, has_controls
        from .ik_keys import key_controls
        from .played import Played

        played = Played.of(obj)
        sides = [side for side in Side if options.hands in (side, "both") and not has_controls(obj, side)]
        if not {side.bone("upper_arm") for side in Side} <= {*played.skeleton.names}:
            raise InputError(f"{obj.name!r} is a hand without an arm; IK needs one.")
        if not sides:
            raise InputError(f"{obj.name!r} has these IK controls already; bake them to FK first.")
        for side in sides:
            add_controls(obj, played.skeleton, side)
        for side in sides:
            key_controls(played, side)
        return f"{obj.name}: IK controls for the {' and '.join(sides)} hand"


class BakeHandIK(Edit, properties_of(HandOptions), bpy.types.Operator):
    """Key the arms as they are seen in every frame, within the limits, and take their IK controls away."""

    bl_idname = "object.sign_mocap_bake_ik"
    bl_label = "Bake to FK"
    record = HandOptions

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, options: HandOptions) -> str:
        """Bake, and say what the limits kept from the controls."""
        from ...engine.keypoints import Side
        from .ik_bake import bake
        from .ik_controls import has_controls
        from .played import Played

        sides = [side for side in Side if options.hands in (side, "both") and has_controls(obj, side)]
        if not sides:
            raise InputError(f"{obj.name!r} has no such IK controls; add them first.")
        baked = bake(context, Played.of(obj), sides)
        done = f"{obj.name}: {' and '.join(sides)} arm baked"
        if baked.missed < _MISSED[0] and degrees(baked.turned) < _MISSED[1]:
            return done
        return (
            f"{done}; joint limits and length keep it up to {100 * baked.missed:.1f} cm"
            f" and {degrees(baked.turned):.0f} degrees from its control"
        )


CLASSES = (AddHandIK, BakeHandIK)
