"""The demo's pictures of the rig."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from pathlib import Path

import bpy
import numpy as np
import pytest

from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.motion import Motion
from engine.skeleton import forward_kinematics, joint_positions, load_skeleton
from tests.blender.motions import CAMERA, addon, random_motion

Framing = addon("demo.framing").Framing

PANEL = (320, 240)
CROPPED = Framing((80, 60, 480, 360), PANEL)


@pytest.fixture
def motion(monkeypatch: pytest.MonkeyPatch) -> Motion:
    """Two frames of the rest pose, its hands before the body, in the open file."""
    monkeypatch.setenv("LIBGL_ALWAYS_SOFTWARE", "1")
    skeleton = load_skeleton()
    angles = np.zeros((2, len(skeleton.angle_names)), np.float32)
    place = np.array([[0.1, 0.2, 4.0]] * 2, np.float32)
    motion = random_motion(skeleton, 2, angles=skeleton.clamp(angles), translation=place)
    addon("scene.apply").apply_motions(bpy.context, {Path("clip.mp4"): motion}, addon("settings").ImportOptions(), [])
    return motion


def pixels(path: Path) -> np.ndarray:
    """(H,W,3) as stored, top row first."""
    image = bpy.data.images.load(str(path))
    width, height = image.size
    values = np.array(image.pixels, np.float32).reshape(height, width, 4)[::-1, :, :3]
    bpy.data.images.remove(image)
    return values


def hands_in(picture: np.ndarray) -> dict[str, np.ndarray]:
    """Centres (2,) of what is orange and of what is teal, as parts of the panel's size."""
    red, blue = picture[..., 0], picture[..., 2]
    masks = {"left": red > 1.5 * blue, "right": blue > 1.5 * red}
    return {side: np.argwhere(mask).mean(0)[::-1] / picture.shape[1::-1] for side, mask in masks.items()}


def true_hand(motion: Motion, side: str) -> np.ndarray:
    """The hand's middle (2,) in the first frame, as parts of the cropped panel."""
    skeleton = motion.skeleton
    pose = forward_kinematics(skeleton, motion.angles[0], motion.lengths_of_bones())
    points = joint_positions(skeleton, pose) @ CAMERA_FROM_BLENDER.T + motion.translation[0]
    hand = points[[name.startswith(f"{side}_hand_") for name in skeleton.joints]].mean(0)
    left, top, width, height = CROPPED.box
    return (hand[:2] / hand[2] * CAMERA[:2] + CAMERA[2:] - (left, top)) / (width, height)


def test_hands_are_drawn_where_the_videos_camera_sees_them(motion: Motion) -> None:
    with addon("demo.preview").draw_views(motion, CROPPED) as (front, side):
        assert len(list(front.iterdir())) == len(list(side.iterdir())) == 2
        drawn = hands_in(pixels(sorted(front.iterdir())[0]))
    for name, centre in drawn.items():
        assert np.abs(centre - true_hand(motion, name)).max() < 0.03


def test_the_side_view_shows_the_hands_before_the_trunk(motion: Motion) -> None:
    with addon("demo.preview").draw_views(motion, CROPPED) as (_, side):
        hands = hands_in(pixels(sorted(side.iterdir())[0]))
    assert hands["right"][0] > 0.4  # the trunk stands at 0.28
