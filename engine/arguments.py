"""Options as arguments of a command line, read and written; inputs and their outputs."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from .errors import InputError
from .files import own_files
from .options import PICTURES, SUFFIXES, Option, Options, TrackOptions, options_of

Record = TypeVar("Record", bound=Options)
_TRUTHS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def add_arguments(parser: argparse.ArgumentParser, record: type[Options]) -> None:
    """Add a flag for every option of a record that is one."""
    for name, known in _flags(record).items():
        more: dict[str, Any] = {"dest": name, "default": known.default, "help": help_of(known)}
        if known.takes is bool:
            more["action"] = "store_const"
            more["const"] = not known.default
        else:
            more["type"] = _reader(known)
            more["metavar"] = metavar(known)
        if known.several:
            more["action"] = _Several
        parser.add_argument(flag(name, known), **more)


def read_arguments(arguments: argparse.Namespace, record: type[Record]) -> Record:
    """The record that parsed arguments stand for; InputError where they do not go together."""
    return record(**{name: getattr(arguments, name) for name in _flags(record)})


def write_arguments(options: Options, record: type[Options]) -> list[str]:
    """The arguments that a record is read from again: what differs from its defaults."""
    arguments: list[str] = []
    for name, known in _flags(record).items():
        value = getattr(options, name)
        if value == known.default:
            continue
        if known.takes is bool:
            arguments.append(flag(name, known))
            continue
        for one in value if known.several else (value,):
            text = ",".join(map(str, one)) if known.takes is tuple else str(one)
            arguments.append(f"{flag(name, known)}={text}")
    return arguments


def options_of_arguments(arguments: list[str], record: type[Record]) -> Record:
    """The record that `write_arguments` wrote."""
    parser = argparse.ArgumentParser()
    add_arguments(parser, record)
    return read_arguments(parser.parse_args(arguments), record)


def flag(name: str, known: Option) -> str:
    """How an option is called on a command line: what is on by itself is switched off."""
    return f"--{'no-' if known.default is True else ''}{name.replace('_', '-')}"


def metavar(known: Option) -> str | None:
    """What stands for an option's value."""
    if known.choices:
        return "|".join(known.choices)
    return known.value or {tuple: "X,Y,W,H", int: "N", float: "X", Path: "DIR"}.get(known.takes)


def help_of(known: Option) -> str:
    """A flag in one line: what it does, unit, what holds without it."""
    default = known.absent or ("" if known.takes is bool else f"{known.default}")
    unit = f", {known.unit}" if known.unit else ""
    off = "switches off: " if known.default is True else ""
    counted = ", counted from 0" if known.counted else ""
    counted += "; may be given again" if known.several else ""
    return f"{off}{known.help}{counted}{unit}{f' ({default})' if default else ''}"


class _Several(argparse.Action):
    """Adds one value to the tuple of those before it."""

    def __call__(
        self, parser: object, namespace: argparse.Namespace, values: Any, option_string: object = None
    ) -> None:
        del parser, option_string
        setattr(namespace, self.dest, (*getattr(namespace, self.dest), values))


def _flags(record: type[Options]) -> dict[str, Option]:
    own = {field.name for field in fields(record)}
    return {name: known for name, known in options_of(record).items() if known.command and name in own}


def option_of_text(record: type[Options], name: str, text: str) -> Any:
    """The value of an option that is a flag and is given once, as a table says it; InputError where it is none."""
    known = _flags(record)[name]
    try:
        if known.takes is bool:
            return _TRUTHS[text.casefold()]
        value = _reader(known)(text)
    except (ValueError, KeyError) as error:
        raise InputError(f"{known.title} cannot be {text!r}.") from error
    except argparse.ArgumentTypeError as error:
        raise InputError(str(error)) from error
    return value


def flags_given_once(record: type[Options]) -> tuple[str, ...]:
    """The options of a record that `option_of_text` reads."""
    return tuple(name for name, known in _flags(record).items() if not known.several)


def _reader(known: Option) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            value = tuple(int(part) for part in text.split(",")) if known.takes is tuple else known.takes(text)
            known.check(value)
        except InputError as error:
            raise argparse.ArgumentTypeError(str(error)) from error
        return value

    read.__name__ = known.takes.__name__  # argparse calls it so where the text is no such thing
    return read


def check_take(options: TrackOptions, inputs: int) -> None:
    """Raise InputError where several inputs are given beside other views, which are of one."""
    if options.view and inputs > 1:
        raise InputError(f"Other views are of one take, but there are {inputs} inputs; give one of them at a time.")


def files_in(sources: list[Path], options: TrackOptions) -> list[Path]:
    """The inputs, with the videos and pictures of each folder among them in its place; an empty folder stays one."""
    found = {source: list(with_sequences(own_files(source, SUFFIXES), options)) for source in sources}
    return [file for source in sources for file in found[source] or [source]]


def with_sequences(files: Iterable[Path], options: TrackOptions) -> Iterator[Path]:
    """The files; with options.rate, a folder in place of its pictures, where these are several: they are one video.

    A folder among the files is left out otherwise.
    """
    folders: dict[Path, bool] = {}
    for file in files:
        folder = file.parent if file.suffix.lower() in PICTURES else file
        if options.rate is not None and folder not in folders:
            folders[folder] = len(own_files(folder, PICTURES)) > 1
            if folders[folder]:
                yield folder
        if not folders.get(folder) and not is_folder(file):
            yield file


def is_folder(path: Path) -> bool:
    """Whether it is one; a path that the system refuses is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def outputs_in(folder: Path, sources: list[Path], suffix: str) -> list[tuple[Path, Path]]:
    """Each input with its output; two inputs of one stem keep their extension: a.mp4.npz, a.mov.npz.

    InputError where two inputs would have one output.
    """
    own = [source.name if is_folder(source) else source.stem for source in sources]
    stems = Counter(own)
    names = [source.name if stems[stem] > 1 else stem for source, stem in zip(sources, own, strict=True)]
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        same = " and ".join(str(source) for source, own in zip(sources, names, strict=True) if own == name)
        raise InputError(f"{same} would both become {folder / name}.{suffix}; give them folders of their own.")
    return [(source, folder / f"{name}.{suffix}") for source, name in zip(sources, names, strict=True)]
