"""Predicted angles moved, within their limits, to where the 2D points really are.

Gauss-Newton on the reprojection error of every frame at once, with the network's prediction as the
prior: what the picture shows decides, and what it does not show (depth) stays as predicted.
"""

import numpy as np
from numpy.typing import NDArray

from .arrays import solve
from .assemble import place_in_camera
from .kinematics import forward_kinematics, joint_positions
from .rotations import CAMERA_FROM_BLENDER, Array
from .skeleton import Skeleton

ITERATIONS = 3
#: Trust in a predicted angle, radians (one standard deviation).
ANGLE = 0.15
#: Residuals beyond this many deviations count less and less (Huber's weights).
HUBER = 2.0


def refine(
    skeleton: Skeleton,
    angles: Array,
    lengths: Array,
    joints: list[int],
    points: Array,
    weights: Array,
    camera: Array,
    trust: float,
) -> NDArray[np.float32]:
    """Angles (F,A), radians, near the given ones, whose `joints` (N) project onto `points` (F,N,2).

    `lengths` (B,) metres, `points` in pixels with weights (F,N) from 0 to 1, `camera` fx, fy, cx, cy;
    `trust` is the standard deviation of a point, in metres at the person's distance.
    """
    start = angles.astype(np.float32)
    plane = ((points - camera[2:]) / camera[:2]).astype(np.float32)
    lengths = lengths.astype(np.float32)
    change = CAMERA_FROM_BLENDER.astype(np.float32)
    moves = skeleton.moves[joints].astype(np.float32)
    bones = [bone for bone, _ in skeleton.freedoms]
    count = len(skeleton.freedoms)
    prior = np.full(count + 3, 1.0 / ANGLE**2, dtype=np.float32)
    prior[count:] = 1e-3
    current, shift = start, np.zeros((len(start), 3), dtype=np.float32)
    for iteration in range(ITERATIONS):
        pose = forward_kinematics(skeleton, current, lengths)
        local = joint_positions(skeleton, pose)[:, joints]
        if iteration == 0:
            shift = place_in_camera(local @ change.T, points, weights, camera).astype(np.float32)
        placed = local @ change.T + shift[:, None]
        depth = placed[..., 2]
        scale = shift[:, 2:] / np.float32(trust)
        residual = (plane - placed[..., :2] / placed[..., 2:]) * scale[..., None]
        size = np.sqrt((residual**2).sum(-1))
        weight = weights * np.minimum(1.0, HUBER / np.maximum(size, 1e-6))
        arm = local[:, :, None] - pose.heads[:, None, bones]
        about = np.broadcast_to(pose.axes[:, None], arm.shape)
        motion = np.cross(about, arm) @ change.T * moves[..., None]
        slope = placed[..., :2] / depth[..., None]
        along = np.concatenate(
            [
                motion[..., :2] - slope[:, :, None] * motion[..., 2:],
                np.broadcast_to(np.eye(3, 2, dtype=np.float32), (*depth.shape, 3, 2))
                - np.eye(3, dtype=np.float32)[:, 2:] * slope[:, :, None],
            ],
            axis=2,
        )
        along *= (scale / depth)[..., None, None]
        weighted = (along * weight[..., None, None]).swapaxes(1, 2).reshape(len(start), count + 3, -1)
        along = along.swapaxes(1, 2).reshape(len(start), count + 3, -1)
        normal = weighted @ along.swapaxes(1, 2)
        normal[:, range(count + 3), range(count + 3)] += prior
        gradient = (weighted @ residual.reshape(len(start), -1, 1))[..., 0]
        gradient[:, :count] -= (current - start) * prior[:count]
        step: Array = solve(normal, gradient)
        current = skeleton.clamp(current + step[:, :count])
        shift = shift + step[:, count:]
    return current
