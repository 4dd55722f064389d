"""What a batch is made of: clips of files, of folders and patterns, of lists and tables."""

import csv
import glob
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..arguments import flags_given_once, option_of_text, with_sequences
from ..elan import excerpts_of, find_video, read_eaf
from ..elan import safe_name as safe_part
from ..errors import InputError, told
from ..files import read_text
from ..options import SUFFIXES, TrackOptions

#: Endings of files that list clips: a path a line, a table with a heading, or annotations of ELAN.
LIST, TABLE, ANNOTATIONS = ".txt", ".csv", ".eaf"
#: Letters, and lines, of a list or table that is read at all.
LARGEST, MOST = 64 * 2**20, 500_000
#: In a batch's folder: the name of its report, and the folder of its signers' bones.
REPORT, SIGNERS = "report", "signers"
_COLUMNS = ("video", "name", "signer")
_LONGEST_PATH = 1000  # letters of a path that is taken from a list
_SAID = 40  # letters of a sentence that come from a table


@dataclass(frozen=True)
class Clip:
    """One job of a batch: a file, or a range of one, and what its results are called."""

    source: Path
    name: str
    """Of the results below the batch's folder, without an ending; folders in it are parted by /."""
    options: TrackOptions
    signer: str = ""
    """Clips of one signer have the same bones; empty where nobody says who signs."""


def clips_in(inputs: list[str], options: TrackOptions, tiers: Sequence[str] = ()) -> list[Clip]:
    """The clips that a command line names, in its order.

    An input is a file; a folder, of which everything below is taken; a pattern with * or **; a list (.txt), a path a
    line; a table (.csv) with the columns `video`, if wanted `name` and `signer`, and any option of `track` by the
    name of its flag; or an .eaf of ELAN, every annotation of the tiers a clip. Paths in lists and tables are relative
    to these. Raises InputError where there is nothing, a table cannot be read, a name is none for a file, or two clips
    would have one name.
    """
    clips = [clip for text in inputs for clip in _clips_of(text, options, tiers)]
    if not clips:
        raise InputError(f"There is nothing to track in {', '.join(inputs)}.")
    clips = [replace(clip, name=f"_{clip.name}") if _is_ours(clip.name) else clip for clip in clips]
    stems = Counter(clip.name for clip in clips)
    clips = [replace(clip, name=f"{clip.name}{clip.source.suffix}") if stems[clip.name] > 1 else clip for clip in clips]
    name, times = Counter(clip.name.casefold() for clip in clips).most_common(1)[0]
    if times > 1:
        same = [str(clip.source) for clip in clips if clip.name.casefold() == name]
        raise InputError(f"{same[0]} and {same[1]} would both become {name}; give them names in a table.")
    return clips


def checked_name(text: str) -> str:
    """The same name, of a file below a folder on every system; InputError where it is none."""
    if _name(text) != text:
        raise InputError(f"{text[:_SAID]!r} cannot be the name of a result; {_name(text)[:_SAID]!r} can.")
    if len(text.encode()) > _LONGEST_PATH:
        raise InputError(f"{text[:_SAID]!r}... is too long for the name of a result.")
    return text


def _is_ours(name: str) -> bool:
    """Whether a batch itself writes what results of this name would be."""
    return name.casefold() == REPORT or name.casefold().startswith(f"{SIGNERS}/")


def _clips_of(text: str, options: TrackOptions, tiers: Sequence[str]) -> Iterator[Clip]:
    path = Path(text)
    try:
        if path.is_dir():
            files = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES)
            yield from _below(path, files, options)
        elif path.suffix.lower() == ANNOTATIONS:
            yield from _annotated(path, options, tiers)
        elif path.exists() or not glob.has_magic(text):
            reader = {LIST: _listed, TABLE: _tabled}.get(path.suffix.lower())
            yield from reader(path, options) if reader else [Clip(path, _name(path.stem), options)]
        else:
            fixed = next(parent for parent in path.parents if not glob.has_magic(str(parent)))
            yield from _below(fixed, iter(sorted(fixed.glob(str(path.relative_to(fixed))))), options)
    except OSError as error:
        raise InputError(f"{text} cannot be read ({error.strerror}).") from error


