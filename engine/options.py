"""Every option once: what it is called, its unit and range, what it is by itself, and what it does.

A record of options is a frozen dataclass whose fields are made by `option`. Command lines, the worker's
arguments (`arguments`), Blender's properties (`addon/ui/properties`) and the README's table derive from it.
"""

import math
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

from .errors import InputError

_VIDEOS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mpg", ".mpeg", ".ogv", ".ts")
PICTURES = (".png", ".jpg", ".jpeg")
#: Endings of videos, pictures and 3D points that a folder may hold; a file that is named may have any.
SUFFIXES = (*_VIDEOS, *PICTURES, ".trc", ".c3d", ".pose")
#: Those that may be dropped or chosen: of files that hold 3D points among much else, too.
OFFERED = (*SUFFIXES, ".csv", ".npy", ".json")


@dataclass(frozen=True)
class Option:
    """What is known of one option."""

    title: str
    """As the window calls it."""
    help: str
    """One line that needs no title before it."""
    unit: str = ""
    least: float = -math.inf
    most: float = math.inf
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """Of one that is chosen: every name, its title in the window, and what it means."""
    absent: str = ""
    """What happens where it is None; the window shows the words before the first comma."""
    offered: Any = None
    """What the window offers to begin with where one is given that may be absent."""
    counted: bool = False
    """Whether it is the number of a thing among others: from 0, but in the window from 1."""
    value: str = ""
    """What stands for its value on a command line, where its type does not tell."""
    group: str = ""
    """Under which heading it is in the window."""
    window: bool = True
    """Whether it is in Blender's window."""
    command: bool = True
    """Whether it is a flag of the command lines."""
    takes: type = NoneType
    """Type of its values, None aside: float, int, bool, str, Path, or a tuple."""
    length: int = 0
    """How many numbers a tuple has."""
    several: bool = False
    """Whether it may be given several times: its values are a tuple, of any length, of what it takes."""
    default: Any = None

    @property
    def range(self) -> str:
        """What it can be, in words; empty where that is anything."""
        unit = f" {self.unit}" if self.unit else ""
        if self.takes is tuple:
            return f"has to be {self.length} numbers"
        if self.choices:
            *first, last = self.choices
            return f"can be {', '.join(first)} or {last}"
        if math.isfinite(self.most):
            return f"goes from {self.least:g} to {self.most:g}{unit}"
        return f"goes from {self.least:g}{unit} on" if math.isfinite(self.least) else ""

    def check(self, value: Any) -> None:
        """Raise InputError where a value is none that it can have."""
        if value is None or self.takes in (bool, Path) or (self.takes is str and not self.choices):
            return
        if self.takes is tuple:
            fits = len(value) == self.length
        elif self.choices:
            fits = value in self.choices
        else:
            fits = math.isfinite(value) and self.least <= value <= self.most
        if not fits:
            raise InputError(f"{self.title} is {value}; it {self.range}.")


