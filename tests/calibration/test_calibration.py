"""Boards before known cameras: the cameras are recovered, from corners and from drawn pictures."""

from typing import Any

import numpy as np
import pytest

from engine.calibration.board import Board
from engine.calibration.solve import Seen, solve_cameras
from engine.cameras.distortion import distorted
from engine.errors import InputError
from engine.geometry.camera import Camera, Extrinsics
from engine.geometry.rotations import euler_to_matrix

BOARD = Board(8, 5, 0.04)
SIZE = (1280, 720)
CAMERAS = {
    "left": Camera.of(np.array([1000.0, 1010.0, 650.0, 350.0])),
    "right": Camera.of(np.array([1200.0, 1195.0, 630.0, 365.0])),
}
LENS = np.array([-0.12, 0.05, 0.001, -0.0005, 0.0, 0.0, 0.0, 0.0])
APART = Extrinsics(euler_to_matrix(np.array([0.05, 0.5, -0.02]), "XYZ"), np.array([-0.5, 0.02, 0.15]))


@pytest.fixture(scope="module")
def cv2() -> Any:
    return pytest.importorskip("cv2", reason="NOT TESTED: opencv-python is not installed")


def boards(count: int) -> list[Extrinsics]:
    """From the board to the first camera."""
    random = np.random.default_rng(0)
    turns = euler_to_matrix(random.uniform(-0.5, 0.5, (count, 3)), "XYZ")
    ways = random.uniform((-0.25, -0.15, 0.7), (0.05, 0.0, 1.0), (count, 3))
    return [Extrinsics(turn, way) for turn, way in zip(turns, ways, strict=True)]


def seen(noise: float, count: int = 15) -> dict[str, dict[int, Seen]]:
    random = np.random.default_rng(1)
    found: dict[str, dict[int, Seen]] = {"left": {}, "right": {}}
    for moment, pose in enumerate(boards(count)):
        for name, camera in CAMERAS.items():
            stands = pose if name == "left" else APART.after(pose)
            points = stands.move(BOARD.corners)
            pixels = distorted(points[:, :2] / points[:, 2:], LENS) * camera.focal + camera.centre
            pixels += noise * random.standard_normal(pixels.shape)
            inside = np.flatnonzero(((pixels > 0) & (pixels < SIZE)).all(1))
            found[name][moment] = Seen(inside.tolist(), pixels[inside])
    return found


def test_known_cameras_are_recovered_from_corners(cv2: Any) -> None:
    del cv2
    for found, (name, camera) in zip(
        solve_cameras(seen(0.1), [SIZE, SIZE], BOARD.corners), CAMERAS.items(), strict=True
    ):
        assert found.name == name and found.size == SIZE
        np.testing.assert_allclose(found.camera.focal, camera.focal, rtol=0.01)
        np.testing.assert_allclose(found.camera.centre, camera.centre, atol=8.0)
        stands = APART if name == "right" else Extrinsics(np.eye(3), np.zeros(3))
        turn = found.extrinsics.rotation @ stands.rotation.T
        assert np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1))) < 0.5
        np.testing.assert_allclose(found.extrinsics.translation, stands.translation, atol=0.01)


def test_too_few_pictures_and_no_common_one_are_sentences(cv2: Any) -> None:
    del cv2
    with pytest.raises(InputError, match="left shows the board in 3 pictures"):
        solve_cameras(seen(0.0, 3), [SIZE, SIZE], BOARD.corners)
    apart = seen(0.0)
    apart["right"] = {moment + 100: one for moment, one in apart["right"].items()}
    with pytest.raises(InputError, match="never show the board at once"):
        solve_cameras(apart, [SIZE, SIZE], BOARD.corners)


@pytest.mark.parametrize("marker", [None, 0.03])
def test_corners_are_found_where_a_board_is_drawn(cv2: Any, marker: float | None) -> None:
    board = Board(8, 5, 0.04, marker)
    if marker is None:
        squares = np.add.outer(np.arange(5), np.arange(8)) % 2 * 255
        flat = np.kron(squares, np.ones((60, 60))).astype(np.uint8)
    else:
        flat = board.charuco().generateImage((480, 300))
    camera, stands = (
        CAMERAS["left"],
        Extrinsics(euler_to_matrix(np.array([0.2, 0.3, 0.1]), "XYZ"), np.array([-0.15, -0.1, 0.6])),
    )
    edge = np.array([[0.0, 0.0, 0.0], [0.32, 0.0, 0.0], [0.32, 0.2, 0.0], [0.0, 0.2, 0.0]])
    corners = camera.project(stands.move(edge)).astype(np.float32)
    drawn = np.array([[0, 0], [480, 0], [480, 300], [0, 300]], np.float32) - 0.5
    warp = cv2.getPerspectiveTransform(drawn, corners - 0.5)
    picture = cv2.warpPerspective(flat, warp, SIZE, borderValue=200)
    found = board.find(np.repeat(picture[..., None], 3, axis=2))
    assert found is not None and len(found.ids) == 28
    exact = camera.project(stands.move(board.corners))[found.ids]
    gaps = np.linalg.norm(found.pixels - exact, axis=-1)
    gaps_turned = np.linalg.norm(found.pixels[::-1] - exact, axis=-1)  # a plain board looks alike from both ends
    assert min(np.median(gaps), np.median(gaps_turned)) < 1.0
    assert board.find(np.full((720, 1280, 3), 128, np.uint8)) is None
