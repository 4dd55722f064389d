"""What the ablation compares is what its tables say: each row replaces what it names, and numbers name the winner."""

from dataclasses import fields, replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="NOT TESTED: training needs torch")

import torch

from engine.geometry.rotations import euler_to_matrix
from engine.keypoints import HAND_NAMES, HANDS, Side
from engine.lifting.features import BODY_POINTS, body_features
from engine.options import TrackOptions
from engine.skeleton import (
    Skeleton,
    body_skeleton,
    camera_positions,
    forward_kinematics,
    hand_skeleton,
    joint_positions,
)
from engine.training.ablation import __main__ as ablation
from engine.training.ablation import clavicle, filters, over_time, trial
from engine.training.ablation import rows as variations
from engine.training.ablation.clavicle import clavicle_lines, with_clavicle
from engine.training.clips import DATA, PER_CLIP, ClipSet, load_clips
from engine.training.fitting import fit
from engine.training.learning import batches as samples
from engine.training.learning import parts
from engine.training.learning.network import rotation_from_six
from engine.training.learning.objective import Objective
from engine.training.learning.recipe import SHIPPED, Recipe
from engine.training.learning.synthetic import drawn_hands
from engine.training.measuring.methods import track_clips, true_joints

torch.set_num_threads(1)
DEPTH = slice(42, 64)
#: What ships, but small.
SMALL = Recipe(steps=2, batch=20, width=16)


def part_of(share_of_depth: bool = True) -> parts.Part:
    """Hands; the rendered ones come with depth, the drawn ones without."""
    skeleton = hand_skeleton()
    middle = torch.as_tensor((skeleton.lower + skeleton.upper)[None, 3:] / 2, dtype=torch.float32)
    bones = torch.as_tensor(skeleton.lengths[None], dtype=torch.float32)

    def drawn(count: int) -> samples.Batch:
        return drawn_hands(count, middle, bones)

    def rendered(count: int) -> samples.Batch:
        batch = drawn(count)
        features = batch.features.clone()
        features[:, DEPTH] = 1.0
        return replace(batch, features=features) if share_of_depth else batch

    joints = [skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES]
    torch.manual_seed(0)
    tips = [point for point, name in enumerate(HAND_NAMES) if name.endswith("tip")]
    return parts.Part("hand", skeleton, joints, rendered, drawn, rendered(40), {}, fingertips=tips)


@pytest.fixture
def part() -> parts.Part:
    return part_of()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[samples.Batch]:
    """The batches that training draws."""
    batches: list[samples.Batch] = []
    draw = parts.Part.draw

    def kept(self: parts.Part, recipe: Recipe) -> samples.Batch:
        batches.append(draw(self, recipe))
        return batches[-1]

    monkeypatch.setattr(parts.Part, "draw", kept)
    return batches


def small(group: str, name: str, part: str = "hand") -> Recipe:
    return variations.rows_of(part, SMALL)[group][name]


@pytest.mark.parametrize("part", ["body", "hand"])
def test_every_group_holds_what_ships(part: str) -> None:
    for group, rows in variations.rows_of(part, SHIPPED[part]).items():
        recipes = list(rows.values())
        assert recipes.count(SHIPPED[part]) == 1, group
        assert len(set(recipes)) == len(recipes), group


def test_fixed_weights_are_those_of_the_row() -> None:
    def objective(name: str) -> Objective:
        return Objective(small("Objective", name), torch.ones(21))

    little = objective("reprojection and a tenth of angles and root")
    np.testing.assert_allclose(torch.exp(-little.uncertainty).detach(), [0.1, 0.1, 10.0], rtol=1e-5)
    assert not little.uncertainty.requires_grad
    assert objective("all four; learned uncertainties").uncertainty.requires_grad


