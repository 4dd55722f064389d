"""Rendered training clips: what camera and encoder do to pictures, and one tiny clip from start to end."""

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.detection.landmarkers import HOLISTIC, MODELS_DIR
from engine.keypoints import HAND_NAMES, KEYPOINT_NAMES, Side
from engine.process import import_mediapipe
from engine.skeleton import forward_kinematics, legs_skeleton
from engine.training.acting.figure import BONE, load_figure
from engine.training.acting.gesture import arm_at
from engine.training.acting.handshape import handshape_from_points
from engine.training.acting.pose import pose_figure
from engine.training.acting.random_signing import random_motion
from engine.training.rendering import render_clips as render_set
from engine.training.rendering import scenery
from engine.training.rendering.render_clips import SETS, Studio, shrink_over
from engine.training.rendering.scenery import Quality, compress, degrade
from engine.training.rendering.truth import JOINTS

ROOT = Path(__file__).resolve().parents[2]
GOOD = Quality(blur=1.0, noise=0.0, gain=1.0, crf=18, shutter=0.0)
WIDTH, HEIGHT, FRAMES = 160, 96, 4


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of characters and hands beside the checkout, MediaPipe and its models being there too."""
    folder = ROOT.parent / "shared" / "data"
    if not (folder / "characters").is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    if importlib.util.find_spec("mediapipe") is None or not (MODELS_DIR / HOLISTIC.bundle).is_file():
        pytest.skip("NOT TESTED: MediaPipe or its models are not there")
    import_mediapipe()
    return folder


def moving_square(count: int) -> list[NDArray[np.uint8]]:
    """Smooth pictures (H,W,3), each with the square in another place."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    pictures: list[NDArray[np.uint8]] = []
    for number in range(count):
        picture = np.stack([60 + x / 2, 80 + y, np.full(x.shape, 120.0)], -1)
        picture[30:60, 20 + 16 * number : 50 + 16 * number] = (230, 200, 40)
        pictures.append(picture.astype(np.uint8))
    return pictures


