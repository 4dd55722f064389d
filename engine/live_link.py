"""A face as the .csv that Epic's app Live Link Face writes, for what reads recordings of that app.

The app's code is not public. Columns, their order and decimals are those of its recordings, for instance in
alexdjulin/LiveLinkFace-CSV-Retarget-For-Motionbuilder (`anim/alex_rom_3.csv`). These tell units and signs of the eyes,
too: an eye's yaw grows with EyeLookInLeft and EyeLookOutRight, its pitch with EyeLookDown; and roll = yaw * tan(pitch)
in every row, as of an eye that turns about the axis from ear to ear last, which holds in radians alone. The head's
follow the same code in Unreal's AppleARKitFaceMeshConversion.h.
"""

import csv
from pathlib import Path

import numpy as np

from .errors import InputError
from .face.names import FACE_NAMES
from .files import written_whole
from .geometry.arrays import Array
from .head import head_angles
from .motion import Motion
from .resample import at_rate

ANGLES = tuple(f"{part}{angle}" for part in ("Head", "LeftEye", "RightEye") for angle in ("Yaw", "Pitch", "Roll"))
COLUMNS = (*(f"{name[0].upper()}{name[1:]}" for name in FACE_NAMES), *ANGLES)
_HEAD, _EYE = np.array([-1.0, -1.0, 1.0]), np.array([-1.0, -1.0])  # ours are to the left, and up


def write_live_link(motion: Motion, path: Path) -> None:
    """Write the face of a motion, one row for every frame of its rate, whole or not at all.

    Raises InputError where it has none, OutputError where the file cannot be written.
    """
    rate = motion.fps or 1.0
    motion = at_rate(motion, rate)
    face = motion.face
    if face is None:
        raise InputError(f"No face was seen, so there is nothing to write to {path}.")
    eyes = np.concatenate([_EYE * face.gaze, np.zeros((len(face.gaze), 2, 1))], axis=2).reshape(-1, 6)
    values = np.concatenate([face.coefficients, _HEAD * head_angles(motion), eyes], axis=1)
    with written_whole(path) as draft, draft.open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("Timecode", "BlendShapeCount", *COLUMNS))
        for code, row in zip(_time_codes(motion.time, rate), values.tolist(), strict=True):
            rows.writerow((code, len(COLUMNS), *(f"{value:.10f}" for value in row)))


def _time_codes(time: Array, rate: float) -> list[str]:
    """HH:MM:SS:FF.mmm of frames at even times, s: a frame's number in the video, and thousandths of a frame.

    Of rates that are not whole every second has as many frames as the next whole rate, none dropped: 30 of 29.97.
    """
    first, base = max(round(1000.0 * float(time[0]) * rate), 0), max(round(rate), 1)
    codes: list[str] = []
    for number in range(len(time)):
        frame, share = divmod(first + 1000 * number, 1000)
        second, frame = divmod(frame, base)
        minute, second = divmod(second, 60)
        hour, minute = divmod(minute, 60)
        codes.append(f"{hour % 24:02}:{minute:02}:{second:02}:{frame:02}.{share:03}")
    return codes
