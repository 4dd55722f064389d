"""BVH files read back by bvhio, a reader that is not ours; tests/blender/test_bvh_written.py has Blender's."""

from pathlib import Path

import bvhio
import numpy as np
import pytest

from engine.formats.bvh import write_bvh
from engine.resample import at_rate
from engine.skeleton import Kind, Skeleton, load_skeleton
from tests.blender.motions import random_motion, standing_bones

Y_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])


@pytest.mark.parametrize("skeleton", [load_skeleton(kind) for kind in Kind], ids=[kind.name for kind in Kind])
def test_another_reader_finds_every_joint_where_it_is(skeleton: Skeleton, tmp_path: Path) -> None:
    motion = random_motion(skeleton)
    write_bvh(motion, tmp_path / "clip.bvh")
    heads, _, _ = standing_bones(motion)
    root = bvhio.readAsHierarchy(str(tmp_path / "clip.bvh"))
    for frame in range(len(motion.time)):
        joints = {joint.Name: joint for joint, _, _ in root.loadPose(frame).layout()}
        assert {*joints} == {*skeleton.names}
        for bone, name in enumerate(skeleton.names):
            np.testing.assert_allclose(np.array(joints[name].PositionWorld), heads[frame, bone] @ Y_UP.T, atol=1e-5)


def test_uneven_times_become_the_nominal_rate(tmp_path: Path) -> None:
    time = np.cumsum(np.random.default_rng(0).uniform(0.02, 0.06, 20))
    motion = random_motion(load_skeleton(), 20, 30000 / 1001, time=time)
    write_bvh(motion, tmp_path / "clip.bvh")
    file = bvhio.readAsBvh(str(tmp_path / "clip.bvh"))
    assert file.FrameTime == pytest.approx(1001 / 30000, abs=1e-9)
    assert file.FrameCount == len(at_rate(motion, motion.fps).time) == round((time[-1] - time[0]) * motion.fps) + 1
