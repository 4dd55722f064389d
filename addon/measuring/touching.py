"""Poses in which a character touches itself: our skeleton with its lengths, and what touches what on its mesh."""

# The stubs take members of Context for methods, and data of objects for optional.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportOptionalMemberAccess=false

from dataclasses import dataclass, replace

import bpy
import numpy as np

from ...engine.geometry.arrays import Array
from ...engine.geometry.rotations import unit
from ...engine.retarget import Performance
from ...engine.retarget.anatomy.body import Body
from ...engine.skeleton import forward_kinematics, load_skeleton
from .mesh import follow_vertices, mesh_of, points_of, texture_of, touching_places
from .performer import hand_points, own_lengths
from .played import part_of, play, read_played
from .rigs import RealRig

#: What of a right hand touches, and what it touches.
PAIRS = (
    *(("f_index.R", place) for place in ("nose", "chin", "cheek", "forehead", "chest", "left of the chest")),
    *(("f_middle.R", place) for place in ("chin", "forehead", "chest")),
    *(("thumb.R", place) for place in ("chin", "chest")),
    *(("palm.R", place) for place in ("chest", "left of the chest")),
    *((tip, place) for tip in ("f_index.R", "f_middle.R") for place in ("palm.L", "f_index.L")),
    ("palm.R", "palm.L"),
)
#: Poses that are drawn, and of these for each pair the nearest to touching that are tried.
DRAWN, TRIED = 10000, 8
_ARM = ("upper_arm", "forearm", "hand")
#: How far fingers are bent at most, of what they can.
_BENT = 0.35
#: Where a left hand that is touched may be: to the left, to the back and up from the neck, over the arm's length.
_BEFORE = ((-0.3, -0.9, -0.7), (0.5, -0.3, 0.1))
#: How straight from outside a hand comes: the least cosine of its direction to the surface's normal.
_OUTSIDE = 0.5
_ITERATIONS = 12
#: Keeps a step of the angles small where an arm is nearly stretched, metres per radian.
_DAMPING = 0.05
#: What counts as touching, metres.
TOUCH = 0.003


@dataclass(frozen=True)
class Touching:
    """F poses of a performer, each with two of the character's vertices that touch."""

    performance: Performance
    pairs: list[tuple[str, str]]
    """(F)."""
    texture: dict[str, Array]
    """Name -> (2,) the place of its vertex in the texture."""
    apart: Array
    """(F,) metres between the two on the character itself."""


def touching_poses(obj: bpy.types.Object, rig: RealRig, seed: int = 0) -> Touching:
    """Of an open MakeHuman character: drawn within the limits, brought together by inverse kinematics in Blender."""
    skeleton = load_skeleton()
    still = Performance(skeleton, skeleton.lengths, np.zeros((1, len(skeleton.freedoms))), np.zeros((1, 3)))
    body: Body = play(obj, still, contacts=0).character.body
    played = read_played(obj, rig.bones(), 1)
    places = touching_places(obj, rig.bones(), played)
    performer = replace(still, lengths=own_lengths(skeleton, played, body))
    performer, pairs = _drawn(performer, _surface(obj, places, body), np.random.default_rng(seed))
    for _ in range(_ITERATIONS):
        play(obj, performer, contacts=0)
        performer = _moved(performer, pairs, gaps(obj, places, pairs))
    play(obj, performer, contacts=0)
    apart = gaps(obj, places, pairs)
    distance = np.linalg.norm(apart, axis=1)
    rows = np.flatnonzero(distance < TOUCH)
    texture = texture_of(mesh_of(obj))
    return Touching(
        part_of(performer, rows),
        [pairs[row] for row in rows],
        {name: texture[vertex] for name, vertex in places.items()},
        distance[rows],
    )


def gaps(obj: bpy.types.Object, vertices: dict[str, int], pairs: list[tuple[str, str]]) -> Array:
    """(F,3) metres from the first vertex of each frame's pair to the second, as the character moves now."""
    at = follow_vertices(obj, vertices, len(pairs))
    return np.stack([at[other][frame] - at[one][frame] for frame, (one, other) in enumerate(pairs)])


