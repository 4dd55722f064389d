"""What the user asks for beside the tracking, as records of options that window and command line share."""

from dataclasses import dataclass

from ..engine.options import Options, TrackOptions, option


@dataclass(frozen=True, kw_only=True)
class SceneOptions(Options):
    """What becomes of a tracked video in the scene."""

    import_to: str = option(
        "new",
        "Import To",
        "what the motion goes to",
        choices={
            "new": ("New Armature", "one with the bone lengths of the person, at the 3D cursor"),
            "selected": ("Selected", "the selected armatures, characters too; their earlier actions are kept"),
        },
        command=False,
        group="Scene",
    )
    body_only: bool = option(False, "Body Only", "leave the hands without keys", group="Scene")
    first_frame: int = option(1, "First Frame", "scene frame of the first pose", least=0, most=1_000_000, group="Scene")
    use_scene_rate: bool = option(
        True,
        "Set Frame Rate",
        "give the scene the video's frame rate; otherwise the poses follow the scene's",
        group="Scene",
    )
    reference: str = option(
        "none",
        "Reference",
        "how the video is shown",
        choices={
            "none": ("None", "the video is not shown"),
            "camera": ("Background", "behind all that a camera like the video's sees; sets the render size"),
            "plane": ("Image Plane", "on a plane behind the armature that fills the same camera; sets the render size"),
        },
        group="Scene",
    )
    letters: bool = option(
        False,
        "Letters",
        "markers where a hand holds the handshape of a letter of the American manual alphabet",
        group="Scene",
    )
    events: bool = option(
        False, "Events", "markers where the head nods or shakes, brows are raised and eyes blink", group="Scene"
    )


@dataclass(frozen=True, kw_only=True)
class CharacterOptions(Options):
    """How a character takes a motion."""

    contacts: float = option(
        1.0,
        "Keep Contacts",
        "how much arms give way so that hands touch what the signer's touch, 0 is off",
        least=0,
        most=1,
        group="Character",
    )
    limits: bool = option(
        True,
        "Limit Joints",
        "Limit Rotation constraints on its bones, with the joint limits of a person",
        group="Character",
    )
    face_brows: float = option(1.0, "Brows", "strength of the face's brows", least=0, most=2, group="Character")
    face_eyes: float = option(
        1.0, "Eyes", "strength of the face's eyes, lids and gaze", least=0, most=2, group="Character"
    )
    face_mouth: float = option(
        1.0, "Mouth", "strength of the face's mouth, jaw, cheeks and nose", least=0, most=2, group="Character"
    )
    face_mirrored: bool = option(False, "Mirrored Face", "left and right of the face change places", group="Character")
    face_neutral: int | None = option(
        None,
        "Neutral Face",
        "scene frame in which the face is at rest: what it does there is taken off everywhere",
        least=1,
        most=1_000_000,
        absent="as it was tracked",
        offered=1,
        group="Character",
    )
    asset: bool = option(
        False, "Mark as Asset", "mark the new action as an asset, for the pose library", group="Character"
    )


@dataclass(frozen=True, kw_only=True)
class ImportOptions(CharacterOptions, SceneOptions, TrackOptions):
    """All of an import."""
