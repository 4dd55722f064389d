"""HybrIK's tables on joints of known poses: noise of the joints (its Table 3), and wrong twists (its Table 1)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array
from ...lifting.hybrik import TRUST, solve_angles, solve_pose
from ...skeleton import Kind, Pose, Skeleton, forward_kinematics, joint_positions, load_skeleton
from ..clips import DATA, load_clips
from ..learning.twist import TwistNetwork, true_twists, twisted_bones
from ..poses.whole_bodies import body_of_24, noisy, whole_bodies
from .markdown import number, table
from .skin import Skin

#: Whose poses they are, and every so many frames of them.
SETS, STRIDE, SEED = ("test", "whole"), 2, 0
#: Noise, mm, and the paper's errors, mm: naive, adaptive.
PAPER = {0: (0.1, 0.1), 10: (16.2, 9.8), 20: (34.0, 20.2), 30: (53.4, 31.2)}
#: Bones between SMPL's 24 joints and its root.
_SMPL_LINKS = (0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8)


@dataclass(frozen=True)
class Poses:
    """N legal poses of the body of 24 joints, with the table's lengths."""

    skeleton: Skeleton
    angles: Array
    """(N,A) radians."""

    @property
    def pose(self) -> Pose:
        """The bones."""
        return forward_kinematics(self.skeleton, self.angles, self.skeleton.lengths)

    @property
    def joints(self) -> Array:
        """(N,J,3) metres."""
        return joint_positions(self.skeleton, self.pose)

    @property
    def distinct(self) -> list[int]:
        """The 24 joints; the hand's own wrist coincides with the arm's."""
        return [i for i, p in enumerate(self.skeleton.parents) if not self.skeleton.joint_bones[i] < 0 <= p]

    def errors(self, joints: Array) -> Array:
        """(N,24) mm from the true joints."""
        return 1000.0 * np.linalg.norm(joints - self.joints, axis=-1)[:, self.distinct]


def load_poses() -> Poses:
    """Those behind rendered signers that no network saw."""
    skeleton, full = body_of_24(), load_skeleton(Kind.FULL_BODY)
    sets = [load_clips(DATA / f"{name}.npz") for name in SETS]
    angles = [whole_bodies(own.frames(np.arange(len(own.clip)) % STRIDE == 0)) for own in sets]
    return Poses(skeleton, np.concatenate(angles)[:, skeleton.angles_in(full)])


def noise_table(poses: Poses) -> Iterator[str]:
    """As the paper's Table 3, and the same within limits."""
    rows = [
        [f"±{size} mm", *(number(value, 1) for value in PAPER[size]), *(number(own.mean(), 1) for own in errors)]
        for size, errors in ((size, noise_errors(poses, size)) for size in PAPER)
    ]
    head = ("noise", "paper, naive", "paper, adaptive", "naive", "adaptive", "naive, limits", "adaptive, limits")
    yield from table(head, rows)


def joints_table(poses: Poses, size: int) -> Iterator[str]:
    """The errors of noise of a size, mm, by joint, sides together, and how many bones turn between it and the root."""
    skeleton = poses.skeleton
    turning = [skeleton.angles_of(name) for name, turns in zip(skeleton.names, skeleton.turns, strict=True) if turns]
    links = np.array([sum(skeleton.moves[joint, own].any() for own in turning) for joint in poses.distinct])
    names = [skeleton.joints[joint].removeprefix("left_").removeprefix("right_") for joint in poses.distinct]
    errors = noise_errors(poses, size)
    rows: list[list[str]] = []
    for name in dict.fromkeys(names):
        own = [other == name for other in names]
        means = (number(values[:, own].mean(), 1) for values in errors)
        rows.append([name.replace("_", " "), str(links[own][0]), *means])
    yield f"At ±{size} mm, by joint. Between a joint and the root {links.mean():.1f} bones turn on average, of SMPL's"
    yield f"{np.mean(_SMPL_LINKS):.1f}, and up to {max(links)}, of SMPL's {max(_SMPL_LINKS)}."
    yield from table(("joint", "bones", "naive", "adaptive", "naive, limits", "adaptive, limits"), rows)


