"""The values that keys get are those whose looks come nearest to the face."""

from itertools import product

import numpy as np
import pytest

from engine.face.face import GAZE_LIMITS
from engine.face.names import FACE_NAMES, Region, mirrored_coefficient, region_of
from engine.retarget.face.adapt import adapted
from engine.retarget.face.carry import carry_face, likeness
from engine.retarget.face.map_files import FACE_MAPS, FaceMap, load_face_maps, read_face_map
from engine.retarget.face.mix import boxed_least_squares, surface_products
from engine.retarget.face.recognise import FaceMatch, recognise_face
from engine.training.face_shapes import VISEMES, look_of, products_of, shape_of
from tests.faces import random_face, seen_face
from tests.performed_faces import posed_face, stored_shapes

MAPS = {known.name: known for known in load_face_maps()}
PLAIN = dict.fromkeys(Region, 1.0)


def whole(family: str) -> FaceMatch:
    """All keys that a family can have."""
    return recognise_face(MAPS[family].keys, [MAPS[family]])


def made(**looks: dict[str, float]) -> FaceMatch:
    """Keys of no known family."""
    return recognise_face(looks, [FaceMap("own", "here", "", "", "", False, looks)])


def test_arkits_keys_get_their_own_coefficients() -> None:
    face = random_face(9)
    values = carry_face(face, whole("ARKit"), {})
    for place, name in enumerate(FACE_NAMES):
        np.testing.assert_array_equal(values[name], face.coefficients[:, place].astype(np.float64))


def test_values_stay_within_each_keys_own_range() -> None:
    ranges = dict.fromkeys(MAPS["Character Creator"].keys, (0.1, 0.4))
    values = carry_face(random_face(20), whole("Character Creator"), ranges)
    assert all(value.min() >= 0.1 and value.max() <= 0.4 for value in values.values())


@pytest.mark.parametrize("family", MAPS)
def test_every_family_shows_a_still_face_still_and_stays_within_0_and_1(family: str) -> None:
    still = carry_face(posed_face(), whole(family), {})
    anything = carry_face(random_face(50), whole(family), {})
    assert all(abs(value).max() == 0 for value in still.values())
    assert all(value.min() >= 0 and value.max() <= 1 for value in anything.values())


def test_a_key_of_both_sides_adds_nothing_to_keys_of_each() -> None:
    face = posed_face({"eyeBlinkLeft": 0.8, "eyeBlinkRight": 0.2})
    values = carry_face(face, recognise_face(["Blink_L", "Blink_R", "Blink", "A", "O"], MAPS.values()), {})
    assert [values[name][0] for name in ("Blink_L", "Blink_R", "Blink")] == pytest.approx([0.8, 0.2, 0.0])


def test_a_key_of_both_sides_alone_shows_their_mean() -> None:
    face = posed_face({"eyeBlinkLeft": 0.8, "eyeBlinkRight": 0.2})
    values = carry_face(face, recognise_face(["Blink", "A", "O"], MAPS.values()), {})
    assert values["Blink"][0] == pytest.approx(0.5, abs=0.01)


def test_parts_of_one_coefficient_show_it_together() -> None:
    values = carry_face(posed_face({"mouthFunnel": 0.6}), whole("Character Creator"), {})
    parts = [f"Mouth_Funnel_{part}_{side}" for part in ("Up", "Down") for side in "LR"]
    assert [values[part][0] for part in parts] == pytest.approx([0.6] * 4)


@pytest.mark.parametrize(("lips", "opens"), [(0.0, 0.7), (0.3, 0.4), (0.7, 0.0), (0.9, 0.0)])
def test_lips_that_close_on_an_open_jaw_shut_a_mouth_that_can_do_no_other(lips: float, opens: float) -> None:
    values = carry_face(posed_face({"jawOpen": 0.7, "mouthClose": lips}), whole("Mixamo Fuse"), {})
    assert values["MouthOpen"][0] == pytest.approx(opens, abs=1e-6)
    assert carry_face(posed_face({"jawOpen": 0.7, "mouthClose": lips}), whole("ARKit"), {})["jawOpen"][
        0
    ] == pytest.approx(0.7)


def test_a_slider_that_goes_both_ways_goes_down_as_far_as_it_may() -> None:
    match = made(up={"browOuterUpLeft": 0.5, "browDownLeft": -0.5}, other={"jawOpen": 1.0})
    down, up = posed_face({"browDownLeft": 0.8}), posed_face({"browOuterUpLeft": 0.8})
    both_ways = {"up": (-1.0, 1.0)}
    assert carry_face(down, match, both_ways)["up"][0] < -0.5 and carry_face(up, match, both_ways)["up"][0] > 0.5
    assert carry_face(down, match, {})["up"][0] == 0.0


def test_the_mix_is_the_best_of_all_within_its_bounds() -> None:
    """By trying every way in which amounts can lie at a bound."""
    chance = np.random.default_rng(3)
    for _ in range(20):
        columns, wanted = chance.normal(size=(6, 4)), chance.normal(size=(5, 6))
        lower, upper = np.array([0.0, -0.5, 0.0, 0.0]), np.array([1.0, 0.5, 0.3, 2.0])
        found = boxed_least_squares(columns.T @ columns, wanted @ columns, lower, upper)
        for amounts, target in zip(found, wanted, strict=True):
            best = min(_errors(columns, target, lower, upper))
            assert np.square(columns @ amounts - target).sum() <= best + 1e-6
            assert (amounts >= lower).all() and (amounts <= upper).all()


