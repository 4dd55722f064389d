"""How long a long motion takes onto a rig, beside Blender's own way to set keys."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import time
from dataclasses import dataclass

import bpy
import numpy as np

from ...engine.retarget import Performance
from ..keying.curves import read_curves
from .played import part_of, play

FRAMES, INSERTED = 10000, 100


@dataclass(frozen=True)
class Speed:
    """Seconds of one rig for FRAMES frames."""

    bones: int
    """Of the rig."""
    channels: int
    """That are keyed."""
    seconds: dict[tuple[bool, bool], float]
    """Contacts, limits -> recognising the rig, carrying and keying."""
    inserted: float
    """`keyframe_insert` of the same channels, for INSERTED frames, scaled."""


def measure_speed(obj: bpy.types.Object, performance: Performance) -> Speed:
    """Of the motion, over and over."""
    long = part_of(performance, np.arange(FRAMES) % len(performance.angles))
    seconds = dict[tuple[bool, bool], float]()
    for contacts in (False, True):
        for limits in (False, True):
            started = time.perf_counter()
            play(obj, long, contacts=float(contacts), limits=limits)
            seconds[contacts, limits] = time.perf_counter() - started
    channels = read_curves(obj).keys()
    obj.animation_data_clear()
    started = time.perf_counter()
    for frame in range(1, 1 + INSERTED):
        for path in {path for path, _ in channels}:
            obj.keyframe_insert(path, frame=frame)
    inserted = (time.perf_counter() - started) * FRAMES / INSERTED
    return Speed(len(obj.data.bones), len(channels), seconds, inserted)