def noise_errors(poses: Poses, size: int) -> tuple[Array, ...]:
    """(N,24) mm, naive and adaptive, then both within limits, of joints that are off by up to `size` mm; true twists.

    A body stands where its root joint is said to be.
    """
    skeleton, truth = poses.skeleton, poses.joints
    given = noisy(skeleton, truth, size / 1000.0, np.random.default_rng(SEED))
    root, known, twists = given[:, :1], np.ones(given.shape[:2], bool), true_twists(skeleton, poses.angles)
    told = (skeleton, given - root, known, skeleton.lengths, poses.angles, twists)
    free = [joint_positions(skeleton, solve_pose(*told, adaptive=adaptive)) for adaptive in (False, True)]
    legal = [
        joint_positions(
            skeleton, forward_kinematics(skeleton, solve_angles(*told, adaptive=adaptive), skeleton.lengths)
        )
        for adaptive in (False, True)
    ]
    return tuple(poses.errors(joints + root) for joints in (*free, *legal))


def twist_table(poses: Poses, network: TwistNetwork, skin: Skin) -> Iterator[str]:
    """As the paper's Table 1: joints without noise, and twists of several sources."""
    skeleton, truth = poses.skeleton, poses.joints
    known, bones = np.ones(truth.shape[:2], bool), twisted_bones(skeleton)
    exact, bound = true_twists(skeleton, poses.angles), skin.bind(skeleton)
    surface = skin.posed(bound, poses.pose)
    rows: list[list[str]] = []
    for name, twists in twist_sources(poses, network).items():
        pose = solve_pose(skeleton, truth, known, skeleton.lengths, poses.angles, twists)
        off = np.degrees(np.arccos(np.clip((twists * exact).sum(-1), -1.0, 1.0)))[:, bones].mean()
        apart = 1000.0 * np.linalg.norm(skin.posed(bound, pose) - surface, axis=-1)
        joints = poses.errors(joint_positions(skeleton, pose)).mean()
        rows.append([name, number(off, 1), number(joints, 1), number(apart.mean(), 1)])
    yield from table(("twists", "off, degrees", "24 joints, mm", "vertices, mm"), rows)


def twists_by_bone(poses: Poses, network: TwistNetwork) -> Iterator[str]:
    """How far twists are off, by bone and source, of joints without noise and with."""
    skeleton, exact = poses.skeleton, true_twists(poses.skeleton, poses.angles)
    parts = {
        name: [b for b in twisted_bones(skeleton) if skeleton.names[b].startswith(name)]
        for name in ("upper_arm", "forearm", "thigh")
    }
    rows: list[list[str]] = []
    for size in (0, 20):
        for name, twists in twist_sources(poses, network, size).items():
            off = np.degrees(np.arccos(np.clip((twists * exact).sum(-1), -1.0, 1.0)))
            rows.append([f"±{size} mm", name, *(number(off[:, own].mean(), 1) for own in parts.values())])
    yield from table(("noise", "twists", "upper arm", "forearm", "thigh"), rows)


def twist_sources(poses: Poses, network: TwistNetwork, size: int = 0) -> dict[str, Array]:
    """(N,B,2) random twists, those at rest, the network's, those that joints tell within limits, and the true ones."""
    skeleton, random = poses.skeleton, np.random.default_rng(SEED)
    joints = noisy(skeleton, poses.joints, size / 1000.0, random)
    joints = joints - joints[:, :1]
    exact, known = true_twists(skeleton, poses.angles), np.ones(joints.shape[:2], bool)
    turned = random.uniform(-np.pi, np.pi, exact.shape[:2])
    given = np.abs(exact).sum(-1, keepdims=True) > 0
    trust = max(TRUST, size / 1000.0)
    told = solve_angles(skeleton, joints, known, skeleton.lengths, 0.0 * poses.angles, trust=trust)
    return {
        "random": given * np.stack([np.cos(turned), np.sin(turned)], -1),
        "at rest": given * np.array([1.0, 0.0]),
        "network": network(joints),
        "told by joints": true_twists(skeleton, told),
        "true": exact,
    }