@pytest.mark.parametrize(("name", "count"), [("0.0 %", 0), ("50.0 %", 10), ("75.0 %", 15), ("100.0 %", 20)])
def test_the_share_of_rendered_samples_is_the_rows(
    name: str, count: int, part: parts.Part, drawn: list[samples.Batch]
) -> None:
    trial.run(part, small("Rendered samples", name))
    assert [int(batch.features[:, DEPTH].all(1).sum()) for batch in drawn] == [count, count]
    assert Recipe().rendered == 0.75


def test_a_network_that_is_not_given_depth_sees_none_in_training_or_measuring(
    part: parts.Part, drawn: list[samples.Batch]
) -> None:
    row = small("MediaPipe's depth", "not given")
    network = trial.run(part, row)
    assert drawn[0].features[:, :42].any() and not any(batch.features[:, DEPTH].any() for batch in drawn)
    errors = [trial.measure(part, row, network)]
    part.dev.features[:, DEPTH] = 7.0
    errors.append(trial.measure(part, row, network))
    assert errors[0] == errors[1] != trial.measure(part, SMALL, network)


def test_a_body_network_that_is_not_told_what_is_seen_gets_the_same_points() -> None:
    plane = torch.as_tensor(np.random.default_rng(0).normal(size=(5, 19, 2)), dtype=torch.float32)
    seen = torch.ones(5, 19)
    depth, known = plane[..., 0] ** 2, torch.ones(5, 1)
    all_seen = body_features(plane, depth, known, seen)
    seen[:, 13:] = 0.0
    some = body_features(plane, depth, known, seen)
    torch.testing.assert_close(variations.without_mask(all_seen), all_seen)
    untold = variations.without_mask(some)[:, :-1].reshape(5, 19, 4)
    assert (untold[..., 3] == 1).all() and (untold[:, 13:, :3] == 0).all()
    torch.testing.assert_close(untold[..., :3], some[:, :-1].reshape(5, 19, 4)[..., :3])
    deepless = body_features(plane, depth, torch.zeros(5, 1), seen)
    torch.testing.assert_close(variations.without_body_depth(some), deepless)


def test_networks_are_of_the_shape_that_the_row_names(part: parts.Part, drawn: list[samples.Batch]) -> None:
    weights = {}
    for key, row in (("plain", small("Width", "512")), ("residual", small("Width", "512, residual"))):
        network = trial.run(part, replace(row, steps=1))
        weights[key] = [m.weight.shape for m in network.modules() if isinstance(m, torch.nn.Linear)]
        assert drawn[-1].features.shape[1] == weights[key][0][1]
    assert len(weights["plain"]) == 4 and len(weights["residual"]) == 6
    assert trial.run(part, small("Width", "256"))[0].out_features == 256


def test_a_residual_block_adds_to_what_it_is_given() -> None:
    network = variations.residual(3, 8, 3, 2)
    for block in (layer for layer in network if isinstance(layer, variations.Residual)):
        for weights in block.inner.parameters():
            torch.nn.init.zeros_(weights)
    x = torch.randn(4, 3)
    torch.testing.assert_close(network(x), network[-1](network[1](network[0](x))))


def test_euler_roots_turn_as_the_engines_euler_angles_do() -> None:
    torch.manual_seed(1)
    network = variations.euler_root(5, 8, 2, 6 + 4)
    x = torch.randn(7, 5)
    raw, six = network[:-1](x), network(x)
    assert raw.shape == (7, 3 + 4) and six.shape == (7, 6 + 4)
    expected = euler_to_matrix(3.0 * raw[:, :3].detach().numpy(), body_skeleton().bones[0].order)
    tripled = network[-1](torch.cat([3.0 * raw[:, :3], raw[:, 3:]], 1))
    np.testing.assert_allclose(rotation_from_six(tripled[:, :6]).detach().numpy(), expected, atol=1e-5)
    torch.testing.assert_close(six[:, 6:], raw[:, 3:])
    assert body_skeleton().bones[0].order == hand_skeleton().bones[0].order