def _surface(obj: bpy.types.Object, places: dict[str, int], body: Body) -> dict[str, tuple[Array, Array]]:
    """Of what does not move with a hand: where it is from between the shoulders (3,), and the skin's normal (3,)."""
    mesh = mesh_of(obj)
    points, still = points_of(mesh), {name: v for name, v in places.items() if "." not in name}
    normals = {name: np.array(mesh.data.vertices[vertex].normal) for name, vertex in still.items()}
    return {name: (points[vertex] - body.neck, normals[name]) for name, vertex in still.items()}


def _drawn(
    performer: Performance, surface: dict[str, tuple[Array, Array]], rng: np.random.Generator
) -> tuple[Performance, list[tuple[str, str]]]:
    """Of poses within the limits for each pair those in which it is nearest to touching, from outside."""
    skeleton, angles = performer.skeleton, np.zeros((DRAWN, len(performer.skeleton.freedoms)))
    arms, bent = (
        [k for k, name in enumerate(skeleton.angle_names) if name.startswith(start) and name.endswith(end)]
        for start, end in ((_ARM, ""), ("f_", ".X"))
    )
    angles[:, arms] = rng.uniform(skeleton.lower[arms], skeleton.upper[arms], (DRAWN, len(arms)))
    angles[:, bent] = rng.uniform(0.0, _BENT * skeleton.upper[bent], (DRAWN, len(bent)))
    wrists, points = hand_points(replace(performer, angles=angles, hips=np.zeros((DRAWN, 3))))
    reached = performer.lengths[[skeleton.names.index(name) for name in ("upper_arm.L", "forearm.L")]].sum()
    before = ((wrists["L"] > reached * np.array(_BEFORE[0])) & (wrists["L"] < reached * np.array(_BEFORE[1]))).all(1)
    left = [k for k in arms if ".L." in skeleton.angle_names[k]]
    found, pairs = list[Array](), list[tuple[str, str]]()
    for one, other in PAIRS:
        goal, normal = (points | surface)[other]
        way = -points[one][1] if one.startswith("palm") else unit(wrists["R"] - goal)
        fits = ((way * normal).sum(-1) > _OUTSIDE) & (before | (other in surface))
        miss = np.where(fits, np.linalg.norm(goal - points[one][0], axis=1), np.inf)
        nearest = angles[np.argsort(miss)[:TRIED]]
        if other in surface:
            nearest[:, left] = 0.0
        found.append(nearest)
        pairs += [(one, other)] * TRIED
    angles = np.concatenate(found)
    return replace(performer, angles=angles, hips=np.zeros((len(angles), 3))), pairs


def _moved(performer: Performance, pairs: list[tuple[str, str]], shifts: Array) -> Performance:
    """One damped step of the right arm's angles that shifts what touches by (F,3), as far as limits allow."""
    skeleton, angles = performer.skeleton, performer.angles.copy()
    arm = [k for k, name in enumerate(skeleton.angle_names) if name.startswith(_ARM) and ".R." in name]
    pose = forward_kinematics(skeleton, angles, performer.lengths)
    neck, (_, points) = pose.tails[:, skeleton.names.index("chest")], hand_points(performer)
    at = np.stack([points[one][0][frame] for frame, (one, _) in enumerate(pairs)]) + neck
    pivots = pose.heads[:, [skeleton.freedoms[k][0] for k in arm]]
    slope = np.swapaxes(np.cross(pose.axes[:, arm], at[:, None] - pivots), 1, 2)
    square = slope @ np.swapaxes(slope, 1, 2) + _DAMPING**2 * np.eye(3)
    step = np.swapaxes(slope, 1, 2) @ np.linalg.solve(square, shifts[..., None])
    angles[:, arm] += step[..., 0]
    return replace(performer, angles=np.clip(angles, skeleton.lower, skeleton.upper))
