"""Keys -> joints -> a file as another program writes it -> the same keys, where the joints determine them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.geometry.arrays import Array
from engine.keypoints import KEYPOINT_NAMES, Side
from engine.motion import Motion
from engine.options import TrackOptions
from engine.skeleton import Kind, Skeleton, load_skeleton
from engine.track import track
from tests.points.takes import FULL, joints_of, legal_motion
from tests.points.writers import FPS, write_c3d, write_csv, write_json, write_npy, write_pose, write_trc

WRITERS = {
    ".trc": write_trc,
    ".c3d": write_c3d,
    ".csv": write_csv,
    ".npy": write_npy,
    ".json": write_json,
    ".pose": write_pose,
}
AS_IT_IS = TrackOptions(smoothing=0.0)
Writer = Callable[[Path, tuple[str, ...], Array], Path]


def degrees_off(motion: Motion, angles: Array) -> Array:
    """(F,A) between the keys and the true ones."""
    return np.degrees(np.abs((motion.angles.astype(np.float64) - angles + np.pi) % (2 * np.pi) - np.pi))


def there_and_back(skeleton: Skeleton, names: tuple[str, ...], angles: Array, path: Path, write: Writer) -> Motion:
    columns = [skeleton.joints.index(name) for name in names]
    return track(write(path, names, joints_of(skeleton, angles)[:, columns]), AS_IT_IS)


@pytest.mark.parametrize("ending", WRITERS)
def test_keys_come_back_from_mediapipes_points(ending: str, tmp_path: Path) -> None:
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES)
    angles = legal_motion(FULL)
    motion = there_and_back(FULL, names, angles, tmp_path / f"take{ending}", WRITERS[ending])
    assert motion.kind is Kind.FULL_BODY
    assert degrees_off(motion, angles).max() < 0.5
    np.testing.assert_allclose(motion.lengths_of_bones(), FULL.lengths, rtol=0.01)
    if ending not in (".csv", ".npy"):  # which tell no rate
        assert motion.fps == FPS
        np.testing.assert_allclose(motion.time, np.arange(len(angles)) / FPS, atol=1e-6)


def test_a_bent_trunk_comes_back_where_its_middle_is_known(tmp_path: Path) -> None:
    """Only how spine and chest share the turn between hips and shoulders stays open: both turn about one line."""
    angles = legal_motion(FULL, straight=False, seed=1)
    motion = there_and_back(FULL, FULL.joints, angles, tmp_path / "take.trc", write_trc)
    shared = ("spine", "chest.Y")
    told = [not name.startswith(shared) for name in FULL.angle_names]
    assert degrees_off(motion, angles)[:, told].max() < 0.5
    placed = motion.positions + motion.translation[:, None]
    exact = joints_of(FULL, angles)
    moved = (placed - placed[:1, :1]) - (exact - exact[:1, :1])
    assert np.linalg.norm(moved, axis=-1).max() < 0.002


@pytest.mark.parametrize("side", Side)
def test_one_hand_comes_back(side: Side, tmp_path: Path) -> None:
    hand = load_skeleton(Kind.LEFT_HAND if side is Side.LEFT else Kind.RIGHT_HAND)
    angles = legal_motion(hand)
    rows = joints_of(hand, angles)
    motion = track(write_json(tmp_path / "take.json", hand.joints, rows), AS_IT_IS)
    assert motion.kind is hand.kind
    assert degrees_off(motion, angles).max() < 0.5


def test_what_no_joint_tells_stays_within_the_limits_and_is_called_a_guess(tmp_path: Path) -> None:
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES and "_hand_" not in name)
    angles = legal_motion(FULL)
    motion = there_and_back(FULL, names, angles, tmp_path / "take.trc", write_trc)
    untold = ("f_", "thumb", "palm", "hand", "forearm.L.Y", "forearm.R.Y")
    told = [not name.startswith(untold) for name in FULL.angle_names]
    assert degrees_off(motion, angles)[:, told].max() < 0.5
    assert (motion.angles >= FULL.lower.astype(np.float32))[:, 3:].all()
    assert (motion.angles <= FULL.upper.astype(np.float32))[:, 3:].all()
    assert not motion.seen[:, 1:].any()
    assert motion.spread is not None
    pronation = FULL.angle_names.index("forearm.R.Y")
    assert np.degrees(motion.spread[:, pronation]).min() > 40
    assert np.degrees(motion.spread[:, FULL.angle_names.index("forearm.R.X")]).max() < 5


def test_the_turn_of_a_straight_arm_is_that_of_its_bent_neighbours(tmp_path: Path) -> None:
    """No joint tells how far a straight arm is turned about itself."""
    angles = legal_motion(FULL)
    turn, elbow = (FULL.angle_names.index(name) for name in ("upper_arm.R.Y", "forearm.R.X"))
    angles[:, elbow] = 1.2
    angles[10:15, elbow] = 0.0
    angles[:, turn] = 0.6
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES and "_hand_" not in name)
    motion = there_and_back(FULL, names, angles, tmp_path / "take.trc", write_trc)
    assert degrees_off(motion, angles)[:, turn].max() < 1.0


def test_a_lost_marker_is_bridged(tmp_path: Path) -> None:
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES)
    angles = legal_motion(FULL, frames=50)
    points = joints_of(FULL, angles)[:, [FULL.joints.index(name) for name in names]]
    lost = [names.index(f"right_{name}") for name in ("knee", "ankle", "heel", "foot_index")]
    for ending, write in WRITERS.items():
        if ending == ".pose":
            continue  # its writer marks whole components alone
        holed = points.copy()
        holed[20:24][:, lost] = np.nan
        motion = track(write(tmp_path / f"take{ending}", names, holed), AS_IT_IS)
        off = degrees_off(motion, angles)
        leg = [name.startswith(("thigh.R", "shin.R", "foot.R")) for name in FULL.angle_names]
        assert 0.5 < off[20:24][:, leg].max() < 4.0
        off[20:24, leg] = 0.0
        assert off.max() < 0.5


def test_lost_hips_and_shoulders_do_not_throw_the_body_about(tmp_path: Path) -> None:
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES)
    angles = legal_motion(FULL, frames=50)
    points = joints_of(FULL, angles)[:, [FULL.joints.index(name) for name in names]]
    points[20:24, names.index("left_hip")] = np.nan
    points[22:26, names.index("right_shoulder")] = np.nan
    motion = track(write_trc(tmp_path / "take.trc", names, points), AS_IT_IS)
    assert degrees_off(motion, angles).max() < 4.0


def test_a_moment_in_which_nothing_is_known_is_bridged(tmp_path: Path) -> None:
    names = tuple(name for name in FULL.joints if name in KEYPOINT_NAMES)
    angles = legal_motion(FULL, frames=50)
    points = joints_of(FULL, angles)[:, [FULL.joints.index(name) for name in names]]
    points[20:23] = np.nan
    motion = track(write_trc(tmp_path / "take.trc", names, points), AS_IT_IS)
    assert motion.seen[:, 0].tolist() == [not 20 <= frame < 23 for frame in range(50)]
    assert degrees_off(motion, angles).max() < 4.0
