"""Several videos of one take, from keypoints to the result."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.cameras.calibration import Calibrated
from engine.cameras.toml import save_calibration
from engine.errors import InputError
from engine.geometry.camera import Extrinsics
from engine.motion import load_motion, notes_on, save_motion
from engine.options import TrackOptions
from engine.take import take_of
from engine.track import motion_from_take, track
from tests.takes import CAMERA, LENGTHS, SIZE, beside, seen_by

FRONT, SIDE = Path("front.mp4"), Path("take_side.mp4")
TIME = np.arange(0.0, 5.0, 1 / 15)


@pytest.fixture
def calibration(tmp_path: Path) -> Path:
    """Told in the side camera's axes, to which those of the front lead from."""
    still = Extrinsics(np.eye(3), np.zeros(3))
    cameras = {"side": still, "front": beside(60.0).inverse}
    told = [Calibrated(name, CAMERA, np.zeros(8), stands, SIZE) for name, stands in cameras.items()]
    save_calibration(told, tmp_path / "cameras.toml")
    return tmp_path / "cameras.toml"


def test_a_calibrated_take_has_the_persons_size_and_tells_its_clocks(calibration: Path, tmp_path: Path) -> None:
    large = 1.15 * LENGTHS
    front = seen_by(None, TIME, large)
    side = seen_by(beside(60.0), TIME + 0.7, large, ahead=0.7)
    options = TrackOptions(view=(SIDE,), calibration=calibration)
    motion = motion_from_take(take_of({FRONT: front, SIDE: side}, options), options)
    assert motion.lengths_of_bones().sum() == pytest.approx(large.sum(), rel=0.02)
    np.testing.assert_array_equal(motion.keypoints, front.points)
    np.testing.assert_array_equal(motion.time, TIME)
    assert motion.offsets[0] == pytest.approx(0.7, abs=0.02)
    save_motion(motion, tmp_path / "a.npz")
    assert notes_on(load_motion(tmp_path / "a.npz")) == [f"The clock of view 1 is {motion.offsets[0]:.3f} s ahead."]


def test_what_one_camera_lost_another_saw(calibration: Path) -> None:
    front, side = seen_by(None, TIME), seen_by(beside(60.0), TIME)
    confidence = front.confidence.copy()
    confidence[20:40, 33:54] = 0.0
    front = replace(front, confidence=confidence)
    options = TrackOptions(view=(SIDE,), calibration=calibration, in_step=True)
    motion = motion_from_take(take_of({FRONT: front, SIDE: side}, options), options)
    assert motion.seen.all() and not motion.confidence[20:40, 33:54].any()


def test_takes_that_do_not_go_together_are_refused_in_a_sentence(calibration: Path) -> None:
    front, later = seen_by(None, TIME), seen_by(beside(60.0), TIME + 60.0)
    for views, match in (((SIDE,), "shows no moment"), ((SIDE, Path("c.mp4")), "let each video's name end")):
        options = TrackOptions(view=views, calibration=calibration, in_step=True)
        others = [later] if len(views) == 1 else [seen_by(beside(60.0), TIME)] * 2
        with pytest.raises(InputError, match=match) as error:
            take_of(dict(zip((FRONT, *views), (front, *others), strict=True)), options)
        assert "\n" not in str(error.value)


def test_a_video_is_no_other_view_of_itself() -> None:
    with pytest.raises(InputError, match="another view of itself"):
        track(FRONT, TrackOptions(view=(SIDE, FRONT)))
