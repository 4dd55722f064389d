"""A tracked motion becomes data of the open file: armature, action, reference, markers; all or nothing."""

# The stubs take members of Context for methods, and UI members for optional ones.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import bpy
import numpy as np

from ...engine.errors import InputError
from ...engine.events import events_of
from ...engine.letters import held_letters
from ...engine.motion import Motion
from ...engine.points import is_points
from ...engine.resample import at_rate
from ...engine.skeleton import Skeleton
from ..character.character import CharacterObject
from ..settings import ImportOptions
from ..signer.armature import build_armature
from ..signer.bone_collections import HAND_GROUPS, bone_groups
from ..signer.face import has_face
from ..signer.head_mesh import add_head, has_head
from ..signer.keyframes import write_keyframes
from ..signer.mark import misfit
from ..signer.performances import performance_of_motion
from ..signer.placement import place
from .free_place import free_place
from .reference import add_background, add_camera, add_plane
from .selection import select_animated
from .timeline import cover_frames, mark_doubts, mark_events, mark_letters, scene_rate, set_rate, split_rate


def apply_motions(
    context: bpy.types.Context,
    motions: dict[Path, Motion],
    options: ImportOptions,
    receivers: Sequence[bpy.types.Object | CharacterObject],
) -> list[bpy.types.Object]:
    """Import tracked videos into the scene, each onto all receivers, or onto new armatures; returns what was animated.

    A receiver is an armature of ours or a character. Raises InputError, the file unchanged, where a motion
    does not fit one.
    """
    scene = context.scene
    assert scene is not None
    rate = _rate(scene, motions.values(), options)
    clips = {video: at_rate(motion, rate) for video, motion in motions.items()}
    characters = [receiver for receiver in receivers if isinstance(receiver, CharacterObject)]
    performances = {video: performance_of_motion(clip) for video, clip in clips.items()} if characters else {}
    letters = {video: held_letters(clip) if options.letters else [] for video, clip in clips.items()}
    events = {video: events_of(clip) if options.events else [] for video, clip in clips.items()}
    armatures = [receiver for receiver in receivers if not isinstance(receiver, CharacterObject)]
    known = {*armatures, *(character.obj for character in characters)}
    alone = not any(o.animation_data and o.animation_data.action for o in scene.objects if o not in known)
    with _all_or_nothing():
        for clip in clips.values():
            _check_fit(armatures, clip)
        pairs = [(obj, video) for video in clips for obj in armatures]
        if not receivers:
            pairs = [(_build(context, clip, video), video) for video, clip in clips.items()]
        for obj, video in pairs:
            _add_reference(context, obj, clips[video], video, options)
    for obj, video in pairs:
        clip = clips[video]
        left_out = _left_out(clip.skeleton, options)
        write_keyframes(obj, clip, place(obj, clip), options.first_frame, left_out, _printable(video))
        if clip.face is not None and has_face(obj) and not has_head(obj):
            add_head(obj)
    for video, performance in performances.items():
        at = options.first_frame + np.arange(len(performance.angles))
        left_out = _left_out(performance.skeleton, options)
        for character in characters:
            character.play(performance, at, _printable(video), options, left_out)
    animated = [*pairs, *((character.obj, video) for video in performances for character in characters)]
    for obj, video in animated:
        mark_doubts(scene, obj, clips[video], options.first_frame, rate)
        mark_letters(scene, obj, letters[video], options.first_frame)
        mark_events(scene, obj, events[video], options.first_frame)
    frames = max(len(clip.time) for clip in clips.values())
    if frames > 1:
        cover_frames(scene, options.first_frame, options.first_frame + frames - 1, extend=not alone)
    if options.use_scene_rate:
        set_rate(scene, rate)
    keyed = list(dict.fromkeys(obj for obj, _ in animated))
    select_animated(context, keyed)
    return keyed


def _rate(scene: bpy.types.Scene, motions: Iterable[Motion], options: ImportOptions) -> float:
    """Frames per second that the keys are written for: the first video's, or the scene's."""
    rates = [float(motion.fps) for motion in motions if motion.fps > 0] if options.use_scene_rate else []
    fps, base = split_rate(rates[0] if rates else scene_rate(scene))
    return fps / base


def _left_out(skeleton: Skeleton, options: ImportOptions) -> set[str]:
    """Names of the bones that get no keys."""
    groups = bone_groups(skeleton).items()
    return {name for name, group in groups if options.body_only and group in HAND_GROUPS}


def _check_fit(armatures: list[bpy.types.Object], motion: Motion) -> None:
    for obj in armatures:
        reason = misfit(obj, motion.skeleton)
        if reason:
            raise InputError(f"The armature {obj.name!r} does not fit: it {reason}; import to a new armature.")


def _build(context: bpy.types.Context, motion: Motion, video: Path) -> bpy.types.Object:
    obj = build_armature(motion.skeleton, motion.lengths_of_bones().tolist(), _printable(video))
    obj.location = free_place(context)
    _link(context, obj)
    return obj


def _add_reference(
    context: bpy.types.Context, obj: bpy.types.Object, motion: Motion, video: Path, options: ImportOptions
) -> None:
    scene = context.scene
    assert scene is not None
    if options.reference == "none" or is_points(video):
        return
    context.view_layer.update()  # a new armature stands where it was put from then on
    placement, first, mirrored = place(obj, motion), options.first_frame, options.mirrored
    camera = add_camera(obj, motion, placement)
    _link(context, camera)
    if options.reference == "camera":
        add_background(camera, motion, video, first, mirrored=mirrored)
    else:
        _link(context, add_plane(obj, motion, placement, video, first, mirrored=mirrored))
    scene.camera = camera
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
    kinds = (data.objects, data.armatures, data.meshes, data.collections, data.cameras, data.images, data.scenes)
    return [block for blocks in kinds for block in blocks]
