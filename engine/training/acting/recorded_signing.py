"""Recorded motion on our figures: signing of UPF and fingerspelling of StudioGalt, gestures of CMU (without fingers).

What is taken over are directions: trunk turns, upper arm and forearm in the chest's frame, the palm, the
fingers. Hands therefore keep their place before the body only as far as proportions are alike.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ...geometry.arrays import Array, check_shapes
from ...geometry.rotations import matrix_to_euler, nearest_rotation, unit
from ...keypoints import Side
from ..poses.bvh import Recording, read_bvh
from ..poses.cmu import AXES, read_cmu
from ..poses.spelling import read_spelling
from .figure import BONE, FINGERS, Figure
from .gesture import ArmTrack, Stop, arm_at, arm_track
from .handshape import Handshape, handshape_from_points, palm_frame
from .pose import WRIST_LOWER, WRIST_UPPER, Arm, Trunk, forearm_frame, hand_angles, solve_elbow
from .random_signing import TRIES, Choreography, random_motion, shallowest

#: Hips, chest, head; shoulder, elbow, wrist, with {S} for Left or Right and {s} for l or r.
_MIXAMO = (("Hips", "Spine2", "Head"), ("{S}Arm", "{S}ForeArm", "{S}Hand"))
_EXPMAP = (("Hips", "Spine1", "Head"), ("{S}Arm", "{S}ForeArm", "{S}Hand"))
_ASF = (("root", "thorax", "head"), ("{s}humerus", "{s}radius", "{s}wrist"))
#: Clips of the dev split: a referee's signals, a walk. Its other clips walk too.
_GESTURES = (
    ("cmu_expmap_gestures.npz", "basketball_signal_4", _EXPMAP),
    ("cmu_subject03.npz", "03_01", _ASF),
)


@dataclass(frozen=True)
class RecordedSigning:
    """F frames of an upper body, in our axes, for a body of any proportions."""

    kind: str
    """Class of motion: "signing", "spelling" or "gesture"."""
    fps: float
    trunk: Array
    """(F,3,3) turns of hips, chest and head about X, Y, Z, radians, as pose.Trunk."""
    arms: dict[Side, Array]
    """side: (F,2,3) unit directions of upper arm and forearm in the chest's frame."""
    hands: dict[Side, Array]
    """side: (F,21,3) MediaPipe's hand points in the chest's frame, any unit; empty if not recorded."""

    def __post_init__(self) -> None:
        check_shapes(self, trunk=(len(self.trunk), 3, 3))


def load_signing(data: Path) -> list[RecordedSigning]:
    """UPF's signing of the data folder: one clip.

    Of its other two, kate.bvh is one still pose, and in create_db_m.bvh someone sways with wrists at the
    chin that are bent beyond a hand's limits.
    """
    recording = read_bvh(data / "hands" / "upf_signing" / "isl_thanks.bvh", 0.01)
    names = tuple(joint.removeprefix("mixamorig_") for joint in recording.names)
    return [_perform("signing", replace(recording, names=names), _MIXAMO)]


def load_spelling(data: Path) -> list[RecordedSigning]:
    """StudioGalt's letters of the data folder that are for measuring, one by one."""
    return [_perform("spelling", recording, _MIXAMO) for recording in read_spelling(data, "measure")]


def load_gestures(data: Path) -> list[RecordedSigning]:
    """CMU's gestures and walks of the data folder's dev split; everyone keeps facing the camera.

    The head's rest in the source looks aside: its turns count from their mean.
    """
    found: list[RecordedSigning] = []
    for file, clip, names in _GESTURES:
        recording = read_cmu(data / "body_mocap" / file, clip)
        recorded = _perform("gesture", recording, names, centre_head=True)
        recorded.trunk[:, 0, 2] = 0.0
        found.append(recorded)
    return found


def windows(recordings: list[RecordedSigning], duration: float) -> list[tuple[RecordedSigning, float]]:
    """Stretches of `duration` seconds that cover each recording: the recording, start in seconds."""
    found: list[tuple[RecordedSigning, float]] = []
    for recorded in recordings:
        length = (len(recorded.trunk) - 1) / recorded.fps
        found += [(recorded, s) for s in np.linspace(0, length - duration, math.ceil(length / duration)).tolist()]
    return found


def recorded_motion(
    figure: Figure,
    recorded: RecordedSigning,
    start: float,
    duration: float,
    hands: dict[Side, ArmTrack] | None = None,
) -> Choreography:
    """`duration` seconds of a recording from `start` on; `hands` gives those that were not recorded."""
    first = max(0, int(start * recorded.fps) - 2)
    last = int((start + duration) * recorded.fps) + 3
    trunk = np.unwrap(recorded.trunk[first:last].reshape(-1, 9), axis=0)
    times = (first + np.arange(len(trunk))) / recorded.fps - start
    tracks: dict[Side, ArmTrack] = {}
    for side in Side:
        arms = list(_arms(figure, recorded, side, first, times, hands))
        swivels = np.unwrap([arm.swivel for arm in arms])
        stops = zip(times, arms, swivels, strict=True)
        tracks[side] = arm_track([Stop(t, 0.0, replace(arm, swivel=float(swivel))) for t, arm, swivel in stops])

    def turns(time: float) -> Trunk:
        return Trunk(*np.reshape([np.interp(time, times, column) for column in trunk.T], (3, 3)))

    return Choreography(recorded.kind, tracks, turns)