def test_wrists_of_a_body_weigh_what_the_row_says(part: parts.Part) -> None:
    body = replace(part, joints=list(range(19)), wrists=[15, 16])
    points, truth = torch.zeros(1, 19, 3), torch.zeros(1, 19, 3)
    points[:, 15, 0] = 1.0
    shares = {}
    for name in ("once", "twice", "four times"):
        recipe = small("Wrists weigh", name, "body")
        objective = Objective(recipe, body.weights(recipe.wrists))
        shares[name] = float(objective.weighted((points - truth).norm(dim=-1)))
    assert shares == pytest.approx({"once": 1 / 19, "twice": 2 / 21, "four times": 4 / 25})
    assert Recipe().wrists == 2.0 and (part.weights(2.0) == 1.0).all()


def test_a_part_gets_its_own_tables_and_rows_of_one_recipe_are_one_run(
    part: parts.Part, drawn: list[samples.Batch]
) -> None:
    rows = variations.rows_of(part.name, SMALL)
    rows = {name: own for name, own in rows.items() if name in ("Root", "Which points are seen", "MediaPipe's depth")}
    rows[variations.CHANCE] = {f"seed {seed}": replace(SMALL, seed=seed) for seed in (SMALL.seed, SMALL.seed + 1)}
    lines = list(ablation.part_lines(part, rows, SMALL))
    assert len(drawn) == 2 * 4  # as shipped, Euler, without depth, another seed
    names = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert names == [
        "Root",
        "six numbers",
        "Euler angles",
        "MediaPipe's depth",
        "given",
        "not given",
        "Chance",
        *names[-2:],
    ]
    shipped = [line.split("|")[2:] for line in lines if line.split("|")[1:2] in ([" six numbers "], [" given "])]
    assert shipped[0] == shipped[1] and len(shipped) == 2
    assert sum(line.startswith("Winner") for line in lines) == 2


def test_errors_of_ends_are_of_fingertips_alone(part: parts.Part) -> None:
    points = part.dev.points.clone()
    tips = [part.skeleton.joints.index(f"right_hand_{name}") for name in HAND_NAMES if name.endswith("tip")]
    points[:, tips, 0] += 0.021
    errors = trial.compare(part, part.dev, part.dev.root, points)
    assert errors.ends == pytest.approx(2.1 * 16 / 21, abs=1e-3)  # the middle of all points moves along
    assert errors.median == pytest.approx(2.1 * 5 / 21, abs=1e-3)
    assert errors.root < 0.1


def test_the_winner_is_the_least_and_chance_is_named() -> None:
    medians = {"plain": 1.0, "fancy": 0.95}
    assert ablation.winner(medians, 0.95, 0.02) == "Winner: **fancy**, as shipped."
    assert "**fancy**, ahead of what ships by 0.050 cm, more than chance (0.020)" in ablation.winner(medians, 1.0, 0.02)
    assert "no more than chance (0.060)" in ablation.winner(medians, 1.0, 0.06)


@pytest.mark.slow
def test_shoulders_that_rise_are_fitted_only_with_clavicles() -> None:
    """A raised right and a raised left shoulder, made by the trunk bent to either side, hips and head in place."""
    plain, skeleton = body_skeleton(), with_clavicle()
    assert len(skeleton.freedoms) == len(plain.freedoms) + 4
    angles = np.zeros((2, len(skeleton.freedoms)))
    at = skeleton.angle_names.index
    angles[:, at("shoulder.R.Z")], angles[:, at("shoulder.L.Z")] = np.radians([-30.0, 0.0]), np.radians([0.0, 30.0])
    shoulders = [skeleton.joints.index(f"{side}_shoulder") for side in ("right", "left")]
    rest = joint_positions(skeleton, forward_kinematics(skeleton, 0 * angles, skeleton.lengths))
    raised = joint_positions(skeleton, forward_kinematics(skeleton, angles, skeleton.lengths))
    assert (raised - rest)[[0, 1], shoulders, 2].min() > 0.05  # Z is up
    assert np.abs((raised - rest)[[1, 0], shoulders]).max() < 1e-9
    forwards = angles * 0
    forwards[:, [at("shoulder.R.X"), at("shoulder.L.X")]] = np.radians(25.0)
    moved = joint_positions(skeleton, forward_kinematics(skeleton, forwards, skeleton.lengths)) - rest
    assert (moved[:, shoulders, 1] < -0.05).all()  # the front is -Y
    joints = [skeleton.joints.index(name) for name in BODY_POINTS]
    points = (raised[:, joints] - raised[:, joints[:1]]).astype(np.float32)
    misfit = {}
    for name, own in (("plain", plain), ("clavicles", skeleton)):
        misfit[name] = fit.fit_bodies(own, points, np.zeros(2, np.int64)).residual.mean()
    assert misfit["clavicles"] < 0.4 * misfit["plain"]


