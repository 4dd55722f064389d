"""HybrIK's twist network: cosine and sine of how far bones are turned about themselves, from 3D joints.

Li et al. 2021 see twists in the picture; here the 24 joints alone are seen, in the root's own axes. The output is two
numbers a twist, so that there is no jump at 180 degrees, and the loss is theirs (equation 19).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ...geometry.arrays import Array
from ...lifting.hybrik import TRUST
from ...lifting.hybrik.given_joints import GivenJoints
from ...lifting.hybrik.rigid import rigid_parts
from ...lifting.hybrik.swing_twist import twist_of, unit_twist
from ...skeleton import Kind, Skeleton, forward_kinematics, joint_positions, legs_skeleton, load_skeleton
from ..clips import DATA, TRAIN_SETS, load_clips
from ..poses.legs import sample_legs
from ..poses.whole_bodies import body_of_24, noisy, whole_bodies
from .network import perceptron

STEPS, BATCH, WIDTH, DEPTH, LEARNING_RATE, SEED = 2_000, 256, 128, 2, 3e-3, 7
#: What training poses vary by: angles, radians, and logarithms of lengths, one standard deviation; and the most that
#: their joints are off by, metres.
ANGLES, LENGTHS, NOISE = 0.15, 0.08, 0.03
#: Every so many frames of the training sets make a pose.
STRIDE = 3


@dataclass(frozen=True)
class TwistNetwork:
    """Twists of one skeleton's bones from its joints."""

    skeleton: Skeleton
    network: nn.Sequential

    def __call__(self, joints: Array) -> Array:
        """Joints (N,J,3), metres, relative to the root -> (N,B,2) cosines and sines, zeros of other bones."""
        bones, twists = twisted_bones(self.skeleton), np.zeros((len(joints), len(self.skeleton.bones), 2))
        with torch.no_grad():
            raw = self.network(_features(self.skeleton, joints)).double().numpy()
        twists[:, bones] = unit_twist(raw.reshape(len(joints), len(bones), 2))
        return twists


def twisted_bones(skeleton: Skeleton) -> list[int]:
    """(T) bones whose twists the joints that they carry do not tell."""
    parts = rigid_parts(skeleton)
    return [bone for bone, turns in enumerate(skeleton.turns) if turns and len(parts[bone].carried) == 1]


def true_twists(skeleton: Skeleton, angles: Array) -> Array:
    """(N,B,2) cosines and sines of the twists of `twisted_bones`, of angles (N,A); zeros of the other bones."""
    given = GivenJoints(skeleton, angles, angles, skeleton.lengths, angles, None, TRUST)
    twists = np.zeros((len(angles), len(skeleton.bones), 2))
    for bone in twisted_bones(skeleton):
        twists[:, bone] = twist_of(given.base(bone))
    return twists


def training_poses(random: np.random.Generator) -> Array:
    """Angles (N,A) of the body of 24 joints, radians: rendered signers of the training sets, with drawn legs."""
    full, legs = load_skeleton(Kind.FULL_BODY), legs_skeleton()
    sets = [load_clips(DATA / f"{name}.npz") for name in TRAIN_SETS]
    angles = np.concatenate([whole_bodies(own.frames(np.arange(len(own.clip)) % STRIDE == 0)) for own in sets])
    columns = legs.angles_in(full)[3:]
    angles[:, columns] = sample_legs(len(angles), angles[:, columns], random)
    return angles[:, body_of_24().angles_in(full)]


def train(poses: Array, steps: int = STEPS, seed: int = SEED) -> TwistNetwork:
    """A network that is shown poses (N,A) of the body of 24 joints, each time varied."""
    torch.manual_seed(seed)
    skeleton, random = body_of_24(), np.random.default_rng(seed)
    bones = twisted_bones(skeleton)
    network = perceptron(3 * len(skeleton.joints), WIDTH, DEPTH, 2 * len(bones))
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    for _ in range(steps):
        chosen = poses[random.integers(len(poses), size=BATCH)]
        angles = skeleton.clamp(chosen + ANGLES * random.standard_normal(chosen.shape))
        lengths = skeleton.lengths * np.exp(LENGTHS * random.standard_normal((BATCH, len(skeleton.bones))))
        joints = joint_positions(skeleton, forward_kinematics(skeleton, angles, lengths))
        joints = noisy(skeleton, joints, NOISE * random.random(BATCH), random)
        truth = torch.as_tensor(true_twists(skeleton, angles)[:, bones], dtype=torch.float32)
        told = network(_features(skeleton, joints - joints[:, :1])).reshape(truth.shape)
        loss = (told - truth).norm(dim=-1).mean()  # equation 19
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return TwistNetwork(skeleton, network)


def _features(skeleton: Skeleton, joints: Array) -> torch.Tensor:
    """(N,3 J) joints (N,J,3), relative to the root joint, in the axes of the root, which they tell."""
    known, start = np.ones(joints.shape[:2], bool), np.zeros((len(joints), len(skeleton.freedoms)))
    given = GivenJoints.of(skeleton, joints, known, skeleton.lengths, start, None, TRUST)
    points = [(bone, given.straight, given.end_known(bone)) for bone in given.parts[0].carried]
    frame = np.broadcast_to(skeleton.rest[0], (len(joints), 3, 3))
    root = given.fitted(0, frame, joints[:, 0], points, given.base(0))
    return torch.as_tensor((joints @ skeleton.rest[0] @ root).reshape(len(joints), -1), dtype=torch.float32)
