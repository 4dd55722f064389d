"""Headers of `.pose` files that are wrong or hostile: one sentence each, without room for what is not there."""

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from engine.errors import PointsError
from engine.keypoints import HAND_NAMES, Keypoints
from engine.options import TrackOptions
from engine.points import read_points
from tests.points.pose_bytes import component, header, newest, text

OPTIONS = TrackOptions()
HAND = tuple(name.upper().encode() for name in HAND_NAMES)
_POINTS = np.random.default_rng(0).uniform(100, 200, (4, 1, len(HAND), 2)).astype("<f4")
#: Four frames of a hand, all of it sure.
BODY = _POINTS.tobytes() + np.ones(_POINTS.shape[:3], "<f4").tobytes()
_BOUND = 100 * 2**20


def part(name: bytes = b"RIGHT_HAND_LANDMARKS", form: bytes = b"XYC", points: tuple[bytes, ...] = HAND) -> bytes:
    return component(name, points, form)


def hand(fps: float = 25.0, frames: int = 4, people: int = 1, body: bytes = BODY, head: bytes | None = None) -> bytes:
    return newest(header(0.2, head or part()), fps, frames, people, body)


def oldest(*people: int) -> bytes:
    """Frames of 0.0 with so many people of one point, all known."""
    person = struct.pack("<h3f", 0, 1.0, 1.0, 1.0)
    frames = b"".join(struct.pack("<H", count) + person * count for count in people)
    return header(0.0, part(points=(b"a",))) + struct.pack("<2H", 25, len(people)) + frames


CUT, NONE = "it is cut", "it is no .pose file, or it is cut"
NOTHING = "no point is known in any frame"
HOSTILE = {
    "a header alone": (struct.pack("<f", 0.2), NONE),
    "an unknown version": (header(0.3), "it is of version 0.3"),
    "a negative version": (header(-0.1), "it is of version -0.1"),
    "a version that is no number": (header(float("nan")), "it is of version nan"),
    "an endless version": (header(float("inf")), "it is of version inf"),
    "no components": (header(0.2) + struct.pack("<fIH", 25.0, 4, 1) + BODY, "it has no points"),
    "no points": (hand(head=part(points=())), "it has no points"),
    "more components than there are": (struct.pack("<f4H", 0.2, 640, 480, 0, 65535) + part(), NONE),
    "more points than there are": (header(0.2, text(b"P") + text(b"XYC") + struct.pack("<3H", 65535, 0, 0)), NONE),
    "more limbs than there are": (header(0.2, text(b"P") + text(b"XYC") + struct.pack("<3H", 1, 65535, 65535)), NONE),
    "more points than people have": (header(0.2, part(points=(b"a",) * 10001)), "10001 points"),
    "names that are no text": (hand(head=part(name=b"\xff\xfe\x80")), NONE),
    "points whose names are no text": (hand(head=part(points=(b"\xc3\x28",) * 21)), NONE),
    "a form of no places": (hand(head=part(form=b"ABC")), "points of the form 'ABC'"),
    "a form without end": (hand(head=part(form=b"XY" + b"Z" * 90)), "points of the form 'XYZZ"),
    "a form of one letter": (hand(head=part(form=b"X")), "points of the form 'X'"),
    "no frames": (hand(frames=0), "nobody is in it"),
    "no people": (hand(people=0), "nobody is in it"),
    "frames without end": (hand(frames=2**32 - 1), CUT),
    "people without end": (hand(people=65535), CUT),
    "all without end": (hand(frames=2**32 - 1, people=65535), CUT),
    "half of its frames": (hand(body=BODY[: len(BODY) // 2]), CUT),
    "0.1, no frames": (header(0.1, part()) + struct.pack("<3H", 25, 0, 1), "nobody is in it"),
    "0.1, people without end": (header(0.1, part()) + struct.pack("<3H", 25, 4, 65535) + BODY, CUT),
    "0.0, no frames": (oldest(), "nobody is in it"),
    "0.0, nobody in any frame": (oldest(*[0] * 1000), "nobody is in it"),
    "0.0, cut": (oldest(1, 1)[:-3], CUT),
    "0.0, a crowd in one of many frames": (oldest(2000, *[0] * 20000), "fit into memory"),
    "a crowd": (hand(frames=1, people=40, body=BODY * 10), "it shows 40 people at once"),
    "components of nobody": (
        hand(head=part(name=b"FEET", points=tuple(b"TOE%d" % n for n in range(21)))),
        "TOE0",
    ),
    "names of many lines": (
        hand(head=part(points=tuple(b"a\n%d" % n * 40 for n in range(21)))),
        "of its points (right_hand_a",
    ),
    "a name without end": (hand(head=part(name=b"P" * 65535)), "65535 letters"),
    "nothing known": (hand(body=BODY[: _POINTS.nbytes] + bytes(_POINTS.nbytes // 2)), NOTHING),
    "places that are no numbers": (
        hand(body=np.full(_POINTS.size, np.nan, "<f4").tobytes() + BODY[_POINTS.nbytes :]),
        NOTHING,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_wrong_header_is_refused_in_a_short_sentence_without_much_memory(case: str, tmp_path: Path) -> None:
    content, reason = HOSTILE[case]
    path = tmp_path / "take.pose"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises(PointsError) as told:
            read_points(path, OPTIONS)
        assert tracemalloc.get_traced_memory()[1] < _BOUND
    finally:
        tracemalloc.stop()
    sentence = str(told.value)
    assert reason in sentence
    assert str(path) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 500 + len(str(path))


@pytest.mark.parametrize("fps", [float("nan"), float("inf"), 0.0, -25.0, 1e9])
def test_a_rate_that_none_is_is_assumed_and_said(fps: float, tmp_path: Path) -> None:
    path = tmp_path / "take.pose"
    path.write_bytes(hand(fps=fps))
    keypoints = read_points(path, OPTIONS)
    assert isinstance(keypoints, Keypoints)
    assert keypoints.fps == 30.0
    assert any("no frame rate" in note for note in keypoints.notes)


@pytest.mark.parametrize("whole", [hand(), oldest(1, 2, 1)], ids=["0.2", "0.0"])
def test_a_file_cut_anywhere_is_refused_in_a_sentence(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "take.pose"
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(PointsError, match=CUT):
            read_points(path, OPTIONS)


def test_a_file_of_many_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "take.pose"
    with path.open("wb") as file:
        file.truncate(5 * 2**30)
    with pytest.raises(PointsError, match="it is larger than 4 GiB"):
        read_points(path, OPTIONS)
