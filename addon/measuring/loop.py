"""The closed loop: a character signs, is filmed, tracked, and signs what was tracked; beside MediaPipe's points."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np

from ...engine.geometry.arrays import Array, Image, Mask
from ...engine.keypoints import Side
from ...engine.training.acting.figure import BONE, load_figure
from ...engine.training.acting.figure import FINGERS as SHORT_FINGERS
from ...engine.training.acting.random_signing import pose_at
from ...engine.training.acting.recorded_signing import load_signing, recorded_motion
from ...engine.training.measuring.metrics import rotations_apart
from ...engine.training.measuring.sample_accuracy import mediapipe_joints
from ...engine.training.rendering.scenery import write_video
from ...engine.training.rendering.stage import draw, empty_stage, over, place_camera
from ...engine.training.rendering.stage_camera import aim_camera
from .keys import key_turns
from .orientation import palm_frame
from .played import Played, play, read_played, show_frames
from .rigs import FINGERS, open_rig, signer, signer_path
from .source import tracked_performance
from .vectors import turns_by_vectors

#: One that no network is trained on, nor on its motion.
NUMBER = 6
FPS, FRAMES, START = 25, 125, 0.2
#: Pixels; metres to the camera, and from top to bottom of what it sees there.
SIZE, DISTANCE, SHOWN = (1280, 720), 2.2, 1.05
_WALL = np.array([168.0, 172.0, 170.0])
#: Bones of training characters -> Mixamo's.
_TRUNK = {"hips": "Hips", "spine": "Spine", "spine1": "Spine1", "chest": "Spine2", "neck": "Neck", "head": "Head"}
_LIMBS = {
    **{"clavicle": "Shoulder", "upper_arm": "Arm", "forearm": "ForeArm", "hand": "Hand"},
    **{f"{finger}{k}": f"Hand{finger.title()}{k}" for finger in SHORT_FINGERS for k in (1, 2, 3)},
}
_CHEST = "mixamorig:Spine2"


@dataclass(frozen=True)
class Loop:
    """Errors against the first animation, in the frames in which Holistic alone finds the hand."""

    frames: dict[str, int]
    """Side -> how many."""
    errors: dict[str, dict[str, Array]]
    """Method -> what -> numbers: metres from the middle of the shoulders, or degrees."""


def closed_loop(data: Path, folder: Path) -> Loop:
    """Film the character if the folder has no film of it yet, and compare."""
    rig, turns = signer(NUMBER), _signed(data)
    empty_stage()
    obj = rig.enter(data)
    key_turns(obj, turns)
    bones = rig.bones()
    truth = read_played(obj, bones, FRAMES)
    video = folder / "loop.mp4"
    if not video.exists():
        film(video, float(truth.rest.heads["upper_arm.L"][2]))
    points = mediapipe_joints(video)
    vectors = turns_by_vectors(points, truth)
    key_turns(obj, {_CHEST if name == "chest" else bones[name][-1]: turn for name, turn in vectors.items()})
    by_vectors = read_played(obj, bones, FRAMES)
    obj = open_rig(rig, data)
    play(obj, tracked_performance(video), contacts=1.0, limits=True)
    found = dict(zip("LR", points.found[:, 1:].T, strict=True))
    return Loop(
        {side: int(rows.sum()) for side, rows in found.items()},
        {
            "ours": _errors(read_played(obj, bones, FRAMES), truth, found),
            "vectors": _errors(by_vectors, truth, found),
        },
    )


def film(video: Path, height: float) -> None:
    """Render what the open file shows, from the front, up from the waist of who has shoulders at `height`."""
    camera = aim_camera(np.array([0.0, -0.05, height - 0.08]), DISTANCE, np.zeros(3), SIZE[1] * DISTANCE / SHOWN, SIZE)
    scene = bpy.context.scene
    place_camera(scene, camera)
    scene.display.shading.light = "STUDIO"
    scene.display.shading.show_shadows = True
    scene.display.render_aa = "5"
    pictures: list[Image] = []
    for _ in show_frames(FRAMES):
        pictures.append(over(draw(scene), _WALL))
    video.parent.mkdir(parents=True, exist_ok=True)
    write_video(str(video), pictures, FPS, 18, "fast")


def _signed(data: Path) -> dict[str, Array]:
    """Bone of the character -> (F,3,3) its turns in recorded signing."""
    bpy.ops.wm.read_homefile(use_empty=True)
    figure, _ = load_figure(data / signer_path(NUMBER))
    motion = recorded_motion(figure, load_signing(data)[0], START, FRAMES / FPS)
    poses = [pose_at(figure, motion, frame / FPS) for frame in range(FRAMES)]
    turns = np.stack([pose.rotations for pose in poses], axis=1)
    names = _TRUNK | {f"{side}_{part}": f"{side.title()}{name}" for side in Side for part, name in _LIMBS.items()}
    return {f"mixamorig:{name}": turns[BONE[ours]] for ours, name in names.items()}


def _errors(played: Played, truth: Played, found: dict[str, Mask]) -> dict[str, Array]:
    """Metres from the middle between the shoulders, and degrees, of both sides."""
    rows: dict[str, list[Array]] = {"fingertips": [], "wrists": [], "palms": []}
    for side, frames in found.items():
        both = (played, truth)
        middles = [(b.moved.heads["upper_arm.L"] + b.moved.heads["upper_arm.R"]) / 2 for b in both]
        for finger in FINGERS:
            tips = [b.tip(f"{finger}.{side}") - middle for b, middle in zip(both, middles, strict=True)]
            rows["fingertips"].append(np.linalg.norm(tips[0] - tips[1], axis=1)[frames])
        wrists = [b.moved.heads[f"hand.{side}"] - middle for b, middle in zip(both, middles, strict=True)]
        rows["wrists"].append(np.linalg.norm(wrists[0] - wrists[1], axis=1)[frames])
        rows["palms"].append(rotations_apart(*(palm_frame(b, b.moved, side) for b in both))[frames])
    return {name: np.concatenate(row) for name, row in rows.items()}
