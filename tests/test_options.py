"""Options are written once: flags, arguments, refusals and the README follow from the record."""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addon.demo.options import tables
from engine.__main__ import main
from engine.arguments import add_arguments, check_take, flag, read_arguments, write_arguments
from engine.errors import InputError
from engine.options import Option, TrackOptions, option, options_of
from engine.packaging.options_table import options_table
from engine.training.markers import put


@dataclass(frozen=True, kw_only=True)
class More(TrackOptions):
    """What one line more makes of the options."""

    zoom: float = option(2.0, "Zoom", "how near the camera is", unit="m", least=1, most=8)


FLAGS = {name: known for name, known in options_of(More).items() if known.command}
NUMBERS = {name: known for name, known in FLAGS.items() if known.takes in (int, float)}


def read(*arguments: str) -> More:
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_arguments(parser, More)
    return read_arguments(parser.parse_args(arguments), More)


def another(known: Option, chance: np.random.Generator) -> Any:
    """A value that an option can have and that is not its default."""
    if known.takes is bool:
        return not known.default
    if known.choices:
        return chance.choice([name for name in known.choices if name != known.default]).item()
    if known.takes is Path:
        path = Path("a folder", str(chance.integers(100)))
        return (path, Path("another")) if known.several else path
    if known.takes is tuple:
        return tuple(chance.integers(-9, 9999, known.length).tolist())
    most = min(known.most, 1000.0)
    if known.takes is int:
        return int(chance.integers(int(known.least), int(most), endpoint=True))
    return float(chance.uniform(known.least, most))


def refusal(name: str, value: Any) -> str:
    with pytest.raises(InputError) as error:
        More(**{name: value})
    return str(error.value)


def test_one_line_makes_a_flag_its_argument_and_its_row() -> None:
    assert read("--zoom", "3.5").zoom == 3.5 and read().zoom == 2.0
    assert write_arguments(More(zoom=3.5), More) == ["--zoom=3.5"] and write_arguments(More(), More) == []
    assert "| `--zoom X` | how near the camera is, m (2.0) |" in options_table(More)


def test_one_line_refuses_what_is_out_of_its_range_in_the_same_words_everywhere() -> None:
    assert refusal("zoom", 9.0) == "Zoom is 9.0; it goes from 1 to 8 m."
    with pytest.raises(argparse.ArgumentError) as error:
        read("--zoom", "9")
    assert str(error.value) == f"argument --zoom: {refusal('zoom', 9.0)}"


@pytest.mark.parametrize("seed", range(20))
def test_arguments_are_read_as_they_were_written(seed: int) -> None:
    chance = np.random.default_rng(seed)
    chosen = {name: another(known, chance) for name, known in FLAGS.items()}
    chosen[("person", "crop")[seed % 2]] = None  # these two exclude each other, and so do views and others
    if seed % 4 < 2:
        chosen |= {"view": (), "calibration": None}
    else:
        chosen |= {"height": None, "fov": None, "mirrored": False, "hands_only": False, "solver": "refined"}
    options = More(**chosen)
    assert read(*write_arguments(options, More)) == options
    assert sum(getattr(options, name) != known.default for name, known in FLAGS.items()) > len(FLAGS) - 7


@pytest.mark.parametrize("name", FLAGS)
def test_each_option_is_an_argument_of_its_own(name: str) -> None:
    beside = {"view": (Path("b.mp4"),)} if name == "calibration" else {}
    options = More(**beside, **{name: another(FLAGS[name], np.random.default_rng(0))})
    argument = write_arguments(options, More)[-1]
    assert argument.split("=")[0] == flag(name, FLAGS[name])
    assert read(*write_arguments(options, More)) == options


def test_views_are_given_again_and_again_and_exclude_what_they_cannot_be_with() -> None:
    views = (Path("left.mp4"), Path("right.mp4"))
    assert read("--view", "left.mp4", "--view", "right.mp4").view == views
    assert write_arguments(More(view=views), More) == ["--view=left.mp4", "--view=right.mp4"]
    others: list[dict[str, Any]] = [{"hands_only": True}, {"solver": "networks"}]
    for other in (*others, {"calibration": Path("c.toml"), "height": 1.7}):
        with pytest.raises(InputError):
            More(view=views, **other)
    with pytest.raises(InputError, match="name the other videos"):
        More(calibration=Path("c.toml"))
    with pytest.raises(InputError, match="one of them at a time"):
        check_take(More(view=views), 2)


def wrong_values(known: Option) -> list[float]:
    beyond = [known.least - 1, known.most + 1]
    return [value for value in (math.nan, math.inf, -math.inf, *beyond) if not known.least <= value < known.most]


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name in NUMBERS for value in wrong_values(NUMBERS[name])]
)
def test_numbers_that_are_none_or_out_of_range_are_one_sentence(name: str, value: float) -> None:
    sentence = refusal(name, value)
    assert sentence.startswith(f"{NUMBERS[name].title} is {value}; it goes from ")
    assert sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize(
    "arguments",
    [
        *(("--fov", text) for text in ("0", "nan", "360", "-53", "inf")),
        *(("--height", text) for text in ("0", "-1", "nan")),
        *(("--smoothing", "nan"), ("--start", "inf"), ("--end", "-1"), ("--person", "21")),
        *(("--side", "up"), ("--crop", "1,2,3")),
    ],
)
def test_a_command_line_says_what_a_flag_cannot_be(
    arguments: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as error:
        main(["track", "sample.mp4", "--out", str(tmp_path / "out"), *arguments])
    assert error.value.code == 2 and not (tmp_path / "out").exists()
    known = FLAGS[arguments[0][2:]]
    last = capsys.readouterr().err.splitlines()[-1]
    assert f"argument {arguments[0]}: {known.title} is " in last
    assert last.endswith(f"; it {known.range}.")


def test_the_pages_have_the_flags_that_there_are() -> None:
    known = {name: (page.read_text(encoding="utf-8"), lines) for page, name, lines in tables()}
    for name, (text, lines) in known.items():
        assert put(text, name, lines) == text, "run `python -m addon.demo.options`"
    assert any("`--contacts X`" in row for row in known["options of the add-on"][1])
