"""What the networks learn from, on signers whose every number is known: made by forward kinematics, no pictures."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.geometry.camera import Camera
from engine.geometry.rotations import CAMERA_FROM_BLENDER
from engine.keypoints import BODY, HAND_NAMES, HANDS, KEYPOINT_NAMES, POSE_NAMES, Side
from engine.lifting.features import BODY_FEATURES, BODY_POINTS, body_features, hand_features
from engine.lifting.sight import see_body, see_hand
from engine.skeleton import Skeleton, body_skeleton, forward_kinematics, hand_skeleton, joint_positions, load_skeleton
from engine.training.clips import ClipSet

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.training.ablation import trial
from engine.training.fitting import fit
from engine.training.fitting.pack import read_clips
from engine.training.learning import batches as samples
from engine.training.learning import train
from engine.training.learning.detector_errors import joints_of, mirrored, observe, pose_points
from engine.training.learning.network import perceptron
from engine.training.learning.objective import Objective
from engine.training.learning.parts import Part
from engine.training.learning.recipe import LENGTHS, Recipe
from engine.training.learning.synthetic import drawn_hands

Array = NDArray[np.floating[Any]]
SIZES = ((1280, 720), (720, 960))
FRAMES = 5
CLIP = np.repeat(np.arange(len(SIZES), dtype=np.int32), FRAMES)
torch.set_num_threads(1)
HAND_POINTS = [hand_skeleton().joints.index(f"right_hand_{name}") for name in HAND_NAMES]
#: A camera that does not move, and poses and distances as they were.
STILL = samples.Jitter(roll=0.0, turn=0.0, angles=0.0, bones=0.0, distance=0.0, withheld=0.0)
#: A body's, which is a body because its wrists weigh twice.
WEIGHTS = torch.tensor([2.0 if name.endswith("wrist") else 1.0 for name in BODY_POINTS])
BODY_JOINTS = [body_skeleton().joints.index(name) for name in BODY_POINTS]


def fk(skeleton: Skeleton, angles: Array, lengths: Array) -> Array:
    return joint_positions(skeleton, forward_kinematics(skeleton, angles, lengths))


def poses(skeleton: Skeleton, chance: np.random.Generator, roots: float) -> Array:
    """(10,A) angles within the limits, with roots up to an angle."""
    share = chance.uniform(0.2, 0.8, (len(CLIP), len(skeleton.freedoms)))
    angles = skeleton.lower + (skeleton.upper - skeleton.lower) * share
    # Signers stand upright: a strong bend of the trunk takes the fit many more steps.
    angles[:, [name.startswith(("spine", "chest")) for name in skeleton.angle_names]] *= 0.2
    angles[:, :3] = chance.uniform(-roots, roots, (len(CLIP), 3))
    return angles


def bones(chance: np.random.Generator) -> Array:
    """(C,B) of the finished skeleton, the same on both sides."""
    full = load_skeleton()
    factors = {bone.name.split(".")[0]: chance.normal(1.0, 0.05, len(SIZES)) for bone in full.bones}
    return full.lengths * np.stack([factors[bone.name.split(".")[0]] for bone in full.bones], 1)


def columns(part: Skeleton) -> list[int]:
    return [load_skeleton().names.index(name) for name in part.names]


def project(positions: Array) -> Array:
    """(N,K,2) pixels of points in the camera frame, each clip by its own default camera."""
    cameras = np.stack([Camera.assumed(size, None).numbers for size in SIZES])[CLIP][:, None]
    return positions[..., :2] / positions[..., 2:] * cameras[..., :2] + cameras[..., 2:]


@pytest.fixture(scope="module")
def exact() -> ClipSet:
    """Two clips of signers whose detected points are the projections of their joints."""
    chance, body, hand = np.random.default_rng(0), body_skeleton(), hand_skeleton()
    lengths = bones(chance)
    angles, fingers = poses(body, chance, 0.3), np.stack([poses(hand, chance, 1.2) for _ in Side], 1)
    place = chance.uniform([-0.5, 0.2, 1.5], [0.5, 0.5, 2.5], (len(CLIP), 3))
    trunk = fk(body, angles, lengths[CLIP][:, columns(body)])[:, BODY_JOINTS]
    trunk = trunk @ CAMERA_FROM_BLENDER.T + place[:, None]
    parts = [trunk]
    for side, name in enumerate(Side):
        points = fk(hand, fingers[:, side], lengths[CLIP][:, columns(hand)])[:, HAND_POINTS] @ CAMERA_FROM_BLENDER.T
        points = points * ([-1.0, 1.0, 1.0] if name == "left" else 1.0)
        parts.append(points - points[:, :1] + trunk[:, BODY_POINTS.index(f"{name}_wrist"), None])
    points = np.zeros((len(CLIP), len(KEYPOINT_NAMES), 2))
    depth, confidence = np.zeros(points.shape[:2]), np.zeros(points.shape[:2])
    confidence[:, [POSE_NAMES.index(name) for name in BODY_POINTS]] = 1.0
    points[:, [POSE_NAMES.index(name) for name in BODY_POINTS]] = project(trunk)
    for name, positions in zip(Side, parts[1:], strict=True):
        middle = positions.mean(1)
        distance = np.linalg.norm(middle, axis=-1)
        away = np.einsum("nkc,nc->nk", positions, middle / distance[:, None])
        depth[:, HANDS[name]] = away / distance[:, None] * np.array([max(size) for size in SIZES])[CLIP][:, None]
        depth[:, HANDS[name]] -= depth[:, HANDS[name], None][:, 0]
        points[:, HANDS[name]], confidence[:, HANDS[name]] = project(positions), 1.0
    single = {"positions": np.concatenate(parts, 1), "points": points, "confidence": confidence, "depth": depth}
    single |= {"body": angles, "hands": fingers, "lengths": lengths}
    return ClipSet(
        joints=np.array([*BODY_POINTS, *KEYPOINT_NAMES[BODY.stop :]]),
        world=np.zeros((*points.shape[:2], 3), np.float32),
        plain=np.ones((len(CLIP), 2), bool),
        time=np.tile(np.arange(FRAMES, dtype=np.float32) / 25, len(SIZES)),
        clip=CLIP,
        camera=np.stack([Camera.assumed(size, None).numbers for size in SIZES]).astype(np.float32),
        size=np.array(SIZES, np.int32),
        character=np.array(["one", "two"]),
        motion=np.array(["made", "made"]),
        residual=np.zeros((len(CLIP), 3), np.float32),
        **{name: value.astype(np.float32) for name, value in single.items()},
    )


@pytest.fixture(scope="module")
def noisy(exact: ClipSet) -> ClipSet:
    """The same as a detector would see it; some points, a left hand and a right hand are not seen."""
    chance = np.random.default_rng(1)
    points = exact.points + chance.normal(0.0, 4.0, exact.points.shape).astype(np.float32)
    depth = exact.depth + chance.normal(0.0, 4.0, exact.depth.shape).astype(np.float32)
    confidence = exact.confidence * chance.uniform(0.1, 1.0, exact.confidence.shape).astype(np.float32)
    confidence[2, HANDS[Side.LEFT]] = confidence[7, HANDS[Side.RIGHT]] = 0.0
    return replace(exact, points=points, depth=depth, confidence=confidence)


def test_exact_projections_have_no_error(exact: ClipSet) -> None:
    bodies, hands = observe(exact)
    assert bodies.row.tolist() == list(range(len(CLIP)))
    assert sorted(hands.row.tolist()) == list(range(2 * len(CLIP)))
    assert (bodies.seen == 1).all()
    for error in (bodies.plane, hands.plane, hands.depth):
        assert error.abs().max() < 5e-3, error.abs().amax(dim=tuple(range(1, error.ndim)))


def test_a_sample_is_the_true_pose_in_the_turned_camera(noisy: ClipSet) -> None:
    bodies, hands = observe(noisy)
    for part in (bodies, hands):
        body = part is bodies
        names = BODY_POINTS if body else tuple(f"right_hand_{name}" for name in HAND_NAMES)
        points = joints_of(body_skeleton() if body else hand_skeleton(), names, part.root, part.angles, part.lengths)
        for row, sample in zip(part.row.tolist(), points.double().numpy(), strict=True):
            frame, side = (row if body else row // 2, (Side.LEFT, Side.RIGHT)[row % 2])
            clip = int(CLIP[frame])
            keypoints, camera = noisy.keypoints(clip), Camera.assumed(SIZES[clip], None)
            sight = see_body(keypoints, camera) if body else see_hand(keypoints, camera, side)
            wanted = BODY_POINTS if body else side.hand_names
            truth = noisy.positions[frame, [noisy.joints.tolist().index(name) for name in wanted]].astype(np.float64)
            truth = truth * ([-1.0, 1.0, 1.0] if side is Side.LEFT and not body else 1.0) @ sight.turn[frame % FRAMES].T
            own = sample @ CAMERA_FROM_BLENDER.T
            np.testing.assert_allclose(own - own[0], truth - truth[0], atol=1e-5)


def other_side(name: str) -> str:
    a, b = ("left", "right") if "left" in name else ("right", "left")
    return name.replace(a, b)


def other_bones(names: tuple[str, ...]) -> list[str]:
    """Names of bones or angles, such as 'hand.L' or 'forearm.L.X', of the other side."""
    flip = {"L": "R", "R": "L"}
    return [".".join(flip.get(word, word) for word in name.split(".")) for name in names]


def mirror_angles(skeleton: Skeleton, angles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each bone as its mirror image, by the angles' names."""
    names = other_bones(skeleton.angle_names)
    signs = [1.0 if name[-1] == "X" else -1.0 for name in skeleton.angle_names]
    return (angles[:, [skeleton.angle_names.index(name) for name in names]] * signs).astype(np.float32)