def _errors(columns: np.ndarray, target: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> list[float]:
    errors: list[float] = []
    for held in product((-1, 0, 1), repeat=len(lower)):
        amounts = np.choose(np.array(held) + 1, (lower, np.zeros_like(lower), upper))
        free = np.array(held) == 0
        rest = target - columns @ amounts
        amounts[free] = np.linalg.lstsq(columns[:, free], rest, rcond=None)[0]
        if (amounts >= lower - 1e-12).all() and (amounts <= upper + 1e-12).all():
            errors.append(float(np.square(columns @ amounts - target).sum()))
    return errors


def test_a_small_change_of_a_face_is_a_small_change_of_a_mix() -> None:
    one = random_face(200)
    other = seen_face(np.clip(one.coefficients + 0.001, 0, 1), one.gaze)
    for family in ("Oculus visemes", "VRM"):
        values, near = carry_face(one, whole(family), {}), carry_face(other, whole(family), {})
        assert max(abs(values[name] - near[name]).max() for name in values) < 0.05


def test_a_face_that_is_a_viseme_is_shown_by_it() -> None:
    match = recognise_face([f"viseme_{name}" for name in VISEMES], MAPS.values())
    for name in ("PP", "FF", "CH", "aa", "I", "O", "U"):
        values = carry_face(posed_face(match.looks[name]), match, {})
        assert values[f"viseme_{name}"][0] == max(value[0] for value in values.values()) > 0.5, name


def test_strengths_sides_and_rest() -> None:
    face = random_face(30)
    assert not adapted(face, dict.fromkeys(Region, 0.0), mirrored=False, neutral=None).coefficients.any()
    brows = [region_of(name) is Region.BROWS for name in FACE_NAMES]
    strong = adapted(face, PLAIN | {Region.BROWS: 2.0}, mirrored=False, neutral=None).coefficients
    np.testing.assert_allclose(strong[:, brows], np.minimum(2 * face.coefficients[:, brows], 1))
    np.testing.assert_array_equal(strong[:, np.logical_not(brows)], face.coefficients[:, np.logical_not(brows)])
    weak = adapted(face, PLAIN | {Region.EYES: 0.5}, mirrored=False, neutral=None)
    np.testing.assert_allclose(weak.gaze, face.gaze / 2)
    wide = adapted(face, PLAIN | {Region.EYES: 2.0}, mirrored=False, neutral=None)
    assert (wide.gaze >= GAZE_LIMITS[:, 0]).all() and (wide.gaze <= GAZE_LIMITS[:, 1]).all()
    rested = adapted(face, PLAIN, mirrored=False, neutral=7)
    assert not rested.coefficients[7].any() and not rested.gaze[7].any()
    assert (rested.coefficients <= face.coefficients + 1e-6).all()


def test_mirrored_is_the_other_side_and_twice_mirrored_the_same() -> None:
    face = random_face(5)
    once = adapted(face, PLAIN, mirrored=True, neutral=None)
    for place, name in enumerate(FACE_NAMES):
        other = FACE_NAMES.index(mirrored_coefficient(name))
        np.testing.assert_array_equal(once.coefficients[:, place], face.coefficients[:, other])
    np.testing.assert_array_equal(once.gaze[:, 0, 0], -face.gaze[:, 1, 0])  # the left eye looks as the right one did
    np.testing.assert_array_equal(once.gaze[:, 1, 1], face.gaze[:, 0, 1])
    twice = adapted(once, PLAIN, mirrored=True, neutral=None)
    np.testing.assert_array_equal(twice.coefficients, face.coefficients)
    np.testing.assert_array_equal(twice.gaze, face.gaze)


def test_what_ships_is_of_the_data_folders_shapes() -> None:
    shapes = stored_shapes()
    moves = np.stack([shape_of(shapes, name) for name in FACE_NAMES], axis=1)
    np.testing.assert_allclose(surface_products(), products_of(moves), atol=1e-6)
    known = read_face_map(FACE_MAPS / "oculus_visemes.toml")
    for name in VISEMES:
        for part, amount in look_of(shape_of(shapes, f"viseme_{name}"), moves).items():
            written = known.keys[name].get(part.replace("{Side}", "Left"), 0.0)
            assert written == pytest.approx(amount, abs=0.006), (name, part)


def test_visemes_alone_bring_the_surface_of_a_speaking_mouth_nearer() -> None:
    """On the head's own points: what is left of how far they move."""
    shapes = stored_shapes()
    moves = np.stack([shape_of(shapes, name) for name in FACE_NAMES], axis=1)
    visemes = {f"viseme_{name}": shape_of(shapes, f"viseme_{name}") for name in VISEMES}
    match = recognise_face(visemes, MAPS.values())
    for left, amounts in (
        (0.35, {"jawOpen": 0.5}),
        (0.25, {"mouthPucker": 0.5}),
        (0.6, {"jawOpen": 0.4, "mouthFunnel": 0.6}),
        (0.8, {"mouthSmileLeft": 0.5, "mouthSmileRight": 0.5, "mouthLowerDownLeft": 0.5, "mouthLowerDownRight": 0.5}),
    ):
        face = posed_face(amounts)
        wanted = moves @ face.coefficients[0]
        shown = sum(visemes[name] * value[0] for name, value in carry_face(face, match, {}).items())
        assert np.linalg.norm(shown - wanted) < left * np.linalg.norm(wanted), amounts


def test_a_family_that_shows_more_of_a_face_is_more_like_it() -> None:
    assert likeness(whole("ARKit")) == pytest.approx(1.0)
    assert likeness(recognise_face((), MAPS.values())) == pytest.approx(0.0)
    less = recognise_face(["aa", "blinkLeft"], MAPS.values())
    assert 0.0 < likeness(less) < likeness(whole("VRM")) < likeness(whole("Oculus visemes")) < 1.0
