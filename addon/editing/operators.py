"""The operators that change an action's keys in place: smooth again, reduce, bridge."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Set
from math import inf, radians
from typing import TYPE_CHECKING, Any, ClassVar

import bpy

from ...engine.errors import InputError
from ...engine.options import Options
from ..objects import check_fk, is_ours
from ..ui.properties import draw_options, names_of, properties_of, values_of
from .options import BridgeOptions, ChosenOptions, ReduceOptions, SmoothOptions

if TYPE_CHECKING:
    from .played import Played


class Edit:
    """Of an operator: one undo step on the active armature, or a sentence and nothing changed."""

    bl_options: ClassVar[set[str]] = {"REGISTER", "UNDO"}
    record: ClassVar[type[Options]]
    report: Any
    layout: Any

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where an armature of ours is active."""
        cls.poll_message_set("Make an armature that Sign Mocap made the active object")  # type: ignore[attr-defined]
        return is_ours(context.active_object)

    def draw(self, _context: bpy.types.Context) -> None:
        """The options, in the panel of the last operation."""
        draw_options(self.layout, self, names_of(self.record))

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Edit, and say what was done."""
        try:
            options = self.record(**values_of(self, self.record))
            done = self.edit(context, context.active_object, options)
        except InputError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        self.report({"INFO"}, done)
        return {"FINISHED"}

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, options: Any) -> str:
        """What was done, in a sentence. Raises InputError before anything is changed."""
        raise NotImplementedError


class SmoothAgain(Edit, properties_of(SmoothOptions), bpy.types.Operator):
    """Filter the keys of the action again, within the joint limits."""

    bl_idname = "object.sign_mocap_smooth"
    bl_label = "Smooth Again"
    record = SmoothOptions

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, options: SmoothOptions) -> str:
        """Smooth."""
        from ..scene.timeline import scene_rate
        from .smooth_again import smooth_again

        played = _played(obj)
        rate = scene_rate(context.scene)
        count = smooth_again(played, chosen_bones(obj, options), *chosen_range(options), rate, options.strength)
        return f"{obj.name}: {count} keys smoothed"


class ReduceKeys(Edit, properties_of(ReduceOptions), bpy.types.Operator):
    """Leave as few keys as keep every joint near where it is and every angle within its limits."""

    bl_idname = "object.sign_mocap_reduce"
    bl_label = "Reduce Keys"
    record = ReduceOptions

    def edit(self, _context: bpy.types.Context, obj: bpy.types.Object, options: ReduceOptions) -> str:
        """Reduce."""
        from .reduce_keys import reduce_keys

        metres, turn = options.distance / 100, radians(options.turn)
        done = reduce_keys(_played(obj), chosen_bones(obj, options), *chosen_range(options), metres, turn)
        return f"{obj.name}: {done.after} of {done.before} keys are left"


class BridgeRange(Edit, properties_of(BridgeOptions), bpy.types.Operator):
    """Replace what a hand does between two frames by the way from the first pose to the last."""

    bl_idname = "object.sign_mocap_bridge"
    bl_label = "Bridge Range"
    record = BridgeOptions

    def edit(self, context: bpy.types.Context, obj: bpy.types.Object, options: BridgeOptions) -> str:
        """Bridge, and take away the markers that the bridged hand or arm was lost or in doubt."""
        from ...engine.keypoints import Side
        from ..scene.timeline import forget_limbs, scene_rate
        from .bridge_range import bridge_range, carried_by, hand_channels
        from .played import selected_bones

        played, side = _played(obj), Side(options.side)
        if options.part == "selected":
            channels = played.of_bones(selected_bones(obj))
        elif options.part == "hand":
            channels = hand_channels(played, side)
        else:
            channels = played.of_bones(carried_by(played, side.bone("shoulder")))
        bridge_range(played, channels, options.first, options.last, scene_rate(context.scene))
        limbs = {"selected": (), "hand": ("hand",), "arm": ("arm", "hand")}[options.part]
        forget_limbs(context.scene, obj, [f"{side} {limb}" for limb in limbs], options.first, options.last)
        return f"{obj.name}: frames {options.first} to {options.last} bridged"


def _played(obj: bpy.types.Object) -> "Played":
    from .played import Played

    check_fk(obj)
    return Played.of(obj)


def chosen_range(options: ChosenOptions) -> tuple[float, float]:
    """The first and the last frame that an edit may change."""
    return (options.first, options.last) if options.in_range else (-inf, inf)


def chosen_bones(obj: bpy.types.Object, options: ChosenOptions) -> Set[str]:
    """Names of the bones whose keys an edit may change."""
    from .played import selected_bones

    return selected_bones(obj) if options.selected else set(obj.pose.bones.keys())


CLASSES = (SmoothAgain, ReduceKeys, BridgeRange)