def test_mirrored_bodies_are_those_of_the_mirrored_picture(noisy: ClipSet) -> None:
    columns = [KEYPOINT_NAMES.index(other_side(name)) for name in KEYPOINT_NAMES]
    joints = [noisy.joints.tolist().index(other_side(name)) for name in noisy.joints.tolist()]
    bones = load_skeleton().names
    factors = np.random.default_rng(2).normal(1.0, 0.05, noisy.lengths.shape).astype(np.float32)
    noisy = replace(noisy, lengths=noisy.lengths * factors)  # not the same on both sides
    points = noisy.points[:, columns].copy()
    points[..., 0] = noisy.size[CLIP][:, :1] - points[..., 0]
    picture = replace(
        noisy,
        points=points,
        confidence=noisy.confidence[:, columns],
        depth=noisy.depth[:, columns],
        positions=(noisy.positions * np.array([-1, 1, 1], np.float32))[:, joints],
        body=mirror_angles(body_skeleton(), noisy.body),
        lengths=noisy.lengths[:, [bones.index(name) for name in other_bones(bones)]],
    )
    expected, found = observe(picture)[0], mirrored(observe(noisy)[0])
    for field in fields(expected):
        a, b = (getattr(bodies, field.name).double().numpy() for bodies in (expected, found))
        np.testing.assert_allclose(b, a, atol=1e-4, err_msg=field.name)


