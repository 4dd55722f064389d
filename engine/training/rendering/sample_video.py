"""The sample video and its exact ground truth: one signer, both arms, four finger-spelled letters.

python -m engine.training.rendering.sample_video --characters DIR --hands DIR --out tests/data
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array, Image
from ...keypoints import Side
from ..acting.gesture import Key, arm_at, arm_track, solve_key
from ..acting.handshape import Handshape, load_asl
from ..acting.pose import Posed, Trunk, pose_figure
from .scenery import write_video
from .stage import Look, act, draw, dress, empty_stage, enter_actor, over, place_camera
from .stage_camera import StageCamera, aim_camera
from .truth import JOINTS

FIGURE = "signer_01_mixamo.blend"
FPS, DURATION, SIZE = 30, 5.6, (720, 720)
LOOK = Look({"cloth": (0.06, 0.10, 0.16)}, studio_light="paint.sl", shadows=True, antialias="5")
WALL = np.array([168.0, 172.0, 170.0])
# Outwards, forwards, up from the shoulder.
_LOW = ((0.02, 0.22, -0.37), (-0.9, -0.5, -0.2), (-0.45, 0.6, -0.6))
_SPELL = ((0.06, 0.25, -0.06), (-0.12, 1.0, 0.0), (-0.05, 0.15, 1.0))


def right_keys(shapes: dict[str, Handshape]) -> list[Key]:
    """Both hands circle (FAMILY), fingers to the chin and forward (THANK YOU), L-O-V-E."""
    relaxed, ring, flat = shapes["rest"], shapes["asl f"], shapes["asl b"]
    keys = [Key(0.0, 0.2, *_LOW, relaxed), *_family(ring)]
    keys += [
        Key(2.25, 0.08, (-0.09, 0.235, -0.035), (-0.25, -1.0, 0.1), (-0.6, -0.15, 0.75), flat),
        Key(2.75, 0.10, (0.0, 0.38, -0.13), (-0.1, -0.6, 0.8), (-0.2, 0.8, 0.5), flat),
    ]
    for k, letter in enumerate("love"):
        wrist = (_SPELL[0][0] + 0.012 * k, _SPELL[0][1], _SPELL[0][2])
        keys.append(Key(3.25 + 0.42 * k, 0.20, wrist, *_SPELL[1:], shapes[f"asl {letter}"]))
    return [*keys, Key(5.3, 0.3, *_LOW, relaxed)]


def left_keys(shapes: dict[str, Handshape]) -> list[Key]:
    """The other hand: the circle, then low."""
    low = [Key(time, hold, *_LOW, shapes["rest"]) for time, hold in ((0.0, 0.25), (2.5, 3.1))]
    return [low[0], *_family(shapes["asl f"]), low[1]]


def _family(ring: Handshape) -> list[Key]:
    return [
        Key(0.85, 0.12, (-0.105, 0.29, -0.14), (-0.3, 1.0, 0.0), (-0.25, 0.2, 1.0), ring),
        Key(1.25, 0.0, (0.03, 0.34, -0.15), (-1.0, 0.1, 0.0), (0.0, 0.5, 1.0), ring),
        Key(1.65, 0.12, (-0.08, 0.28, -0.17), (-0.1, -1.0, 0.1), (-0.35, 0.25, 1.0), ring),
    ]


def trunk_at(time: float) -> Trunk:
    """Small turns of a body that is never quite still, a nod with the second sign."""
    sway = np.sin(2 * np.pi * time / np.array([4.1, 3.3, 5.2]) + [0.3, 1.1, 2.0])
    look = np.sin(2 * np.pi * time / np.array([2.9, 3.7, 4.6]) + [1.0, 0.2, 0.7])
    nod = np.exp(-(((time - 2.55) / 0.22) ** 2))
    sizes: Array = np.radians([0.4, 0.6, 1.2])
    hips = sway * sizes
    chest = np.radians([1.2, 1.0, 2.0]) * sway + np.radians([1.5, 0.0, 0.0]) * nod
    head = np.radians([2.0, 1.8, 4.0]) * look + np.radians([7.0, 0.0, 0.0]) * nod
    return Trunk(hips, chest, head)


def write_truth(path: Path, camera: StageCamera, joints: Array) -> None:
    """Save world joints (F,J,3) as positions in the camera frame and pixels."""
    positions = camera.to_camera(joints)
    np.savez_compressed(
        path,
        joints=np.array(JOINTS),
        positions_camera=positions.astype(np.float32),
        keypoints=camera.pinhole.project(positions).astype(np.float32),
        camera=camera.pinhole.numbers.astype(np.float32),
        fps=np.float64(FPS),
        time=np.arange(len(joints)) / FPS,
        size=np.array(SIZE, np.int32),
    )


def main() -> None:
    """Render the sample."""
    parser = argparse.ArgumentParser(prog="python -m engine.training.rendering.sample_video")
    for name, text in (("characters", "characters"), ("hands", "hand data"), ("out", "result")):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"folder of the {text}")
    arguments = parser.parse_args()
    shapes = load_asl(arguments.hands)
    scene = empty_stage()
    actor = enter_actor(scene, arguments.characters / FIGURE)
    dress(scene, actor, LOOK)
    turns = np.radians([2.0, 7.0, 0.0])
    camera = aim_camera(np.array([0.0, -0.05, 1.25]), 1.75, turns, 1250.0, SIZE)
    place_camera(scene, camera)
    keys = {Side.LEFT: left_keys(shapes), Side.RIGHT: right_keys(shapes)}
    tracks = {side: arm_track([solve_key(actor.figure, k, side) for k in keys[side]]) for side in keys}
    pictures: list[Image] = []
    joints: list[Array] = []
    for frame in range(round(FPS * DURATION)):
        time = frame / FPS
        arms = {side: arm_at(track, time) for side, track in tracks.items()}
        posed: Posed = pose_figure(actor.figure, trunk_at(time), arms, np.zeros(3))
        joints.append(act(actor, posed)[0])
        pictures.append(over(draw(scene), WALL))
    arguments.out.mkdir(parents=True, exist_ok=True)
    write_video(str(arguments.out / "sample.mp4"), pictures, FPS, 20, "slow")
    write_truth(arguments.out / "sample.npz", camera, np.stack(joints))
    sys.stdout.flush()
    # A bpy process can hang at exit.
    os._exit(0)


if __name__ == "__main__":
    main()
