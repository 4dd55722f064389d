"""One signer's lengths for all their clips: written once, used as they are, by other bodies too, or refused."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import track as tracking
from engine.errors import InputError, OutputError
from engine.keypoints import Keypoints, Side
from engine.lifting import lengths as estimation
from engine.lifting.features import BODY_POINTS, FULL_POINTS
from engine.motion import Motion
from engine.options import TrackOptions
from engine.person_file import Person, load_person, person_of, save_person
from engine.skeleton import Kind, Skeleton, body_skeleton, hand_skeleton
from tests.projections import keypoints_of

BODY, FRAMES = body_skeleton(), 6
LONG_ARMS = {"upper_arm": 1.15, "forearm": 1.1}


def shown(skeleton: Skeleton, names: tuple[str, ...], place: tuple[float, float, float], **bends: float) -> Keypoints:
    """A person whose angles of some names, without side and dot, are bent; X and Z alike on both sides."""
    angles = np.zeros((FRAMES, len(skeleton.freedoms)))
    for name, bend in bends.items():
        bone, axis = name.rsplit("_", 1)
        for side, sign in ((Side.LEFT, -1.0 if axis != "X" else 1.0), (Side.RIGHT, 1.0)):
            angle = f"{side.bone(bone)}.{axis}"
            if angle in skeleton.angle_names:
                angles[:, skeleton.angle_names.index(angle)] = sign * bend
    return keypoints_of(skeleton, skeleton.clamp(angles), {name: name for name in names}, np.array(place))


def upper(**bends: float) -> Keypoints:
    return shown(BODY, BODY_POINTS, (0.0, 0.0, 2.0), **bends)


def whole(**bends: float) -> Keypoints:
    return shown(body_skeleton(Kind.FULL_BODY), FULL_POINTS, (0.0, 0.0, 3.0), **bends)


def hand(side: Side) -> Keypoints:
    return shown(hand_skeleton(side), side.hand_names, (0.0, 0.0, 0.6))


@pytest.fixture
def track(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Motion]:
    """The public path, with keypoints in place of a video."""
    monkeypatch.setattr(tracking, "is_points", lambda _: False)
    monkeypatch.setattr(tracking, "open_video", lambda keypoints, _: nullcontext(keypoints))
    monkeypatch.setattr(tracking, "detect", lambda keypoints, *_: keypoints)
    return lambda keypoints, **options: tracking.track(keypoints, TrackOptions(**options))


def lengths(motion: Motion) -> dict[str, float]:
    return dict(zip(motion.skeleton.names, motion.lengths_of_bones().tolist(), strict=True))


def test_a_second_clip_has_the_lengths_of_the_first(
    track: Callable[..., Motion], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "new" / "person.json"
    first = track(upper(forearm_X=0.5), person_file=file)
    written = file.read_text()
    person = load_person(file)
    assert person == person_of(first, None) and person is not None
    assert (person.body, person.height, person.frames) == ("upper body", None, FRAMES)
    assert person.lengths["forearm"] == pytest.approx(lengths(first)["forearm.R"], abs=1e-5)
    alone = track(upper(forearm_X=1.8))

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("lengths are estimated")

    monkeypatch.setattr(estimation, "refine_lengths", never)
    second = track(upper(forearm_X=1.8), person_file=file)
    assert lengths(second) == pytest.approx(lengths(first), abs=1e-5)
    assert lengths(alone) != pytest.approx(lengths(first), abs=1e-3)
    assert file.read_text() == written and [path.name for path in file.parent.iterdir()] == ["person.json"]


def test_lengths_of_a_t_pose_make_a_clip_of_bent_arms_better(track: Callable[..., Motion], tmp_path: Path) -> None:
    skeleton = replace(
        BODY,
        bones=tuple(replace(b, length=b.length * LONG_ARMS.get(b.name[:-2], 1.0)) for b in BODY.bones),
    )
    straight, bent = (
        shown(skeleton, BODY_POINTS, (0.0, 0.0, 2.0), **bends)
        for bends in ({"upper_arm_Z": 1.2}, {"forearm_X": 1.6, "upper_arm_X": 0.3})
    )
    track(straight, person_file=tmp_path / "person.json")
    known, alone = track(bent, person_file=tmp_path / "person.json"), track(bent)

    def errors(motion: Motion) -> float:
        own, wanted = lengths(motion), dict(zip(skeleton.names, skeleton.lengths.tolist(), strict=True))
        shares = [np.array([x[f"{bone}.R"] / x["spine"] for bone in LONG_ARMS]) for x in (own, wanted)]
        return float(np.abs(np.log(shares[0] / shares[1])).mean())

    assert errors(known) < errors(alone)


def test_an_upper_bodys_file_serves_a_whole_one_and_the_other_way_round(
    track: Callable[..., Motion], tmp_path: Path
) -> None:
    upper_file, whole_file = tmp_path / "upper.json", tmp_path / "whole.json"
    small = track(upper(), person_file=upper_file, height=1.5)
    legs = track(whole(), person_file=upper_file)
    assert legs.kind is Kind.FULL_BODY and small.kind is Kind.UPPER_BODY
    own = lengths(legs)
    assert {bone: own[bone] for bone in lengths(small)} == pytest.approx(lengths(small), abs=1e-5)
    assert (
        own["thigh.L"] == pytest.approx(own["thigh.R"])
        and 0.6
        < own["thigh.L"] / (legs.skeleton.lengths[legs.skeleton.names.index("thigh.L")] * 1.5 / legs.skeleton.stature)
        < 1.6
    )
    told = track(whole(), person_file=whole_file)
    back = lengths(track(upper(), person_file=whole_file))
    assert back == pytest.approx({bone: lengths(told)[bone] for bone in back}, abs=1e-5)


def test_a_bodys_file_serves_a_single_hand_and_a_hands_file_the_other_hand(
    track: Callable[..., Motion], tmp_path: Path
) -> None:
    body_file, hand_file = tmp_path / "body.json", tmp_path / "hand.json"
    body = lengths(track(upper(), person_file=body_file, height=1.5))
    single = lengths(track(hand(Side.LEFT), person_file=body_file, hands_only=True))
    assert single == pytest.approx({bone: body[bone] for bone in single}, abs=1e-5)
    taller = lengths(track(hand(Side.LEFT), person_file=body_file, hands_only=True, height=1.8))
    assert taller == pytest.approx({bone: 1.2 * length for bone, length in single.items()}, rel=1e-4)
    right = lengths(track(hand(Side.RIGHT), person_file=hand_file, hands_only=True))
    left = lengths(track(hand(Side.LEFT), person_file=hand_file, hands_only=True))
    assert json.loads(hand_file.read_text())["body"] == "hand"
    assert left == pytest.approx({bone[:-1] + "L": length for bone, length in right.items()}, abs=1e-5)
    both = lengths(track(upper(), person_file=hand_file))
    assert both["f_index.01.L"] == both["f_index.01.R"] == pytest.approx(right["f_index.01.R"], abs=1e-5)


def test_a_height_scales_what_the_file_says(track: Callable[..., Motion], tmp_path: Path) -> None:
    file = tmp_path / "person.json"
    track(upper(), person_file=file, height=1.5)
    assert json.loads(file.read_text())["height"] == 1.5
    same, tall = (lengths(track(upper(), person_file=file, **height)) for height in ({}, {"height": 1.8}))
    assert same == pytest.approx(lengths(track(upper(), height=1.5)), abs=1e-5)
    assert tall == pytest.approx({bone: 1.2 * length for bone, length in same.items()}, rel=1e-4)


def change(**values: Any) -> Callable[[dict[str, Any]], object]:
    return lambda stored: stored.update(values)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (change(version=2), "version 2, not 1"),
        (lambda stored: (stored.clear(), stored.update(version=2)), "version 2, not 1"),
        (change(body="dog"), "body is dog"),
        (change(body="hand"), "not those of the hand"),
        (change(height=-1.0), "height is -1.0"),
        (change(height="tall"), "damaged"),
        (change(lengths=[0.3]), "damaged"),
        (change(colour="red"), "damaged"),
        (lambda stored: stored.pop("frames"), "damaged"),
        (lambda stored: stored["lengths"].pop("forearm"), "bones are not those"),
        (lambda stored: stored["lengths"].update(forearm=0.0), "forearm is 0.0 m long"),
        (lambda stored: stored["lengths"].update(forearm=float("nan")), "forearm is nan m long"),
        (lambda stored: stored["lengths"].update(forearm=26.0), "forearm is 26.0 m long"),
        (lambda stored: stored["lengths"].update(forearm="long"), "damaged"),
    ],
)
def test_a_file_that_is_no_persons_is_one_sentence(
    spoil: Callable[[dict[str, Any]], object], reason: str, track: Callable[..., Motion], tmp_path: Path
) -> None:
    file = tmp_path / "person.json"
    save_person(person_of(track(upper()), None), file)
    stored = json.loads(file.read_text())
    spoil(stored)
    file.write_text(json.dumps(stored))
    with pytest.raises(InputError) as error:
        track(upper(), person_file=file)
    sentence = str(error.value)
    assert str(file) in sentence and reason in sentence and "delete it, or name another" in sentence
    assert "\n" not in sentence and sentence.count(". ") == 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"3", b"\xff\xfe\x00", b'{"version": 1}'])
def test_what_is_no_such_file_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_bytes(content)
    with pytest.raises(InputError, match="it is damaged"):
        load_person(tmp_path / "notes.json")


def test_folders_and_places_that_cannot_be_written_are_told_before_anything_is_tracked(
    track: Callable[..., Motion], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="Cannot read the person file"):
        track(None, person_file=tmp_path)
    for place in (tmp_path / "file" / "person.json", tmp_path / ("n" * 300)):
        with pytest.raises((OutputError, InputError)) as error:
            track(None, person_file=place)
        assert str(place) in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_nothing_is_written_of_a_clip_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Keypoints:
        raise InputError("No.")

    monkeypatch.setattr(tracking, "open_video", lambda *_: nullcontext())
    monkeypatch.setattr(tracking, "detect", fail)
    with pytest.raises(InputError):
        tracking.track(Path(), TrackOptions(person_file=tmp_path / "person.json"))
    assert not list(tmp_path.iterdir())


def test_a_person_knows_both_sides() -> None:
    table = {bone.name[:-2]: bone.length for bone in hand_skeleton().bones}
    bones = Person(1, "hand", None, 1, table).bones(None)
    assert len(bones) == 2 * len(table) and bones["hand.L"] == bones["hand.R"]
    assert {*bones} >= {*hand_skeleton(Side.LEFT).names}
