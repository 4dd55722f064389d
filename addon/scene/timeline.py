"""The scene's frame rate and range, and markers where a hand was lost."""

import bpy
import numpy as np

from ...engine.keypoints import Side
from ...engine.motion import Motion

_NTSC = 1001 / 1000  # 29.97 is 30 / 1.001


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


def mark_lost_hands(scene: bpy.types.Scene, motion: Motion, first: int) -> None:
    """A marker at the start of each gap of a hand that belongs to the motion's skeleton."""
    for side in motion.kind.hands:
        for frame in gap_starts(motion.seen[:, side.column]):
            scene.timeline_markers.new(f"{side} hand lost", frame=first + int(frame))


def forget_lost_hand(scene: bpy.types.Scene, side: Side, first: int, last: int) -> None:
    """Take away the markers of a side's hand from one frame to another."""
    for marker in list(scene.timeline_markers):
        if marker.name.startswith(f"{side} hand") and first <= marker.frame <= last:
            scene.timeline_markers.remove(marker)


def mark_jumps(scene: bpy.types.Scene, motion: Motion, first: int, rate: float) -> None:
    """A marker where the clock of the video's file jumped; `rate` is the keys', 1/s."""
    for time in motion.jumps:
        scene.timeline_markers.new("clock jumped", frame=first + round((time - float(motion.time[0])) * rate))


def gap_starts(seen: np.ndarray) -> np.ndarray:
    """Seen or not (F,) -> indices of the first frame of each gap."""
    before = np.concatenate([[True], seen[:-1]])
    return np.flatnonzero(before & ~seen)
