"""Whether errors are as large as was to be expected, by quarters of what was expected, on real and rendered people."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...geometry.arrays import Array, Mask, check_shapes
from ...motion import Motion
from ..photographs import Photographs
from .contest import Contest
from .hands_truth import AS_RIGHT, GOOD_VIEW, METACARPAL, NO_FIT, HandsTruth, bends, metacarpals, track_photograph
from .markdown import number, table
from .multiview import OURS, Shot

BANDS = 4
ABOUT = """
The engine says how large an error is to be expected (`expected_error` and `spread` in the `.npz`). Each row sorts
joints and frames by that, into quarters from certain to doubtful, and has of each the mean error that was expected
beside the mean that was found. Nothing is turned or scaled, but an arm's shoulder or a hand's wrist is laid onto the
true one; photographed hands are scaled as above. *Bends* are at the two outer joints of the four fingers; expected is
one standard deviation, of which a mean error is about 0.8. *Rank* is Spearman's coefficient: whether what is doubted
more is wronger. One factor for all is chosen, on the photographs to learn from and the rendered set `dev`. Where an
arm is taken for its mirror image in depth, as in `balance`, the error is larger than what is expected, which knows of
one solution only; nor does it know how coarse the points of small, blurred hands are, as in `hard`. What is not seen is
left out.
"""
_ARM = ("elbow", "wrist")
_ALL = 0.999  # of the reach: not seen
_FINGERS = ("index", "middle", "ring", "pinky")


@dataclass(frozen=True)
class Pairs:
    """M errors that were expected, and those that were found; of one unit."""

    expected: Array
    """(M,)."""
    found: Array
    """(M,)."""

    def __post_init__(self) -> None:
        check_shapes(self, found=self.expected.shape)

    @classmethod
    def all_of(cls, parts: list["Pairs"]) -> "Pairs":
        """Those of all parts."""
        return cls(np.concatenate([own.expected for own in parts]), np.concatenate([own.found for own in parts]))

    @property
    def rank(self) -> float:
        """Spearman's coefficient, without regard to ties."""
        order = [np.argsort(np.argsort(values)) for values in (self.expected, self.found)]
        return float(np.corrcoef(np.stack(order))[0, 1])

    def bands(self) -> Iterator["Pairs"]:
        """Equally many each, from those of which the least was expected on."""
        for rows in np.array_split(np.argsort(self.expected, kind="stable"), BANDS):
            yield Pairs(self.expected[rows], self.found[rows])

    def row(self, title: str, digits: int = 1) -> list[str]:
        """Means of the quarters, means of all, and the rank."""
        means = [(own.expected.mean(), own.found.mean()) for own in (*self.bands(), self)]
        cells = (f"{number(expected, digits)}: {number(found, digits)}" for expected, found in means)
        return [title, str(len(self.found)), *cells, number(means[-1][1] / means[-1][0]), number(self.rank)]


def joint_pairs(motion: Motion, names: tuple[str, ...], positions: Array) -> dict[str, Pairs]:
    """Of arms and hands, cm, where seen, against true joints (F,N,3) of some names, metres; NaN where unknown."""
    skeleton, found = motion.skeleton, dict[str, list[Pairs]]()
    assert motion.expected_error is not None
    reach = skeleton.reach(motion.lengths_of_bones())
    for side in skeleton.kind.hands:
        arm = [f"{side}_{joint}" for joint in _ARM]
        for name in (*arm, *side.hand_names[1:]):
            joint = motion.joints.index(name)
            anchor = motion.joints[skeleton.anchors[joint]]
            if not {name, anchor} <= {*names}:
                continue
            own = motion.positions[:, joint] - motion.positions[:, skeleton.anchors[joint]]
            true = positions[:, names.index(name)] - positions[:, names.index(anchor)]
            error, expected = np.linalg.norm(own - true, axis=-1), motion.expected_error[:, joint]
            seen = motion.seen[:, 0 if name in arm else side.column] & (expected < _ALL * reach[joint])
            counted = seen & np.isfinite(error)
            pairs = Pairs(100.0 * expected[counted], 100.0 * error[counted])
            found.setdefault(name.removeprefix(f"{side}_") if name in arm else "hands", []).append(pairs)
    return {name: Pairs.all_of(parts) for name, parts in found.items()}


def photograph_pairs(photographs: Photographs, truth: HandsTruth, shapes: Mask) -> dict[str, Pairs]:
    """Joints, cm, and bends, degrees, of photographs of trusted handshapes out of `shapes` (N,), cameras trusted."""
    joints, angles = list[Pairs](), list[Pairs]()
    posed = (truth.view_residual <= min(NO_FIT, GOOD_VIEW)) & (truth.trusted & shapes)[:, None] & photographs.found
    for at in zip(*np.nonzero(posed), strict=True):
        side, motion, placed = track_photograph(photographs, at)
        assert motion.expected_error is not None and motion.spread is not None
        own = placed[None] * AS_RIGHT[side]
        scale = METACARPAL / metacarpals(own)[0]
        exact = (truth.joints_cm[at[0]] @ truth.camera[at].T)[None]
        apart = scale * (own - own[:, :1]) - (exact - exact[:, :1])
        columns = [motion.joints.index(name) for name in side.hand_names]
        expected = scale * motion.expected_error[0, columns].astype(np.float64)
        joints.append(Pairs(expected[1:], np.linalg.norm(apart[0, 1:], axis=-1)))
        names = [f"f_{finger}.0{part}.{side.letter}.X" for finger in _FINGERS for part in (2, 3)]
        spread = motion.spread[0, [motion.skeleton.angle_names.index(name) for name in names]]
        angles.append(Pairs(np.degrees(spread), np.abs(bends(own) - bends(exact)).ravel()))
    return {"hands": Pairs.all_of(joints), "bends": Pairs.all_of(angles)}


def shot_pairs(videos: list[Shot]) -> dict[str, Pairs]:
    """Of all videos of a recording."""
    tracked = [(shot.motion, shot.truth) for shot in videos]
    return _together([joint_pairs(own, true.names, true.positions) for own, true in tracked if own is not None])


def contest_pairs(contest: Contest) -> dict[str, Pairs]:
    """Of a rendered set, over time."""
    clips = contest.clips
    names, found = tuple(clips.joints.tolist()), list[dict[str, Pairs]]()
    for clip, motion in enumerate(contest.motions[f"{OURS}, over time"]):
        if motion is not None:
            found.append(joint_pairs(motion, names, clips.positions[clips.clip == clip].astype(np.float64)))
    return _together(found)


def _together(parts: list[dict[str, Pairs]]) -> dict[str, Pairs]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: Pairs.all_of([part[name] for part in parts if name in part]) for name in names}


def calibration_table(pairs: dict[str, dict[str, Pairs]]) -> Iterator[str]:
    """A row for each joint of each source of pictures that has any."""
    rows = [
        own.row(f"{source}: {'bends, degrees' if joint == 'bends' else f'{joint}, cm'}")
        for source, joints in pairs.items()
        for joint, own in joints.items()
        if len(own.found) >= BANDS
    ]
    quarters = [f"{which} quarter" for which in ("most certain", "second", "third", "most doubtful")]
    yield from table(["expected: found", "values", *quarters, "all", "found / expected", "rank"], rows)
