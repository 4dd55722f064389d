"""An imported action to edit: a legal motion as smooth as a person's, and what Blender plays of it."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

import bpy
import numpy as np

from engine.skeleton import Kind, Skeleton, load_skeleton
from tests.blender.curves import fcurves
from tests.blender.motions import random_motion
from tests.blender.scene import apply

FPS = 25.0


def signing(skeleton: Skeleton, frames: int, noise: float = 0.0) -> np.ndarray:
    """(F,A) radians, float32: every angle swings inside its limits at up to 1 Hz; noise in radians."""
    rng = np.random.default_rng(3)
    middle, reach = (skeleton.upper + skeleton.lower) / 2, (skeleton.upper - skeleton.lower) / 2
    reach[:3] = 0.3
    rates, phases = rng.uniform(0.2, 1.0, len(middle)), rng.uniform(0, 2 * np.pi, len(middle))
    swing = np.sin(2 * np.pi * np.arange(frames)[:, None] / FPS * rates + phases)
    angles = middle + 0.3 * reach * swing + rng.normal(0, noise, (frames, len(middle)))
    return skeleton.clamp(angles.astype(np.float32))


def imported(frames: int = 60, kind: Kind = Kind.UPPER_BODY, noise: float = 0.0, **changes: object) -> bpy.types.Object:
    """An armature of ours, active, with an action from frame 1 on."""
    skeleton = load_skeleton(kind)
    sway = np.sin(np.arange(frames) / FPS)[:, None] * [0.05, 0.02, 0.05] + [0.1, 0.2, 2.5]
    known = {"angles": signing(skeleton, frames, noise), "translation": sway.astype(np.float32)}
    obj = apply(random_motion(skeleton, frames, fps=FPS, **{**known, **changes}))
    bpy.context.view_layer.objects.active = obj
    return obj


def played(obj: bpy.types.Object, frames: range) -> np.ndarray:
    """(F,B,4,4) matrices of all bones that deform, in the armature's space, as Blender evaluates them."""
    result = list[np.ndarray]()
    for frame in frames:
        bpy.context.scene.frame_set(frame)
        evaluated = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
        result.append(np.array([bone.matrix for bone in evaluated.pose.bones if bone.bone.use_deform]))
    return np.stack(result)


def tails(obj: bpy.types.Object, matrices: np.ndarray) -> np.ndarray:
    """(F,B,3) metres, of matrices (F,B,4,4)."""
    lengths = np.array([bone.length for bone in obj.data.bones if bone.use_deform])
    return matrices[..., :3, 3] + matrices[..., :3, 1] * lengths[:, None]


def turned(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(F,B) radians between matrices (F,B,4,4)."""
    gap = np.linalg.norm(a[..., :3, :3] - b[..., :3, :3], axis=(-2, -1))
    return 2 * np.arcsin(np.clip(gap / np.sqrt(8), 0, 1))


def select(obj: bpy.types.Object, *names: str) -> None:
    """Select pose bones by name, and no others."""
    for bone in obj.pose.bones:
        (bone if bpy.app.version >= (5, 0) else bone.bone).select = bone.name in names


def limited(obj: bpy.types.Object) -> list[tuple[bpy.types.FCurve, float, float]]:
    """Every rotation curve of a bone with a Limit Rotation, and what that allows it, radians."""
    found: list[tuple[bpy.types.FCurve, float, float]] = []
    for (path, axis), curve in fcurves(obj).items():
        limits = obj.pose.bones[path.split('"')[1]].constraints if "rotation_euler" in path else ()
        for limit in (constraint for constraint in limits if constraint.type == "LIMIT_ROTATION"):
            letter = "xyz"[axis]
            found.append((curve, getattr(limit, f"min_{letter}"), getattr(limit, f"max_{letter}")))
    assert len(found) > 20
    return found
