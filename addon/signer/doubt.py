"""How far a pose is a guess, as an animated custom property of upper arms and hands."""

from collections.abc import Mapping
from typing import Any

import bpy
import numpy as np

from ..keying.actions import NewCurve
from ..keying.curves import fill_steps
from ..objects import pose_bones

DOUBT = "doubt"
_DECIMALS = 2  # what differs by less is the same


def key_doubt(obj: bpy.types.Object, doubts: Mapping[str, np.ndarray], frames: np.ndarray, new_curve: NewCurve) -> None:
    """Key the property `doubt` of pose bones: {name: (F,) from 0 to 1} at frames (F,)."""
    for name, doubt in doubts.items():
        bone = pose_bones(obj)[name]
        bone[DOUBT] = 0.0
        shown: Any = bone.id_properties_ui(DOUBT)
        shown.update(
            min=0.0, max=1.0, description="How far its pose is a guess: 0 is certain, 1 is anywhere or not seen"
        )
        fill_steps(new_curve(doubt_path(bone), 0, name), frames, doubt.round(_DECIMALS))


def doubt_path(bone: bpy.types.PoseBone) -> str:
    """The data path of its `doubt`."""
    return f'{bone.path_from_id()}["{DOUBT}"]'