def test_unvaried_samples_are_what_the_engine_sees(noisy: ClipSet) -> None:
    """But for the depths of bodies that are learnt from, which are drawn."""
    bodies, hands = observe(noisy)
    sights = [(noisy.keypoints(clip), Camera.assumed(size, None)) for clip, size in enumerate(SIZES)]
    seen = [see_body(*sight) for sight in sights]
    expected = np.concatenate([body_features(sight.plane, sight.depth, sight.known, sight.seen) for sight in seen])
    deep = np.arange(expected.shape[1]) % BODY_FEATURES == 2
    for index, row in enumerate(bodies.row):
        as_they_are, still = (samples.observed_bodies(bodies.rows(torch.tensor([index])), own) for own in (None, STILL))
        np.testing.assert_allclose(as_they_are.features[0].numpy(), expected[row], atol=1e-4)
        drawn = still.features[0].numpy()
        np.testing.assert_allclose(drawn[~deep], expected[row][~deep], atol=1e-4)
        assert (drawn[deep] != expected[row][deep]).sum() == (drawn[deep] != 0).sum() > 5
    assert len(hands.row) == 2 * len(CLIP) - 2  # two are not seen
    for side, name in enumerate(Side):
        seen = [see_hand(*sight, name) for sight in sights]
        expected = np.concatenate([hand_features(sight.plane, sight.depth, sight.known) for sight in seen])
        for index in torch.nonzero(hands.row % 2 == side)[:, 0]:
            batch = samples.observed_hands(hands.rows(index[None]), STILL)
            np.testing.assert_allclose(batch.features[0].numpy(), expected[hands.row[index] // 2], atol=1e-4)
            np.testing.assert_allclose(batch.root, hands.root[index][None], atol=1e-6)


def in_camera(points: torch.Tensor) -> Array:
    """Points as the camera has them, about their mean."""
    return ((points - points.mean(1, keepdim=True)).double().numpy()) @ CAMERA_FROM_BLENDER.T


@pytest.mark.parametrize("part", ["body", "hand"])
def test_a_rolled_sample_is_the_rolled_picture(part: str, noisy: ClipSet) -> None:
    bodies, hands = observe(noisy)
    index = torch.tensor([1])

    def draw(jitter: samples.Jitter) -> samples.Batch:
        if part == "body":
            return samples.observed_bodies(bodies.rows(index), jitter)
        return samples.observed_hands(hands.rows(index), jitter)

    torch.manual_seed(4)
    plain = draw(STILL)
    rolled = draw(replace(STILL, roll=0.5))
    before, after = in_camera(plain.points)[0], in_camera(rolled.points)[0]
    turn = np.linalg.lstsq(before, after, rcond=None)[0][:2, :2]  # row vectors
    assert abs(turn[0, 1]) > 0.05
    np.testing.assert_allclose(turn @ turn.T, np.eye(2), atol=1e-4)
    count = 19 if part == "body" else 21
    shape = (count, 4) if part == "body" else (count, 2)
    a, b = (batch.features[0, : np.prod(shape)].numpy().reshape(shape)[:, :2] for batch in (plain, rolled))
    np.testing.assert_allclose(b, a @ turn, atol=2e-4)


@pytest.mark.parametrize("part", ["body", "hand"])
def test_varied_samples_stay_legal_and_their_points_follow_from_their_angles(part: str, exact: ClipSet) -> None:
    torch.manual_seed(4)
    bodies, hands = observe(exact)
    skeleton = body_skeleton() if part == "body" else hand_skeleton()
    batch = (
        samples.observed_bodies(samples.some(200, bodies))
        if part == "body"
        else samples.observed_hands(samples.some(200, hands))
    )
    angles = batch.angles.numpy()
    assert ((angles >= skeleton.lower[3:] - 1e-6) & (angles <= skeleton.upper[3:] + 1e-6)).all()
    assert len(np.unique(angles[:, 0])) == 200
    points = pose_points(skeleton, batch.root, batch.angles, batch.lengths)
    np.testing.assert_allclose(points, batch.points, atol=1e-6)
    # Exact points, varied: what is seen is what the points of the sample project to, from far away.
    plane = in_camera(batch.points[:, HAND_POINTS if part == "hand" else BODY_JOINTS])[..., :2]
    seen = batch.features[:, : 2 * 21].reshape(200, 21, 2) if part == "hand" else _body_plane(batch.features)
    for own, other in zip(plane, seen.double().numpy(), strict=True):
        a, b = own - own.mean(0), other - other.mean(0)
        assert (a * b).sum() / np.linalg.norm(a) / np.linalg.norm(b) > 0.97


def _body_plane(features: torch.Tensor) -> torch.Tensor:
    return features[:, :-1].reshape(len(features), 19, 4)[..., :2]


@pytest.mark.parametrize("part", ["body", "hand"])
def test_known_joints_are_fitted(part: str, exact: ClipSet) -> None:
    torch.manual_seed(5)
    owner = CLIP.astype(np.int64)
    if part == "body":
        skeleton, joints = body_skeleton(), BODY_JOINTS
        points = fk(skeleton, exact.body, exact.lengths[CLIP][:, columns(skeleton)])[:, joints]
        fitted = fit.fit_bodies(skeleton, points.astype(np.float32), owner)
    else:
        skeleton, joints = hand_skeleton(), HAND_POINTS
        points = fk(skeleton, exact.hands[:, 0], exact.lengths[CLIP][:, columns(skeleton)])[:, joints]
        fitted = fit.fit_hands(points.astype(np.float32), owner, owner)
    assert fitted.residual.mean() < 0.002
    arrays = (torch.as_tensor(array) for array in (fitted.root, fitted.angles, fitted.lengths))
    own = pose_points(skeleton, *arrays)[:, joints].numpy()
    apart = (own - own.mean(1, keepdims=True)) - (points - points.mean(1, keepdims=True))
    assert np.linalg.norm(apart, axis=-1).mean() < 0.002
    assert (fitted.angles >= skeleton.lower[3:] - 1e-6).all() and (fitted.angles <= skeleton.upper[3:] + 1e-6).all()
    assert (fitted.lengths[:FRAMES] == fitted.lengths[0]).all()  # one signer, one set of bones


def test_clips_are_packed_with_what_explains_them(exact: ClipSet, tmp_path: Path) -> None:
    for clip in range(len(SIZES)):
        rows = exact.clip == clip
        once = {name: getattr(exact, name)[clip] for name in ("camera", "size", "character", "motion")}
        each = {name: getattr(exact, name)[rows] for name in ("confidence", "depth", "world", "plain", "time")}
        renamed = {"positions_camera": exact.positions[rows], "detected": exact.points[rows], "joints": exact.joints}
        np.savez(tmp_path / f"train_{clip:05d}.npz", **once, **each, **renamed)
    packed = read_clips(tmp_path, "train")
    np.testing.assert_array_equal(packed.points, exact.points)
    assert packed.clip.tolist() == exact.clip.tolist() and packed.character.tolist() == ["one", "two"]
    assert (packed.residual.mean(0) < 0.002).all()
    for skeleton, joints, angles, known in (
        (body_skeleton(), BODY_JOINTS, packed.body, exact.body),
        (hand_skeleton(), HAND_POINTS, packed.hands[:, 0], exact.hands[:, 0]),
        (hand_skeleton(), HAND_POINTS, packed.hands[:, 1], exact.hands[:, 1]),
    ):
        own, truth = (
            fk(skeleton, a, r.lengths[CLIP][:, columns(skeleton)])[:, joints]
            for a, r in ((angles, packed), (known, exact))
        )
        apart = (own - own.mean(1, keepdims=True)) - (truth - truth.mean(1, keepdims=True))
        assert np.linalg.norm(apart, axis=-1).mean() < 0.002
    with pytest.raises(ValueError, match="dev"):
        read_clips(tmp_path, "dev")


@pytest.fixture(scope="module")
def body_batch(exact: ClipSet) -> samples.Batch:
    torch.manual_seed(6)
    return samples.observed_bodies(samples.some(16, observe(exact)[0]))


def value(term: str, batch: samples.Batch, **wrong: torch.Tensor) -> float:
    """One term by itself, metres or radians."""
    kept = tuple(known for known in Recipe().terms if known[0] == term)
    objective = Objective(Recipe(terms=kept, learned=False), WEIGHTS)
    truth = batch.points[:, BODY_JOINTS]
    given = {"root": batch.root, "angles": batch.angles, "points": truth} | wrong
    total = objective(batch, given["root"], given["angles"], given["points"], truth) - objective.uncertainty.sum()
    return float(total * torch.exp(objective.uncertainty).sum())


def test_each_term_is_of_its_own_error(body_batch: samples.Batch) -> None:
    truth = body_batch.points[:, BODY_JOINTS]
    turned = torch.as_tensor(np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], np.float32)) @ body_batch.root

    def pushed(point: int, axis: int) -> torch.Tensor:
        points = truth.clone()
        points[:, point, axis] += 0.1
        return points

    cases = {
        "nothing": ({}, ()),
        "angles": ({"angles": body_batch.angles + 0.1}, ("angles",)),
        "root": ({"root": turned}, ("root",)),
        "away": ({"points": pushed(0, 1)}, ("joints",)),
        "aside": ({"points": pushed(0, 0)}, ("joints", "reprojection")),
        "place": ({"points": truth + 0.5}, ()),  # only shape and orientation can be seen
    }
    for name, (wrong, rising) in cases.items():
        for term, _ in Recipe().terms:
            found = value(term, body_batch, **wrong)
            assert (found > 1e-3) == (term in rising) and (term in rising or abs(found) < 1e-6), (name, term, found)
    assert value("angles", body_batch, angles=body_batch.angles + 0.1) == pytest.approx(0.1, rel=1e-3)
    wrist, nose = (value("joints", body_batch, points=pushed(point, 0)) for point in (15, 0))
    assert wrist > 1.3 * nose and Recipe().wrists > 1


