"""What is done without a kinematic model: bones turned to the directions between MediaPipe's world landmarks."""

import numpy as np

from ...engine.geometry.arrays import Array, Mask
from ...engine.geometry.rotations import CAMERA_FROM_BLENDER, frame_along, shortest_turn
from ...engine.keypoints import Side
from ...engine.training.measuring.joints import Joints
from .orientation import span
from .played import Played

HAND = {
    "thumb": ("thumb_cmc", "thumb_mcp", "thumb_ip", "thumb_tip"),
    **{
        f"f_{name}": tuple(f"{landmark}_{joint}" for joint in ("mcp", "pip", "dip", "tip"))
        for name, landmark in (
            ("index", "index_finger"),
            ("middle", "middle_finger"),
            ("ring", "ring_finger"),
            ("pinky", "pinky"),
        )
    },
}


def turns_by_vectors(points: Joints, rig: Played) -> dict[str, Array]:
    """Segment -> (F,3,3) its turn away from the rig's rest, in Blender's world; the trunk's too, as "chest".

    Arms and fingers by the shortest turn of their rest direction, palms by wrist, index and little finger,
    the trunk by shoulders and hips. What is not found stays where it was.
    """
    world = dict[str, Array]()
    for number, name in enumerate(points.names):
        found = points.found[:, next((k for k, side in enumerate(Side, 1) if name.startswith(f"{side}_hand_")), 0)]
        world[name] = _held(points.positions[:, number], found) @ CAMERA_FROM_BLENDER
    left, right = (world[f"{side}_shoulder"] for side in Side)
    up = (left + right - world["left_hip"] - world["right_hip"]) / 2
    turns = {"chest": _frames(up, left - right)[:, :, [0, 2, 1]] * [1.0, -1.0, 1.0]}
    for side in Side:
        letter = side[0].upper()
        lines = {"upper_arm": ("shoulder", "elbow"), "forearm": ("elbow", "wrist")}
        for finger, joints in HAND.items():
            lines |= {f"{finger}.0{k}": (f"hand_{joints[k - 1]}", f"hand_{joints[k]}") for k in (1, 2, 3)}
        for segment, (start, end) in lines.items():
            wanted = world[f"{side}_{end}"] - world[f"{side}_{start}"]
            turns[f"{segment}.{letter}"] = shortest_turn(span(rig, rig.rest, f"{segment}.{letter}"), wanted)
        seen = [world[f"{side}_hand_{name}"] for name in ("wrist", "index_finger_mcp", "pinky_mcp")]
        still = [rig.rest.heads[f"{name}.{letter}"][None] for name in ("hand", "f_index.01", "f_pinky.01")]
        turns[f"hand.{letter}"] = _palms(*seen) @ np.swapaxes(_palms(*still), 1, 2)
    return turns


def _palms(wrist: Array, index: Array, pinky: Array) -> Array:
    return _frames((index + pinky) / 2 - wrist, index - pinky)


def _frames(directions: Array, across: Array) -> Array:
    return np.stack([frame_along(*row) for row in zip(directions, across, strict=True)])


def _held(places: Array, found: Mask) -> Array:
    """Places (F,3); where nothing was found, those of the last frame before, or of the first, in which it was."""
    last = np.maximum.accumulate(np.where(found, np.arange(len(found)), 0))
    return places[np.where(found[last], last, found.argmax())]
