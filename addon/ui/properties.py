"""The options as Blender properties: the operator's own, and those that the panel keeps in the scene."""

# Blender reads properties from annotations: they cannot be strings.
import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty

from ..settings import CharacterSettings, ImportSettings


class CharacterOptions:
    """Mixin of what the user can choose for a character."""

    contacts: FloatProperty(  # type: ignore[valid-type]
        name="Keep Contacts",
        description="How much arms give way so that hands touch face, chest and each other as the signer's; 0 is off",
        default=1.0,
        min=0.0,
        max=1.0,
        subtype="FACTOR",
    )
    limits: BoolProperty(  # type: ignore[valid-type]
        name="Limit Joints",
        description="Give the character's bones Limit Rotation constraints with the joint limits of a person",
        default=True,
    )
    asset: BoolProperty(  # type: ignore[valid-type]
        name="Mark as Asset", description="Mark the new action as an asset, for the pose library"
    )


class SignVideoOptions(CharacterOptions):
    """Mixin of everything the user can choose besides the video."""

    target: EnumProperty(  # type: ignore[valid-type]
        name="Import To",
        items=(
            ("NEW", "New Armature", "Build an armature with the bone lengths of the person"),
            (
                "SELECTED",
                "Selected Armatures",
                "Key the selected armatures, characters too; their actions are kept",
            ),
        ),
    )
    parts: EnumProperty(  # type: ignore[valid-type]
        name="Track",
        items=(
            ("ALL", "Body and Hands", "Key the body and both hands"),
            ("BODY", "Body", "Leave the hands without keys"),
            ("HAND", "Single Hand", "The video shows one hand and no person"),
        ),
    )
    side: EnumProperty(  # type: ignore[valid-type]
        name="Side",
        items=(
            ("auto", "Automatic", "As detected"),
            ("left", "Left", "A left hand"),
            ("right", "Right", "A right hand"),
        ),
    )
    start: FloatProperty(  # type: ignore[valid-type]
        name="Start", description="Where to begin in the video", min=0.0, unit="TIME_ABSOLUTE"
    )
    end: FloatProperty(  # type: ignore[valid-type]
        name="End", description="Where to stop in the video; 0 is its end", min=0.0, unit="TIME_ABSOLUTE"
    )
    first_frame: IntProperty(  # type: ignore[valid-type]
        name="First Frame", description="Scene frame of the first pose", default=1, min=0
    )
    use_scene_rate: BoolProperty(  # type: ignore[valid-type]
        name="Set Frame Rate",
        description="Give the scene the frame rate of the video; otherwise the poses follow the scene's rate",
        default=True,
    )
    reference: EnumProperty(  # type: ignore[valid-type]
        name="Reference",
        items=(
            ("NONE", "None", "Do not show the video"),
            ("CAMERA", "Camera Background", "Behind a camera that matches the video; sets the render size"),
            ("PLANE", "Image Plane", "On a plane behind the armature, lined up from the front"),
        ),
    )
    smoothing: FloatProperty(  # type: ignore[valid-type]
        name="Smoothing", description="Strength of the filter over time; 0 is off", default=1.0, min=0.0, max=5.0
    )
    height: FloatProperty(  # type: ignore[valid-type]
        name="Height",
        description="Height of the person, which a single view does not tell",
        default=1.7,
        min=0.3,
        max=3.0,
        unit="LENGTH",
    )
    person: IntProperty(  # type: ignore[valid-type]
        name="Person", description="Which of several people in the picture; 0 is the largest", min=0, max=20
    )
    mirrored: BoolProperty(  # type: ignore[valid-type]
        name="Mirrored", description="The video is a mirror image, as selfies are"
    )


CHARACTER = tuple(CharacterOptions.__annotations__)
VIDEO = tuple(SignVideoOptions.__annotations__)


def settings_of(options: SignVideoOptions) -> ImportSettings:
    """The frozen settings that the options stand for."""
    return ImportSettings(
        start=options.start or None,
        end=options.end or None,
        first_frame=options.first_frame,
        parts=options.parts,
        side=options.side,
        height=options.height,
        person=options.person if options.parts != "HAND" and options.person else None,
        mirrored=options.mirrored,
        smoothing=options.smoothing,
        use_scene_rate=options.use_scene_rate,
        reference=options.reference,
        character=character_settings(options),
    )


def character_settings(options: CharacterOptions) -> CharacterSettings:
    """Those for characters."""
    return CharacterSettings(options.contacts, options.limits, options.asset)


def draw_options(layout: bpy.types.UILayout, options: CharacterOptions, names: tuple[str, ...]) -> None:
    """The named options in a column, those that do nothing greyed out."""
    layout.use_property_split = True
    layout.use_property_decorate = False
    for name in names:
        row = layout.row()
        if isinstance(options, SignVideoOptions):
            alone, character = options.parts == "HAND", options.target == "SELECTED"
            uses = {"side": alone, "person": not alone} | dict.fromkeys(CHARACTER, character)
            row.enabled = bool(uses.get(name, True))
        row.prop(options, name)
