"""What a clavicle could win at most: the body skeleton fitted to true joints, with and without one."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ...geometry.rotations import CAMERA_FROM_BLENDER
from ...keypoints import Side
from ...lifting.features import BODY_POINTS
from ...skeleton import Skeleton, body_skeleton
from ..clips import ClipSet
from ..fitting.fit import fit_bodies
from ..measuring.markdown import number, table

TEXT = """## A clavicle

What it could win at most: the body skeleton fitted to the true joints of the development split, with and without two
more freedoms a side at the bone from neck to shoulder: elevation from {low:g} to {high:g} degrees, protraction within
{protraction:g}. Mean distance from the true joints, cm.
"""
#: Degrees.
ELEVATION, PROTRACTION = (-10.0, 40.0), 25.0
LIMBS = ("shoulder", "elbow", "wrist")


def with_clavicle() -> Skeleton:
    """The body skeleton, whose shoulders may rise and come forward."""
    low, high = np.radians(ELEVATION)
    forward = float(np.radians(PROTRACTION))
    # At rest X points up and Z to the front: a turn about Z lowers the right shoulder and raises the left one.
    limits = {"shoulder.R": (-high, -low), "shoulder.L": (low, high)}
    skeleton = body_skeleton()
    bones = [
        replace(bone, limits={"X": (-forward, forward), "Z": limits[bone.name]}) if bone.name in limits else bone
        for bone in skeleton.bones
    ]
    return replace(skeleton, bones=tuple(bones))


def clavicle_lines(clips: ClipSet) -> Iterator[str]:
    """How well the body skeleton fits true joints, as it is and with clavicles."""
    columns = [clips.joints.tolist().index(name) for name in BODY_POINTS]
    points = (clips.positions[:, columns] @ CAMERA_FROM_BLENDER).astype(np.float32)
    rows: list[list[str]] = []
    means: list[float] = []
    for name, skeleton in (("as shipped", body_skeleton()), ("with clavicles", with_clavicle())):
        misfit = 100.0 * fit_bodies(skeleton, points - points[:, :1], clips.clip.astype(np.int64)).residual
        ends = [misfit[:, [BODY_POINTS.index(f"{side}_{joint}") for side in Side]] for joint in LIMBS]
        rows.append([name, *(number(float(errors.mean())) for errors in (misfit, *ends))])
        means.append(float(misfit.mean()))
    yield TEXT.format(low=ELEVATION[0], high=ELEVATION[1], protraction=PROTRACTION)
    yield from table(["cm", f"all {len(BODY_POINTS)} points", *(f"{joint}s" for joint in LIMBS)], rows)
    yield f"A clavicle can win {number(means[0] - means[1])} cm."
