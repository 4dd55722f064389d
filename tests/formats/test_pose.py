"""`.pose` files read back by pose-format, and by our own reader of points."""

from pathlib import Path

import numpy as np
import pytest
from pose_format import Pose
from pose_format.utils.generic import detect_known_pose_format, pose_shoulders

from engine.formats.pose import write_pose
from engine.keypoints import POSE_NAMES, Side
from engine.options import TrackOptions
from engine.skeleton import Kind, Skeleton, load_skeleton
from engine.track import track
from tests.blender.motions import random_motion
from tests.points.takes import joints_of, legal_motion


@pytest.mark.parametrize("skeleton", [load_skeleton(kind) for kind in Kind], ids=[kind.name for kind in Kind])
def test_pose_format_reads_every_joint_where_it_is(skeleton: Skeleton, tmp_path: Path) -> None:
    motion = random_motion(skeleton)
    write_pose(motion, tmp_path / "clip.pose")
    pose = Pose.read((tmp_path / "clip.pose").read_bytes())
    assert pose.body.fps == pytest.approx(motion.fps)
    assert detect_known_pose_format(pose) == "holistic"
    placed = motion.positions.astype(np.float64) + motion.translation[:, None]
    pixels = motion.camera.project(placed)
    found = 0
    for component in pose.header.components:
        side = next((side for side in Side if component.name.startswith(side.upper())), None)
        for point in component.points:
            name = point.lower() if side is None else f"{side}_hand_{point.lower()}"
            if name in skeleton.joints:
                joint, column = skeleton.joints.index(name), pose.header.get_point_index(component.name, point)
                own = pose.body.data.data[:, 0, column]
                if "WORLD" in component.name:
                    np.testing.assert_array_equal(own, motion.positions[:, joint])
                    seen = motion.seen[:, 0 if side is None else side.column]
                    np.testing.assert_array_equal(pose.body.confidence[:, 0, column] > 0, seen)
                else:
                    np.testing.assert_allclose(own[:, :2], pixels[:, joint], rtol=1e-6)
                found += 1
        for start, end in component.limbs:
            assert max(start, end) < len(component.points)
    assert found == 2 * sum(name in POSE_NAMES or "_hand_" in name for name in skeleton.joints)
    if skeleton.kind.has_body:
        assert pose.normalize().body.data.shape == (len(motion.time), 1, pose.header.total_points(), 3)
        assert pose_shoulders(pose.header)[0] == ("POSE_LANDMARKS", "RIGHT_SHOULDER")


@pytest.mark.parametrize("kind", [Kind.FULL_BODY, Kind.UPPER_BODY, Kind.RIGHT_HAND], ids=lambda kind: kind.name)
def test_our_own_reader_finds_the_same_joints(kind: Kind, tmp_path: Path) -> None:
    """Of trunks that do not bend: landmarks tell hips and shoulders alone."""
    skeleton = load_skeleton(kind)
    angles = legal_motion(skeleton)
    rows = joints_of(skeleton, angles).astype(np.float32)
    motion = random_motion(skeleton, len(angles), angles=angles, positions=rows - rows[:, :1])
    write_pose(motion, tmp_path / "clip.pose")
    back = track(tmp_path / "clip.pose", TrackOptions(smoothing=0.0))
    assert back.kind is kind
    assert back.fps == motion.fps
    assert np.linalg.norm(back.positions - motion.positions, axis=-1).max() < 0.002
