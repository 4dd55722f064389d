"""What the user asked for, as one frozen record; the same for the operator and the command line."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CharacterSettings:
    """How a character takes a motion; the defaults are the operators'."""

    contacts: float = 1.0
    """How far its arms are moved to keep what hands touch, 0 to 1."""
    limits: bool = True
    """Limit Rotation constraints on its bones."""
    asset: bool = False
    """Mark its new action as an asset."""


@dataclass(frozen=True)
class ImportSettings:
    """How a video is tracked and what becomes of it; the defaults are the operator's."""

    start: float | None = None
    """Seconds of the video; None is its beginning."""
    end: float | None = None
    """Seconds of the video; None is its end."""
    first_frame: int = 1
    """Scene frame of the first pose."""
    parts: str = "ALL"
    """ALL: body and hands; BODY: no keys on the hands; HAND: the video shows one hand alone."""
    side: str = "auto"
    """The side of that hand: auto, left or right."""
    height: float | None = None
    """Of the person, metres; None is guessed from the proportions."""
    fov: float | None = None
    """Angle of view along the longer side of the picture, degrees; None is the engine's default."""
    person: int | None = None
    """Which of several people, 0 is the largest; None is the largest."""
    crop: tuple[int, int, int, int] | None = None
    """x, y, width, height in pixels of the picture: where the person is; instead of person."""
    mirrored: bool = False
    """A selfie video: left and right are exchanged."""
    smoothing: float = 1.0
    """Strength of the filter over time; 0 is off."""
    use_scene_rate: bool = True
    """Set the scene's frame rate from the video; otherwise the poses are resampled to the scene's."""
    reference: str = "NONE"
    """NONE, CAMERA: the video behind a matching camera, PLANE: on an image plane behind the rig; not for characters."""
    character: CharacterSettings = CharacterSettings()
    """Where it goes to characters."""

    def arguments(self, video: Path) -> list[str]:
        """The engine's arguments for one video, but for the folder of the result."""
        numbers = {
            "--start": self.start,
            "--end": self.end,
            "--height": self.height,
            "--fov": self.fov,
            "--person": self.person,
            "--smoothing": self.smoothing,
        }
        arguments = ["track", "--worker", str(video.absolute())]
        for flag, value in numbers.items():
            if value is not None:
                arguments += [f"{flag}={value!r}"]
        if self.crop is not None:
            arguments.append("--crop=" + ",".join(map(str, self.crop)))
        if self.mirrored:
            arguments.append("--mirrored")
        if self.parts == "HAND":
            arguments += ["--hands-only", "--side", self.side]
        return arguments