@pytest.fixture(scope="module")
def dev() -> ClipSet:
    """Two clips."""
    whole = load_clips(DATA / "dev.npz")
    rows = whole.clip < 2
    each = [field.name for field in fields(ClipSet) if field.name not in ("joints", *PER_CLIP)]
    cut = {name: getattr(whole, name)[rows] for name in each} | {name: getattr(whole, name)[:2] for name in PER_CLIP}
    return replace(whole, **cut)


def test_savitzky_golays_weights_are_the_published_ones() -> None:
    """Savitzky and Golay (1964), table I: five points, a parabola."""
    time = 0.07 * np.arange(11)
    pulse = np.eye(11)[5]
    expected = np.array([0, 0, 0, -3, 12, 17, 12, -3, 0, 0, 0]) / 35
    np.testing.assert_allclose(filters.savitzky_golay(pulse, time, 1.0), expected, atol=1e-12)
    np.testing.assert_allclose(filters.savitzky_golay(time[:, None] ** 2, time, 1.0)[:, 0], time**2, atol=1e-12)


def test_one_euro_without_speed_is_exponential_both_ways() -> None:
    time = np.arange(200) / 25
    pulse = np.eye(200)[100]
    share = 1 - 1 / (1 + 2 * np.pi * filters.CUTOFF / 25)  # of a low-pass of the first order
    apart = np.abs(np.arange(200) - 100)
    expected = share**2 * (1 - share) ** apart / (1 - (1 - share) ** 2)
    np.testing.assert_allclose(filters.one_euro(pulse, time, 1.0, slope=0.0)[50:150], expected[50:150], atol=1e-9)


def test_one_euro_follows_what_is_fast_more_closely() -> None:
    time = np.arange(100) / 25
    step = np.where(time < 2, 0.0, 1.0)
    slow, fast = (np.abs(filters.one_euro(scale * step, time, 1.0) / scale - step).mean() for scale in (1.0, 10.0))
    assert fast < 0.5 * slow


def test_a_slow_trunk_leaves_limbs_as_they_are(dev: ClipSet) -> None:
    once, twice = (track_clips(dev, TrackOptions(smoothing=strength))[0] for strength in (1.0, 2.0))
    assert once is not None and twice is not None
    slow, names = filters.with_trunk(once, twice), once.skeleton.angle_names
    moved = np.abs(slow.angles - once.angles).max(0) > 1e-6
    expected = camera_positions(once.skeleton, slow.angles, once.lengths_of_bones())
    np.testing.assert_allclose(slow.positions, expected, atol=1e-6)
    assert {name.split(".")[0] for name, own in zip(names, moved, strict=True) if own} == {"pelvis", "spine", "chest"}


def test_keypoints_are_filtered_where_they_are_seen(dev: ClipSet) -> None:
    noisy = replace(dev, confidence=dev.confidence.copy())
    noisy.confidence[10:13, HANDS[Side.LEFT]] = 0.0
    before, after = noisy.keypoints(0), filters.filtered_keypoints(noisy, 0, 1.0)
    unseen = ~before.seen[:, 1]
    assert unseen[10:13].all()
    np.testing.assert_array_equal(after.points[unseen, HANDS[Side.LEFT]], before.points[unseen, HANDS[Side.LEFT]])
    row = np.convolve(before.seen[:, 2], np.ones(3), "valid") == 3
    assert row.sum() > 20
    for name in ("points", "depth"):
        second = [
            np.diff(getattr(keypoints, name)[:, HANDS[Side.RIGHT]], n=2, axis=0)[row] for keypoints in (before, after)
        ]
        assert np.abs(second[1]).mean() < 0.7 * np.abs(second[0]).mean(), name


