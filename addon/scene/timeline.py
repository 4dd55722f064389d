"""The scene's frame rate and range, and markers where a motion is in doubt."""

import bpy

from ...engine.geometry.arrays import runs
from ...engine.keypoints import Side
from ...engine.motion import Motion

_NTSC = 1001 / 1000  # 29.97 is 30 / 1.001
_LONGEST = 63  # bytes of a marker's name
_LOST, _UNTIL, _JUMPED = "{} lost", "{} lost until here", "clock jumped"
_PARTS = ("body", *(f"{side} hand" for side in Side))  # the columns of Motion.seen


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
    """Markers where the armature's motion lost body or hand, where that ends, and where the clock of its file jumped.

    They take the place of the armature's earlier ones. `rate` is the keys', 1/s.
    """
    for marker in _markers(scene, obj, _labels()):
        scene.timeline_markers.remove(marker)
    for column in [*([0] if motion.kind.has_body else []), *(side.column for side in motion.kind.hands)]:
        for start, stop in runs(~motion.seen[:, column]):
            scene.timeline_markers.new(_marker_name(_LOST.format(_PARTS[column]), obj), frame=first + start)
            scene.timeline_markers.new(_marker_name(_UNTIL.format(_PARTS[column]), obj), frame=first + stop)
    for time in motion.jumps:
        frame = first + round((time - float(motion.time[0])) * rate)
        scene.timeline_markers.new(_marker_name(_JUMPED, obj), frame=frame)


def copy_marks(scene: bpy.types.Scene, source: bpy.types.Object, obj: bpy.types.Object) -> None:
    """The markers of one armature for another that plays its motion as well, in place of that one's earlier ones."""
    for marker in _markers(scene, obj, _labels()):
        scene.timeline_markers.remove(marker)
    for label in _labels():
        for marker in _markers(scene, source, [label]):
            scene.timeline_markers.new(_marker_name(label, obj), frame=marker.frame)


def forget_lost_hand(scene: bpy.types.Scene, obj: bpy.types.Object, side: Side, first: int, last: int) -> None:
    """Take away the markers of the armature's hand of a side from one frame to another."""
    for marker in _markers(scene, obj, [label.format(_PARTS[side.column]) for label in (_LOST, _UNTIL)]):
        if first <= marker.frame <= last:
            scene.timeline_markers.remove(marker)


def _labels() -> list[str]:
    return [_JUMPED, *(label.format(part) for part in _PARTS for label in (_LOST, _UNTIL))]


def _markers(scene: bpy.types.Scene, obj: bpy.types.Object, labels: list[str]) -> list[bpy.types.TimelineMarker]:
    names = {_marker_name(label, obj) for label in labels}
    return [marker for marker in scene.timeline_markers if marker.name in names]


def _marker_name(label: str, obj: bpy.types.Object) -> str:
    """As Blender keeps it: longer ones lose their end."""
    return f"{label}, {obj.name}".encode()[:_LONGEST].decode(errors="ignore")
