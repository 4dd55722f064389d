"""Where the video's camera stands beside an armature, so that the rig covers the person."""

import bpy
import numpy as np

from ...engine.motion import Motion
from ...engine.placement import Placement, place_at
from ..objects import armature_of
from .mark import lengths_of


def place(obj: bpy.types.Object, motion: Motion) -> Placement:
    """The placement in which the person's median place is where the root bone rests; see `place_at`."""
    skeleton = motion.skeleton
    scale = float(lengths_of(obj, skeleton).sum() / motion.lengths_of_bones().sum())
    return place_at(np.array(armature_of(obj).bones[skeleton.names[0]].head_local), scale, motion)