def _below(folder: Path, files: Iterator[Path], options: TrackOptions) -> Iterator[Clip]:
    """Files of a folder, named by the way to them; with a rate, folders in place of their pictures."""
    for file in with_sequences(files, options):
        way = file.relative_to(folder).as_posix()
        if file.is_dir():
            yield Clip(file, _name(folder.name if way == "." else way), options)
        elif file.is_file():
            yield Clip(file, _name(way.removesuffix(file.suffix)), options)


def _listed(path: Path, options: TrackOptions) -> Iterator[Clip]:
    for line in _text(path).splitlines():
        if line.strip() and not line.startswith("#"):
            yield _relative(path, line.strip(), options)


def _tabled(path: Path, options: TrackOptions) -> Iterator[Clip]:
    try:
        table = csv.DictReader(io.StringIO(_text(path)), restval="")
        columns, rows = table.fieldnames or (), list(table)
    except csv.Error as error:
        raise InputError(f"{path} is no table ({error}).") from error
    known = {*_COLUMNS, *flags_given_once(TrackOptions)}
    unknown = [column for column in columns if column not in known]
    if "video" not in columns or unknown:
        why = f"a column {unknown[0][:_SAID]!r}" if unknown else "no column 'video'"
        raise InputError(f"{path} has {why}; its columns can be {', '.join(_COLUMNS)} and options, such as start, end.")
    for number, row in enumerate(rows, 2):
        try:
            if None in row:
                raise InputError("There are more cells than columns.")
            own = {key: text.strip() for key, text in row.items() if key not in _COLUMNS and text and text.strip()}
            if any("\0" in text or len(text) > _LONGEST_PATH for text in own.values()):
                raise InputError("An option is too long, or no text.")
            chosen = replace(options, **{key: option_of_text(TrackOptions, key, text) for key, text in own.items()})
            paths = [value for key in own if isinstance(value := getattr(chosen, key), Path)]
            if missing := [path for path in paths if not path.exists()]:  # nor does a table say where to write
                raise InputError(f"There is no {missing[0]}.")
            clip = _relative(path, row["video"].strip(), chosen)
            times = [f"{time:.3f}" for time in (chosen.start, chosen.end) if time is not None]
            name = row.get("name", "").strip() or (
                f"{clip.name}_{'-'.join(times)}" if "start" in own or "end" in own else clip.name
            )
            yield replace(clip, name=checked_name(name), signer=_signer(row.get("signer") or ""))
        except InputError as error:
            raise InputError(f"{path}, line {number}: {told(error)}") from error


def _annotated(path: Path, options: TrackOptions, tiers: Sequence[str]) -> Iterator[Clip]:
    if not tiers:
        raise InputError(f"{path} has annotations; say with --tier which are clips.")
    annotations = read_eaf(path)
    video = find_video(path, annotations)
    for tier in tiers:
        own = annotations.tier(tier)
        folder, signer = safe_part(path.stem), "" if own is None or not own.participant else safe_part(own.participant)
        folder = folder if len(tiers) == 1 else f"{folder}/{safe_part(tier)}"
        for excerpt in excerpts_of(annotations, tier, video.origin):
            chosen = replace(options, start=excerpt.start, end=excerpt.end)
            yield Clip(video.path, f"{folder}/{excerpt.name}", chosen, signer)


def _relative(listing: Path, text: str, options: TrackOptions) -> Clip:
    """A clip of a path in a list: named by the way from the list's folder, where it lies below that."""
    if not Path(text).name or "\0" in text or len(text) > _LONGEST_PATH:
        raise InputError("No video is named.")
    source = listing.parent / text
    inside = not Path(text).is_absolute() and ".." not in Path(text).parts
    return Clip(source, _name(Path(text).as_posix().removesuffix(source.suffix) if inside else source.stem), options)


def _signer(text: str) -> str:
    return checked_name(text.strip()) if text.strip() else ""


def _name(text: str) -> str:
    """A file's own name as a result's: what is no name everywhere is replaced, since the file cannot be blamed."""
    return "/".join(map(safe_part, text.split("/")))


def _text(path: Path) -> str:
    try:
        text = read_text(path, LARGEST, "utf-8-sig")
    except ValueError as error:
        raise InputError(f"{path} is no list of clips: {told(error)}; save it as text in UTF-8.") from error
    if text.count("\n") > MOST:
        raise InputError(f"{path} has more than {MOST:,} lines; split it.")
    return text
