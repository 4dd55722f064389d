"""What rigs are measured against: the performer's own skeleton by forward kinematics, and the motions."""

from pathlib import Path

import numpy as np

from ...engine.errors import InputError
from ...engine.geometry.arrays import Array
from ...engine.retarget import Performance
from ...engine.skeleton import Kind, Pose, forward_kinematics, load_skeleton
from ..settings import ImportOptions
from ..signer.performances import performance_of_motion
from ..tracking.job import Job
from .played import Placed, Played
from .rigs import SEGMENTS

#: How far the whole body of a random pose turns about each axis, radians.
_TURN = 1.0


def own_played(performance: Performance) -> Played:
    """The performer, read as rigs are; at rest at zero angles, with the table's lengths: knuckles are seen badly."""
    skeleton = performance.skeleton
    row = {name: skeleton.names.index(name) for name in (f"{part}.{side}" for part in SEGMENTS for side in "LR")}

    def placed(angles: Array, lengths: Array) -> Placed:
        pose: Pose = forward_kinematics(skeleton, angles, lengths)
        return Placed(
            {name: pose.heads[..., bone, :] for name, bone in row.items()},
            {name: pose.rotations[..., bone, :, :] for name, bone in row.items()},
        )

    tips = {name: np.array([0.0, performance.lengths[row[name]], 0.0]) for name in row if ".03." in name}
    still = placed(np.zeros(len(skeleton.freedoms)), skeleton.lengths)
    return Played(still, tips, placed(performance.angles, performance.lengths))


def elbow_axes(performance: Performance, side: str) -> Array:
    """(F,3) what an elbow, "L" or "R", bends about, in the world."""
    pose = forward_kinematics(performance.skeleton, performance.angles, performance.lengths)
    return pose.axes[:, performance.skeleton.angle_names.index(f"forearm.{side}.X")]


def random_performance(frames: int, seed: int = 0) -> Performance:
    """Poses drawn from the whole box of the limits of body and legs, half of them at its corners."""
    skeleton, rng = load_skeleton(Kind.FULL_BODY), np.random.default_rng(seed)
    inside = rng.uniform(skeleton.lower, skeleton.upper, (frames, len(skeleton.lower)))
    corners = np.where(rng.random(inside.shape) < 0.5, skeleton.lower, skeleton.upper)
    angles = np.where(np.arange(frames)[:, None] % 2, corners, inside)
    angles[:, skeleton.root_angles] = rng.uniform(-_TURN, _TURN, (frames, 3))
    return Performance(skeleton, skeleton.lengths, angles, np.zeros((frames, 3)))


def tracked_performance(video: Path) -> Performance:
    """A video, tracked by the add-on's worker; raises InputError where that fails."""
    job = Job([video], ImportOptions())
    job.run()
    if job.errors:
        raise InputError(job.errors[video])
    return performance_of_motion(job.motions[video])