def test_twice_as_fast_is_every_second_frame_of_each_clip(dev: ClipSet) -> None:
    fast = over_time.faster(dev)
    for clip in range(2):
        own, all_of_it = fast.keypoints(clip), dev.keypoints(clip)
        np.testing.assert_array_equal(own.points, all_of_it.points[::2])
        np.testing.assert_allclose(own.time, all_of_it.time[::2] / 2)
        assert own.fps == pytest.approx(all_of_it.fps)
    assert fast.camera.shape == dev.camera.shape


def test_errors_are_read_off_at_the_same_jitter() -> None:
    curve = [over_time.Score((2.0, 4.0, 6.0, 8.0), 0.2), over_time.Score((1.0, 2.0, 3.0, 4.0), 0.4)]
    np.testing.assert_allclose(over_time.at_jitter(curve, 0.3), [1.5, 3.0, 4.5, 6.0])
    assert np.isnan(over_time.at_jitter(curve, 0.5)).all() and np.isnan(over_time.at_jitter(curve, 0.1)).all()


@pytest.mark.parametrize("family", filters.FAMILIES, ids=lambda family: family.name)
def test_every_filter_calms_the_pipeline_within_the_limits(family: filters.Family, dev: ClipSet) -> None:
    truth = true_joints(dev)
    plain, own = (over_time.score(f.run(dev, x), truth, dev.clip) for f, x in ((filters.ENGINE, 0.0), (family, 1.0)))
    for part in ("body", "hand"):
        assert own[part].jitter < 0.85 * plain[part].jitter
        assert own[part].errors[3] < 1.05 * plain[part].errors[3]


@pytest.mark.slow
def test_the_table_over_time_holds_every_filter_and_names_a_winner(
    dev: ClipSet,
) -> None:
    worse = replace(filters.FAMILIES[4], name="worse")
    lines = list(over_time.over_time(dev, (filters.ENGINE, worse)))
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("| ")]
    assert [row[0].strip() for row in rows[1:3]] == ["truth", "none"]
    assert len(rows) == 1 + 2 + 2 * len(over_time.STRENGTHS) + 1 + 2
    assert rows[1][2].strip() == "0.00 / 0.00" and float(rows[1][4]) < float(rows[2][4])
    assert rows[-2][-1].strip() == "1.000"
    assert "nan" not in "".join(lines)
    assert lines[-1].startswith(f"Winner: **{filters.ENGINE.name}**")


def test_the_clavicles_table_is_of_both_skeletons_misfits(dev: ClipSet, monkeypatch: pytest.MonkeyPatch) -> None:
    def fitted(skeleton: Skeleton, points: np.ndarray, _person: np.ndarray) -> fit.Fitted:
        residual = np.full(points.shape[:2], 0.01, np.float32)
        if "shoulder.R.Z" in skeleton.angle_names:
            residual[:, [BODY_POINTS.index("left_wrist"), BODY_POINTS.index("right_wrist")]] = 0.0
        zeros = np.zeros((len(points), 9), np.float32)
        return fit.Fitted(zeros.reshape(-1, 3, 3), zeros, zeros, residual)

    monkeypatch.setattr(clavicle, "fit_bodies", fitted)
    lines = list(clavicle_lines(dev))
    assert "| as shipped | 1.00 | 1.00 | 1.00 | 1.00 |" in lines
    assert "| with clavicles | 0.89 | 1.00 | 1.00 | 0.00 |" in lines
    assert lines[-1] == "A clavicle can win 0.11 cm."
    assert "shoulder.R.Z" not in body_skeleton().angle_names