def apart(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    return float(np.abs(a.astype(float) - b).mean())


def test_an_encoder_keeps_every_picture_in_its_place() -> None:
    pictures = moving_square(FRAMES)
    coded = compress(pictures, 25, 18)
    assert [picture.shape for picture in coded] == [picture.shape for picture in pictures]
    assert {picture.dtype for picture in coded} == {np.dtype(np.uint8)}
    for number, picture in enumerate(coded):
        distances = [apart(picture, given) for given in pictures]
        assert np.argmin(distances) == number and distances[number] < 4.0
    worse = compress(pictures, 25, 44)
    assert sum(map(apart, worse, pictures)) > 1.5 * sum(map(apart, coded, pictures))


def test_a_good_camera_changes_nothing() -> None:
    picture = moving_square(1)[0]
    np.testing.assert_array_equal(degrade(np.random.default_rng(0), picture, GOOD), picture)


def test_a_poor_camera_blurs_darkens_and_adds_noise() -> None:
    rng, picture = np.random.default_rng(0), moving_square(1)[0]
    for quality in (replace(GOOD, blur=1.6), replace(GOOD, noise=6.0), replace(GOOD, gain=0.7)):
        poor = degrade(rng, picture, quality)
        assert poor.shape == picture.shape and poor.dtype == np.uint8

    def edges(image: NDArray[np.uint8]) -> float:
        return float(np.abs(np.diff(image.astype(float), axis=1)).max())

    assert edges(degrade(rng, picture, replace(GOOD, blur=3.0))) < 0.8 * edges(picture)
    dark = degrade(rng, picture, replace(GOOD, gain=0.7))
    assert dark.mean() == pytest.approx(0.7 * picture.mean(), abs=1.0)
    noise = degrade(rng, picture, replace(GOOD, noise=6.0)).astype(float) - picture
    assert noise.std() == pytest.approx(6.0, abs=1.0) and abs(noise.mean()) < 1.0
    bright = degrade(rng, np.full((8, 8, 3), 250, np.uint8), replace(GOOD, gain=1.3))
    assert (bright == 255).all()  # white stays white, it does not turn over


@pytest.mark.parametrize("quality", [scenery.random_quality, scenery.studio_quality, scenery.poor_quality])
def test_random_qualities_are_possible_ones(quality: Callable[[np.random.Generator], Quality]) -> None:
    for seed in range(50):
        drawn = quality(np.random.default_rng(seed))
        assert 1.0 <= drawn.blur < 4.0 and 0.0 <= drawn.noise < 25.0 and 0.5 < drawn.gain < 1.4
        assert 15 <= drawn.crf <= 40 and 0.0 <= drawn.shutter <= 0.04


def test_walls_have_the_pictures_size() -> None:
    for seed in range(12):
        wall = scenery.random_wall(np.random.default_rng(seed), (64, 48))
        assert wall.shape == (48, 64, 3) and wall.dtype == np.uint8


def test_a_short_exposure_is_one_moment_and_a_long_one_is_several_around_it() -> None:
    for shutter in (0.0, 0.008, 0.01):
        assert render_set._exposure_times(2.0, shutter).tolist() == [2.0]
    times = render_set._exposure_times(2.0, 0.03)
    assert len(times) > 1 and len(times) % 2 == 1
    assert times[len(times) // 2] == pytest.approx(2.0)  # where the truth is taken
    assert times[-1] - times[0] == pytest.approx(0.03) and times[0] < 2.0 < times[-1]


def test_what_is_clear_shows_the_wall() -> None:
    wall = np.full((8, 8, 3), 40, np.uint8)
    drawn = np.zeros((12, 12, 4), np.uint8)
    drawn[:, 6:] = (200, 150, 100, 255)
    result = shrink_over(drawn, wall)
    assert result.shape == wall.shape
    np.testing.assert_allclose(result[:, :3], 40, atol=1)
    assert np.abs(np.sort(result[4, 6]).astype(int) - [100, 150, 200]).max() <= 2


def test_no_character_is_in_two_splits() -> None:
    people = [set(names) for names in render_set.FIGURES.values()]
    assert len(set().union(*people)) == sum(map(len, people)) == 8
    assert {chosen.split for chosen in SETS.values()} <= set(render_set.FIGURES)


def test_a_rendered_clip_has_a_truth_that_the_detector_finds(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(SETS["train"], frames=FRAMES, camera=scenery.studio_camera, quality=scenery.studio_quality)
    monkeypatch.setitem(SETS, "train", short)
    clip = Studio(shared_data, "train").clip(np.random.default_rng(2), 0)
    joints, points = len(JOINTS), len(KEYPOINT_NAMES)
    shapes = {
        "joints": (joints,),
        "positions_camera": (FRAMES, joints, 3),
        "keypoints": (FRAMES, joints, 2),
        "detected": (FRAMES, points, 2),
        "confidence": (FRAMES, points),
        "depth": (FRAMES, points),
        "world": (FRAMES, points, 3),
        "plain": (FRAMES, 2),
        "camera": (4,),
        "size": (2,),
        "time": (FRAMES,),
        "character": (),
        "set": (),
        "motion": (),
        "quality": (5,),
    }
    assert {name: array.shape for name, array in clip.items()} == shapes
    assert str(clip["character"]) in render_set.FIGURES["train"] and str(clip["set"]) == "train"
    np.testing.assert_allclose(clip["time"].astype(float), np.arange(FRAMES) / SETS["train"].fps)
    for name in ("positions_camera", "keypoints", "detected", "confidence", "depth", "world"):
        assert np.isfinite(clip[name].astype(float)).all(), name

    true, size = clip["keypoints"].astype(float), clip["size"].astype(float)
    fx, fy, cx, cy = clip["camera"].astype(float)
    positions = clip["positions_camera"].astype(float)
    expected = positions[..., :2] / positions[..., 2:] * [fx, fy] + [cx, cy]
    np.testing.assert_allclose(true, expected, atol=0.05)
    assert size.tolist() == [1280, 720] and (positions[..., 2] > 0.5).all()
    upper = [JOINTS.index(name) for name in ("nose", "left_shoulder", "right_shoulder")]
    assert ((true[:, upper] >= 0) & (true[:, upper] <= size)).all()
    shoulders = true[:, upper[1]] - true[:, upper[2]]
    assert (shoulders[:, 0] > 80).all()  # facing the camera: their left is on the right
    assert all(not np.array_equal(a, b) for a, b in pairwise(true))  # it moves

    names = [name for name in KEYPOINT_NAMES if name in JOINTS]
    columns, rows = ([table.index(name) for name in names] for table in (KEYPOINT_NAMES, list(JOINTS)))
    inside = ((true[:, rows] >= 0) & (true[:, rows] <= size)).all(-1)
    seen = (clip["confidence"][:, columns].astype(float) > 0.5) & inside
    distance = np.linalg.norm(clip["detected"][:, columns].astype(float) - true[:, rows], axis=-1)
    assert seen[:, : names.index("left_shoulder")].mean() > 0.7
    assert np.median(distance[seen]) < 25, np.median(distance[seen])
    for side in Side:  # in this clip the hands are apart: each is found, and as itself
        hand = [column for column, name in enumerate(names) if name.startswith(f"{side}_hand_")]
        assert len(hand) == len(HAND_NAMES)
        assert seen[:, hand].mean() > 0.7 and np.median(distance[:, hand][seen[:, hand]]) < 25


@pytest.mark.parametrize("name", ["signer_06_mixamo", "signer_08_game_engine"])
def test_legs_of_a_character_point_where_their_angles_say(name: str) -> None:
    path = ROOT.parent / "shared" / "data" / "characters" / f"{name}.blend"
    if not path.is_file():
        pytest.skip(f"NOT TESTED: {path} does not exist")
    figure, _ = load_figure(path)
    skeleton, chance = legs_skeleton(), np.random.default_rng(4)
    legs = chance.uniform(skeleton.lower[3:], skeleton.upper[3:])
    shape = handshape_from_points(chance.normal(size=(21, 3)), Side.RIGHT)
    motion = random_motion(chance, lambda: shape, 0.5, 1.0)
    posed = pose_figure(
        figure, motion.trunk(0.5), {s: arm_at(t, 0.5) for s, t in motion.arms.items()}, np.zeros(3), legs
    )
    wanted = forward_kinematics(skeleton, np.concatenate([np.zeros(3), legs]), skeleton.lengths)
    for side in Side:
        joints = np.stack([posed.heads[BONE[f"{side}_{bone}"]] for bone in ("thigh", "shin", "foot")])
        joints = np.concatenate([joints, posed.tails[BONE[f"{side}_toe"]][None]]) @ posed.rotations[BONE["hips"]]
        bones = np.diff(joints, axis=0)
        for part, bone in zip(("thigh", "shin", "foot"), bones, strict=True):
            direction = wanted.rotations[skeleton.names.index(f"{part}.{side[0].upper()}"), :, 1]
            assert bone @ direction / np.linalg.norm(bone) > 0.9999