def option(default: Any, title: str, text: str, **known: Any) -> Any:
    """A field of a record of options: what it is by itself, its title, its help, and more of `Option`."""
    return field(default=default, metadata={"option": (title, text, known)}, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class Options:
    """A record of options; InputError where one is out of its range."""

    def __post_init__(self) -> None:
        for name, known in options_of(type(self)).items():
            known.check(getattr(self, name))


@cache
def options_of(record: type[Options]) -> Mapping[str, Option]:
    """Field -> option, in the order of the record."""
    hints = get_type_hints(record)
    return MappingProxyType({own.name: _read(own, hints[own.name]) for own in fields(record)})


def _read(own: Field[Any], hint: Any) -> Option:
    title, text, known = own.metadata["option"]
    some = hint if get_origin(hint) is tuple else next((t for t in get_args(hint) if t is not NoneType), hint)
    kind, parts = get_origin(some) or some, get_args(some)
    if Ellipsis in parts:
        return Option(title, text, takes=parts[0], several=True, default=own.default, **known)
    return Option(title, text, takes=kind, length=len(parts), default=own.default, **known)


#: Degrees. Pictures of one hand are taken from farther than they look: most are cut out of larger ones. On
#: photographs joints lie nearer to the detected points with this (3.1 % of the hand's box) than with 53 (3.3 %).
HAND_FOV = 28.0


@dataclass(frozen=True, kw_only=True)
class TrackOptions(Options):
    """How a video or picture is tracked; as it is, for one unmirrored person in it."""

    start: float | None = option(
        None, "Start", "where to begin", unit="s", least=0, absent="the beginning", offered=1.0, group="Video"
    )
    end: float | None = option(
        None, "End", "where to stop", unit="s", least=0, absent="the end", offered=10.0, group="Video"
    )
    mirrored: bool = option(False, "Mirrored", "a selfie video, where left is right", group="Video")
    crop: tuple[int, int, int, int] | None = option(
        None,
        "Crop",
        "x, y, width and height of where the person is",
        unit="px",
        absent="all of the picture",
        offered=(0, 0, 640, 480),
        group="Video",
    )
    inset: bool = option(
        True, "Inset", "a crop, or a clear-cut inset, is a picture with a camera of its own", group="Video"
    )
    fov: float | None = option(
        None,
        "Field of View",
        "the camera's, along the longer side",
        unit="degrees",
        least=1,
        most=170,
        absent=f"assumed, 53, or {HAND_FOV:g} for a single hand",
        offered=53.0,
        group="Video",
    )
    hands_only: bool = option(False, "Single Hand", "the picture shows one hand and no person", group="Person")
    side: str = option(
        "auto",
        "Side",
        "which hand a single one is",
        choices={
            "auto": ("Automatic", "the side that is detected in most frames"),
            "left": ("Left", "a left hand, whatever is detected"),
            "right": ("Right", "a right hand, whatever is detected"),
        },
        group="Person",
    )
    height: float | None = option(
        None,
        "Height",
        "of the person, which one view does not tell",
        unit="m",
        least=0.3,
        most=3,
        absent="guessed",
        offered=1.7,
        group="Person",
    )
    person: int | None = option(
        None,
        "Person",
        "which of several people, the largest being the first",
        least=0,
        most=20,
        absent="the largest",
        offered=1,
        counted=True,
        group="Person",
    )
    smoothing: float = option(
        1.0, "Smoothing", "strength of the filter over time, 0 is off", least=0, most=5, group="Person"
    )
    person_file: Path | None = option(  # noqa: RUF009
        None,
        "Person File",
        "file that keeps a signer's bone lengths for all their clips; it is made where it is not there",
        absent="each clip by itself",
        value="FILE",
        group="Person",
    )
    points_map: Path | None = option(  # noqa: RUF009
        None,
        "Points Map",
        "file that says which joints the points of a file of 3D points are",
        absent="recognised by their names",
        value="FILE",
        group="3D Points",
    )
    rate: float | None = option(
        None,
        "Frame Rate",
        "of a file of 3D points that tells none, or another; or of a folder's pictures, which are one video then",
        unit="1/s",
        least=1,
        most=1000,
        absent="the file's, or 30",
        offered=30.0,
        group="3D Points",
    )
    view: tuple[Path, ...] = option(
        (),
        "Other Views",
        "a video of the same take by another camera",
        absent="one camera alone",
        value="VIDEO",
        group="Cameras",
    )
    in_step: bool = option(
        False,
        "In Step",
        "all cameras run in step, rather than that their clocks are matched by the wrists",
        group="Cameras",
    )
    calibration: Path | None = option(  # noqa: RUF009
        None,
        "Calibration",
        "file that tells where all cameras stand and how they see",
        absent="found from the person",
        value="FILE",
        group="Cameras",
    )
    face: bool = option(True, "Face", "the face and the eyes as well", group="Person")
    solver: str = option(
        "refined",
        "Solver",
        "how what is detected becomes rotations",
        choices={
            "refined": ("Refined", "networks, then moved onto the picture: the most accurate"),
            "networks": ("Networks", "as Ivashechkin et al. 2023: networks on 2D points alone"),
            "hybrik": (
                "HybrIK",
                "as Li et al. 2021: bones point to where they are seen, networks tell depth and twist",
            ),
            "prior": ("Hand prior", "as Zimmermann and Brox 2017: hands by a prior of 3D poses"),
        },
        group="Person",
    )
    models: Path | None = option(  # noqa: RUF009
        None, "Models", "folder with official MediaPipe bundles", absent="those that are built here", window=False
    )
    processes: int | None = option(
        None,
        "Processes",
        "how many share the work on a long video",
        least=1,
        most=64,
        absent="two, where there are two cores",
        window=False,
    )
    second_look: bool = option(
        True, "Second Look", "search again for a hand that was missed", window=False, command=False
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.person is not None and self.crop is not None:
            raise InputError("A person and a crop exclude each other; leave one of them out.")
        if self.view and (self.hands_only or self.solver != "refined"):
            raise InputError("Several views are of a person and solved by Refined; leave the other choice out.")
        if self.calibration is not None:
            self._check_calibrated()

    def _check_calibrated(self) -> None:
        if not self.view:
            raise InputError("A calibration is of several cameras; name the other videos of the take as views.")
        if self.mirrored or self.height is not None or self.fov is not None:
            raise InputError(
                "A calibration tells size and field of view, of pictures not mirrored; leave the others out."
            )
