"""Predicted angles moved, within their limits, to where the 2D points really are.

Gauss-Newton over every frame at once, with the prediction as the prior: what the picture shows
decides, and what it does not show (depth) stays as predicted.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..geometry.arrays import Array, in_blocks, solve
from ..geometry.camera import Camera, place_in_camera
from ..geometry.rotations import CAMERA_FROM_BLENDER
from ..keypoints import Evidence
from ..skeleton import Pose, Skeleton, forward_kinematics, joint_positions

ITERATIONS = 3
#: Residuals beyond this many deviations count less and less (Huber's weights).
HUBER = 2.0
#: How far a predicted angle may be off, radians (one standard deviation).
ANGLE = 0.05
#: Nobody is nearer to the camera than this, metres.
NEAR = 0.2
_TO_CAMERA = CAMERA_FROM_BLENDER.T.astype(np.float32)


def refine(
    skeleton: Skeleton, angles: Array, lengths: Array, camera: Camera, evidence: Evidence
) -> NDArray[np.float32]:
    """Angles (F,A), radians, near the given ones, whose joints project onto the evidence.

    `lengths` (B,) metres.
    """

    def solve_block(angles: Array, pixels: Array, weights: Array) -> NDArray[np.float32]:
        block = replace(evidence, pixels=pixels, weights=weights)
        return _gauss_newton(skeleton, angles.astype(np.float32), lengths.astype(np.float32), camera, block)

    return in_blocks(solve_block, angles, evidence.pixels, evidence.weights)


def _gauss_newton(
    skeleton: Skeleton, start: NDArray[np.float32], lengths: Array, camera: Camera, evidence: Evidence
) -> NDArray[np.float32]:
    prior = np.full(start.shape[1] + 3, 1.0 / ANGLE**2, dtype=np.float32)
    prior[-3:] = 1e-3
    plane = camera.plane(evidence.pixels).astype(np.float32)
    current, shift = start, np.zeros((len(start), 3), dtype=np.float32)
    for iteration in range(ITERATIONS):
        pose = forward_kinematics(skeleton, current, lengths)
        joints = joint_positions(skeleton, pose)[:, evidence.joints]
        if iteration == 0:
            shift = place_in_camera(joints @ _TO_CAMERA, evidence.pixels, evidence.weights, camera).astype(np.float32)
            shift[:, 2] = np.maximum(shift[:, 2], NEAR)
        residual, slope = _reprojection(skeleton, pose, joints, shift, plane, evidence)
        normal, gradient = _normal(residual, slope, evidence.weights)
        diagonal = range(len(prior))
        normal[:, diagonal, diagonal] += prior
        gradient[:, :-3] -= (current - start) * prior[:-3]
        step: Array = solve(normal, gradient)
        current, shift = skeleton.clamp(current + step[:, :-3]), shift + step[:, -3:]
        shift[:, 2] = np.maximum(shift[:, 2], NEAR)
    return current


def _reprojection(
    skeleton: Skeleton, pose: Pose, joints: Array, shift: Array, plane: Array, evidence: Evidence
) -> tuple[Array, Array]:
    """Residuals (F,N,2) in deviations, and their slopes (F,N,A+3,2) over the angles and the shift."""
    moves = skeleton.moves[evidence.joints].astype(np.float32)
    arm = joints[:, :, None] - pose.heads[:, None, [bone for bone, _ in skeleton.freedoms]]
    about = np.broadcast_to(pose.axes[:, None], arm.shape)
    motion = np.cross(about, arm) @ _TO_CAMERA * moves[..., None]
    placed = joints @ _TO_CAMERA + shift[:, None]
    shifts = np.broadcast_to(np.eye(3, dtype=np.float32), (*placed.shape[:2], 3, 3))
    motion = np.concatenate([motion, shifts], axis=2)
    depth = np.maximum(placed[..., 2:], NEAR / 2)
    seen = placed[..., :2] / depth
    scale = shift[:, None, 2:] / np.float32(evidence.trust)
    slope = (motion[..., :2] - seen[:, :, None] * motion[..., 2:]) * (scale / depth)[..., None]
    return (plane - seen) * scale, slope


def _normal(residual: Array, slope: Array, weights: Array) -> tuple[Array, Array]:
    """Normal matrix (F,C,C) and gradient (F,C) of residuals (F,N,D) with slopes (F,N,C,D), robustly weighted."""
    size = np.sqrt((residual**2).sum(-1))
    weight = (weights * np.minimum(1.0, HUBER / np.maximum(size, 1e-6))).astype(np.float32)
    frames, columns = len(slope), slope.shape[2]
    weighted = (slope * weight[..., None, None]).swapaxes(1, 2).reshape(frames, columns, -1)
    plain = slope.swapaxes(1, 2).reshape(frames, columns, -1)
    gradient = (weighted @ residual.reshape(frames, -1, 1))[..., 0]
    return weighted @ plain.swapaxes(1, 2), gradient