def test_uncertainties_are_learned_only_where_asked(body_batch: samples.Batch) -> None:
    truth = body_batch.points[:, BODY_JOINTS]
    angles = (body_batch.angles + 0.3).requires_grad_()
    for learned in (True, False):
        objective = Objective(Recipe(learned=learned), WEIGHTS)
        objective(body_batch, body_batch.root, angles, truth + 0.01 * torch.randn_like(truth), truth).backward()
        gradient = objective.uncertainty.grad
        assert (gradient is not None) == learned
        if gradient is not None:
            assert (gradient != 0).all()
    assert angles.grad is not None and (angles.grad != 0).all()


@pytest.fixture(scope="module")
def part(exact: ClipSet) -> Part:
    hands, skeleton = observe(exact)[1], hand_skeleton()

    def observed(count: int) -> samples.Batch:
        return samples.observed_hands(samples.some(count, hands))

    def drawn(count: int) -> samples.Batch:
        return drawn_hands(count, hands.angles, hands.lengths)

    dev = samples.observed_hands(hands, None)
    return Part("hand", skeleton, HAND_POINTS, observed, drawn, dev, {}, fingertips=[4, 8, 12, 16, 20])


def test_a_few_steps_of_training_lower_the_errors(part: Part) -> None:
    torch.manual_seed(8)
    shape = part.rendered(1).features.shape[1], 64, 3
    untrained = perceptron(*shape, 2 * 26 + 1), perceptron(*shape, len(part.skeleton.bones))
    trained = (
        train.train_angles(part, Recipe(steps=80, batch=128, width=64)),
        train.train_lengths(part, replace(LENGTHS, steps=60, batch=128)),
    )
    assert trained[0][0].out_features == 64
    before, after = (train.evaluate(part, *networks) for networks in (untrained, trained))
    for name, share in (("median_cm_true_bones", 0.5), ("median_degrees_root", 0.7), ("mean_degrees_angles", 0.96)):
        assert after[f"dev_{name}"] < share * before[f"dev_{name}"], (name, before, after)
    with torch.no_grad():
        batch = part.rendered(200)
        errors = [
            (train.lengths_from_raw(part.skeleton, n(batch.features)) * batch.size[:, None] / batch.lengths).log().abs()
            for n in (untrained[1], trained[1])
        ]
    assert errors[1].mean() < 0.8 * errors[0].mean()


def test_errors_of_the_truth_are_none(part: Part) -> None:
    errors = trial.compare(part, batch := part.dev, batch.root, batch.points)
    assert max(errors.median, errors.mean, errors.aligned) < 1e-3 and errors.root < 0.1
    half_turn = torch.tensor([[-1.0, 0, 0], [0, -1, 0], [0, 0, 1]])
    errors = trial.compare(part, batch, batch.root @ half_turn, batch.points @ half_turn)
    assert errors.median > 1 and errors.aligned < 1e-3 and errors.root == pytest.approx(180, abs=0.1)
