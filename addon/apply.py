"""A tracked motion becomes data of the open file: armature, action, reference, markers; all or nothing."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np

from ..engine.errors import InputError
from ..engine.motion import Motion
from ..engine.resample import resample
from .armature import build_armature
from .bone_collections import HAND_GROUPS, bone_groups
from .keyframes import write_keyframes
from .placement import place
from .reference import add_camera, add_plane
from .rig import fits, identity
from .settings import ImportSettings
from .timeline import cover_frames, mark_lost_hands, scene_rate, set_rate, split_rate

_APART = 1.5  # metres between the armatures of one import
_EVEN = 0.1  # of a frame: what time stamps rounded to milliseconds are off


def apply_motions(
    context: bpy.types.Context,
    motions: dict[Path, Motion],
    settings: ImportSettings,
    target: bpy.types.Object | None,
) -> list[bpy.types.Object]:
    """Import tracked videos into the scene, onto `target` or new armatures; returns these.

    Raises InputError, the file unchanged, where a motion does not fit the target.
    """
    scene = context.scene
    assert scene is not None
    rate = _rate(scene, motions.values(), settings)
    clips = {video: _at_rate(motion, rate) for video, motion in motions.items()}
    alone = not any(o.animation_data and o.animation_data.action for o in scene.objects if o != target)
    with _all_or_nothing():
        armatures = [_armature(context, target, clip, video, i) for i, (video, clip) in enumerate(clips.items())]
        for obj, (video, clip) in zip(armatures, clips.items(), strict=True):
            _add_reference(context, obj, clip, video, settings)
    for obj, (video, clip) in zip(armatures, clips.items(), strict=True):
        groups = bone_groups(clip.skeleton).items()
        bones = {name for name, group in groups if settings.parts != "BODY" or group not in HAND_GROUPS}
        write_keyframes(obj, clip, place(obj, clip), settings.first_frame, bones, _printable(video))
        mark_lost_hands(scene, clip, settings.first_frame)
    frames = max(len(clip.time) for clip in clips.values())
    if frames > 1:
        cover_frames(scene, settings.first_frame, settings.first_frame + frames - 1, extend=not alone)
    if settings.use_scene_rate:
        set_rate(scene, rate)
    _select(context, armatures)
    return armatures


def _rate(scene: bpy.types.Scene, motions: Iterable[Motion], settings: ImportSettings) -> float:
    """Frames per second that the keys are written for: the first video's, or the scene's."""
    rates = [float(motion.fps) for motion in motions if motion.fps > 0] if settings.use_scene_rate else []
    fps, base = split_rate(rates[0] if rates else scene_rate(scene))
    return fps / base


def _at_rate(motion: Motion, rate: float) -> Motion:
    """The motion with one pose per scene frame; as it is where its frames are even already."""
    times = motion.time[0] + np.arange(len(motion.time)) / rate
    return motion if np.abs(motion.time - times).max() * rate < _EVEN else resample(motion, rate)


def _armature(
    context: bpy.types.Context, target: bpy.types.Object | None, motion: Motion, video: Path, index: int
) -> bpy.types.Object:
    if target is not None:
        if not fits(target, motion.skeleton):
            raise InputError(
                f"The armature {target.name!r} does not fit: its bones were changed, or it was made for"
                f" something else than {identity(motion.skeleton)}; import to a new armature."
            )
        return target
    obj = build_armature(motion.skeleton, motion.lengths_of_bones().tolist(), _printable(video))
    obj.location.x = _APART * index
    _link(context, obj)
    return obj


def _add_reference(
    context: bpy.types.Context, obj: bpy.types.Object, motion: Motion, video: Path, settings: ImportSettings
) -> None:
    scene = context.scene
    assert scene is not None
    add = {"CAMERA": add_camera, "PLANE": add_plane}.get(settings.reference)
    if add is None:
        return
    placement = place(obj, motion)
    reference = add(obj, motion, placement, video, settings.first_frame, mirrored=settings.mirrored)
    _link(context, reference)
    if settings.reference == "CAMERA":
        scene.camera = reference
        scene.render.resolution_x, scene.render.resolution_y = (int(x) for x in motion.size)


def _link(context: bpy.types.Context, obj: bpy.types.Object) -> None:
    """Into the active collection, or the scene's where that one is locked or hidden."""
    scene, collection = context.scene, context.collection
    assert scene is not None
    if collection is not None and collection.is_editable:
        collection.objects.link(obj)
        if obj.visible_get():
            return
        collection.objects.unlink(obj)
    scene.collection.objects.link(obj)


def _select(context: bpy.types.Context, armatures: list[bpy.types.Object]) -> None:
    """Select the armatures, unless the user is at work in another mode."""
    layer = context.view_layer
    if context.mode != "OBJECT" or layer is None:
        return
    for obj in layer.objects:
        obj.select_set(obj in armatures)
    layer.objects.active = armatures[0]


def _printable(video: Path) -> str:
    """A name for data: a file name can hold bytes that are no text."""
    return video.stem.encode(errors="replace").decode()


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """Remove every datablock that was added if the block fails."""
    before = set(_datablocks())
    try:
        yield
    except BaseException:
        bpy.data.batch_remove([block for block in _datablocks() if block not in before])
        raise


def _datablocks() -> list[bpy.types.ID]:
    data = bpy.data
    kinds = (data.objects, data.armatures, data.cameras, data.images, data.scenes)
    return [block for blocks in kinds for block in blocks]