def mirror(motion: Choreography) -> Choreography:
    """The motion as a mirror shows it."""

    def turns(time: float) -> Trunk:
        trunk = motion.trunk(time)
        return Trunk(*(turn * [1.0, -1.0, -1.0] for turn in (trunk.hips, trunk.chest, trunk.head)))

    return Choreography(motion.kind, {side: motion.arms[side.other] for side in Side}, turns)


def window_motion(
    rng: np.random.Generator,
    figure: Figure,
    pick: Callable[[], Handshape],
    cuts: list[tuple[RecordedSigning, float]],
    number: int,
    duration: float,
) -> Choreography:
    """The motion of clip `number`: through all windows in turn, through all mirrored ones, and again.

    Where hands are not recorded, they take sampled turns and handshapes; `pick` draws the latter.
    """
    recorded, start = cuts[number % len(cuts)]
    if recorded.hands:
        motion = recorded_motion(figure, recorded, start, duration)
    else:
        sampled = (random_motion(rng, pick, 1.0, duration).arms for _ in range(TRIES))
        tries = (recorded_motion(figure, recorded, start, duration, hands) for hands in sampled)
        motion = shallowest(figure, tries, duration)
    return mirror(motion) if number // len(cuts) % 2 else motion


def _arms(
    figure: Figure,
    recorded: RecordedSigning,
    side: Side,
    first: int,
    times: Array,
    hands: dict[Side, ArmTrack] | None,
) -> Iterator[Arm]:
    for frame, time in enumerate(times, start=first):
        wrist, swivel, directions = _reach(figure, recorded.arms[side][frame], side)
        if hands is not None:
            yield replace(arm_at(hands[side], time), wrist=wrist, swivel=swivel)
            continue
        points = recorded.hands[side][frame]
        palm = palm_frame(points[0], points[5], points[9], points[17], side)
        hand = hand_angles(forearm_frame(*directions, side), palm[:, 2], palm[:, 1], side)
        hand = np.clip(hand, np.radians(WRIST_LOWER), np.radians(WRIST_UPPER))
        yield Arm(wrist, swivel, hand, handshape_from_points(points, side))


def _reach(figure: Figure, directions: Array, side: Side) -> tuple[Array, float, tuple[Array, Array]]:
    """`wrist` and `swivel` of pose.Arm for arm directions (2,3), and the directions that they give."""
    chain = np.stack([figure.heads[BONE[f"{side}_{name}"]] for name in ("upper_arm", "forearm", "hand")])
    upper, lower = np.linalg.norm(np.diff(chain, axis=0), axis=1)
    lengths = (float(upper), float(lower))
    wrist = directions[0] * upper + directions[1] * lower
    towards = unit(wrist)
    # Where the elbow is at two swivels a quarter turn apart spans the circle that it lies on.
    down, out = (
        elbow - towards * (elbow @ towards)
        for elbow in (solve_elbow(lengths, wrist, swivel, side)[0] for swivel in (0.0, np.pi / 2))
    )
    swivel = float(np.arctan2(directions[0] @ out, directions[0] @ down))
    sign = 1.0 if side is Side.LEFT else -1.0
    return wrist * [sign, -1.0, 1.0], swivel, solve_elbow(lengths, wrist, swivel, side)


def _perform(
    kind: str, recording: Recording, names: tuple[tuple[str, ...], tuple[str, ...]], centre_head: bool = False
) -> RecordedSigning:
    hips, chest, head = (AXES @ recording.rotation(name) @ AXES.T for name in names[0])
    nod = chest.swapaxes(1, 2) @ head
    if centre_head:
        nod = nod @ nearest_rotation(nod.mean(axis=0)).T
    turns = [matrix_to_euler(turn, "XYZ") for turn in (hips, hips.swapaxes(1, 2) @ chest, nod)]

    def in_chest(joints: list[str]) -> Array:
        """Joints (F,N,3) in the axes of the chest."""
        return np.stack([recording.joint(joint) for joint in joints], axis=1) @ AXES.T @ chest

    arms: dict[Side, Array] = {}
    hands: dict[Side, Array] = {}
    for side in Side:
        chain = np.diff(in_chest([name.format(S=side.title(), s=side[0]) for name in names[1]]), axis=1)
        arms[side] = unit(chain)
        points = hand_joints(recording, side)
        if points:
            hands[side] = in_chest(points)
    return RecordedSigning(kind, recording.fps, np.stack(turns, axis=1), arms, hands)


def hand_joints(recording: Recording, side: Side) -> list[str]:
    """Mixamo's names of MediaPipe's 21 hand points; none where fingers are not recorded."""
    hand = f"{side.title()}Hand"
    if f"{hand}Thumb1" not in recording.names:
        return []
    joints = [hand]
    for finger in FINGERS:
        name = hand + finger.title()
        tip = f"{name}4" if f"{name}4" in recording.names else f"{name}3_end"
        joints += [f"{name}1", f"{name}2", f"{name}3", tip]
    return joints
