"""The scene's frame rate and range, and markers where a motion is in doubt, spells, nods or blinks."""

import bpy

from ...engine.doubt import doubtful_stretches
from ...engine.events import Event, EventKind
from ...engine.face.face import Face
from ...engine.geometry.arrays import runs
from ...engine.keypoints import Side
from ...engine.letters import LETTERS, HeldLetter
from ...engine.motion import Motion

_NTSC = 1001 / 1000  # 29.97 is 30 / 1.001
_LONGEST = 63  # bytes of a marker's name
_LOST = ("{} lost", "{} lost until here")
_DOUBTED = ("{} in doubt", "{} in doubt until here")
_HAPPENED = ("{}", "{} until here")
_SPELLED = tuple(f"{{}} {letter}" for letter in LETTERS)
_JUMPED = "clock jumped"
_OF_LIMBS = (*_LOST, *_DOUBTED, *_SPELLED)
_PARTS = ("body", *(f"{side} hand" for side in Side))  # the columns of Motion.seen
_FACE = "face"
_LIMBS = {side.bone(bone): f"{side} {limb}" for side in Side for bone, limb in (("upper_arm", "arm"), ("hand", "hand"))}


def split_rate(fps: float) -> tuple[int, float]:
    """A frame rate in 1/s as Blender keeps it: fps and fps_base with fps / fps_base = rate."""
    whole = max(1, round(fps * _NTSC))
    if abs(whole / _NTSC - fps) < 1e-3 and abs(whole - fps) > 1e-3:
        return whole, _NTSC
    whole = max(1, round(fps))
    return whole, whole / fps


def scene_rate(scene: bpy.types.Scene) -> float:
    """Frames per second."""
    return scene.render.fps / scene.render.fps_base


def set_rate(scene: bpy.types.Scene, fps: float) -> None:
    """Set the scene's frame rate, 1/s."""
    scene.render.fps, scene.render.fps_base = split_rate(fps)


def cover_frames(scene: bpy.types.Scene, first: int, last: int, *, extend: bool) -> None:
    """Set the scene's frame range, or extend it where it holds animation of others."""
    scene.frame_start = min(scene.frame_start, first) if extend else max(first, 0)
    scene.frame_end = max(scene.frame_end, last) if extend else last


def mark_doubts(scene: bpy.types.Scene, obj: bpy.types.Object, motion: Motion, first: int, rate: float) -> None:
    """Markers where the armature's motion lost body, hand or face or has an arm or hand in doubt, and until where.

    Where the clock of its file jumped there is one, too. They take the place of the armature's earlier ones, those of
    letters and events among them.
    `rate` is the keys', 1/s.
    """
    for marker in _markers(scene, obj, _labels()):
        scene.timeline_markers.remove(marker)
    for column in [*([0] if motion.kind.has_body else []), *(side.column for side in motion.kind.hands)]:
        _mark_stretches(scene, obj, _LOST, _PARTS[column], runs(~motion.seen[:, column]), first)
    if motion.face is not None:
        mark_face(scene, obj, motion.face, first)
    for bone, stretches in doubtful_stretches(motion).items():
        _mark_stretches(scene, obj, _DOUBTED, _LIMBS[bone], stretches, first)
    for time in motion.jumps:
        frame = first + round((time - float(motion.time[0])) * rate)
        scene.timeline_markers.new(_marker_name(_JUMPED, obj), frame=frame)


def mark_face(scene: bpy.types.Scene, obj: bpy.types.Object, face: Face, first: int) -> None:
    """Markers where the armature's face was lost and until where, in place of its earlier ones."""
    for marker in _markers(scene, obj, [label.format(_FACE) for label in _LOST]):
        scene.timeline_markers.remove(marker)
    _mark_stretches(scene, obj, _LOST, _FACE, runs(~face.seen), first)


def mark_letters(scene: bpy.types.Scene, obj: bpy.types.Object, letters: list[HeldLetter], first: int) -> None:
    """Markers where hands of the armature's motion begin to hold letters; `mark_doubts` takes earlier ones away."""
    for own in letters:
        label = _SPELLED[LETTERS.index(own.letter)].format(_PARTS[own.side.column])
        scene.timeline_markers.new(_marker_name(label, obj), frame=first + own.first)


def mark_events(scene: bpy.types.Scene, obj: bpy.types.Object, events: list[Event], first: int) -> None:
    """Markers where events of the armature's motion begin, and until where; `mark_doubts` takes earlier ones away."""
    for event in events:
        _mark_stretches(scene, obj, _HAPPENED, event.kind, [(event.first, event.stop)], first)


def _mark_stretches(
    scene: bpy.types.Scene,
    obj: bpy.types.Object,
    labels: tuple[str, str],
    part: str,
    stretches: list[tuple[int, int]],
    first: int,
) -> None:
    """Two markers for each stretch of frames, its first and the first after it, of a motion whose first is `first`."""
    for stretch in stretches:
        for label, frame in zip(labels, stretch, strict=True):
            scene.timeline_markers.new(_marker_name(label.format(part), obj), frame=first + frame)


def copy_marks(scene: bpy.types.Scene, source: bpy.types.Object, obj: bpy.types.Object) -> None:
    """The markers of one armature for another that plays its motion as well, in place of that one's earlier ones."""
    for marker in _markers(scene, obj, _labels()):
        scene.timeline_markers.remove(marker)
    for label in _labels():
        for marker in _markers(scene, source, [label]):
            scene.timeline_markers.new(_marker_name(label, obj), frame=marker.frame)


def forget_limbs(scene: bpy.types.Scene, obj: bpy.types.Object, limbs: list[str], first: int, last: int) -> None:
    """Take away the markers of the armature's limbs, such as `left hand`, from one frame to another."""
    for marker in _markers(scene, obj, [label.format(limb) for limb in limbs for label in _OF_LIMBS]):
        if first <= marker.frame <= last:
            scene.timeline_markers.remove(marker)


def _labels() -> list[str]:
    lost = [label.format(part) for part in (*_PARTS, _FACE) for label in _LOST]
    doubted = [label.format(limb) for limb in _LIMBS.values() for label in _DOUBTED]
    happened = [label.format(kind) for kind in EventKind for label in _HAPPENED]
    return [_JUMPED, *lost, *doubted, *happened, *(label.format(part) for part in _PARTS[1:] for label in _SPELLED)]


def _markers(scene: bpy.types.Scene, obj: bpy.types.Object, labels: list[str]) -> list[bpy.types.TimelineMarker]:
    names = {_marker_name(label, obj) for label in labels}
    return [marker for marker in scene.timeline_markers if marker.name in names]


def _marker_name(label: str, obj: bpy.types.Object) -> str:
    """As Blender keeps it: longer ones lose their end."""
    return f"{label}, {obj.name}".encode()[:_LONGEST].decode(errors="ignore")
