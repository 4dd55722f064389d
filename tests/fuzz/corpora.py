"""Files of a batch and of a library: lists, tables, annotations, records, catalogues; good ones, and how they are read.

Readers that write do so below `out`, beside the case.
"""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from addon.headless import PACKAGE, load_package
from engine.batch.clips import Clip, clips_in
from engine.batch.job import MOTION, Job
from engine.batch.part import part_of
from engine.batch.report import write_report
from engine.batch.run import signer_file
from engine.batch.sidecar import DONE, load_sidecar, request_of
from engine.batch.summary import records_in, table_of
from engine.batch.work import work
from engine.elan import excerpts_of, find_video, read_eaf
from engine.errors import EngineError, InputError
from engine.options import TrackOptions

LISTS = (b"a.mp4\n# no\nb/c.mp4\n../d.mp4\n",)
TABLES = (
    b"video,name,signer,start,end,side\na.mp4,one,Ann,0,1.5,left\nb/c.mp4,,Bo,,,\nd.mp4,x/two,,1,,auto\n",
    b'video,person_file,crop,mirrored,models\na.mp4,ann.json,"0,0,9,9",yes,models\n',
)
CATALOGUES = (
    b"# ours\nVERSION 1\n\n7f0c0f2e-6d3a-4c57-9a53-3f6c5d9d4f1b:Signs/Words:Signs-Words\n",
    b"\nVERSION 1\n7f0c0f2e-6d3a-4c57-9a53-3f6c5d9d4f1b:a:a",
)


def records(folder: Path) -> tuple[bytes, ...]:
    """A clip's record that is done, and one that failed."""
    source = folder / "source.trc"
    source.write_bytes(b"points")
    quality = dict.fromkeys(("body", "left_hand", "right_hand", "face", "doubt", "at_limit", "jitter"), 0.5)
    stat = source.stat()
    record = {
        "state": DONE,
        "source": str(source),
        "signer": "",
        "request": request_of(Clip(source, "clip", TrackOptions()), None),
        "input": {"bytes": stat.st_size, "modified_ns": stat.st_mtime_ns, "sha256": "0" * 64},
        "outputs": {MOTION: {"bytes": 3, "sha256": "0" * 64}, "bvh": {"refused": "It cannot."}},
        "bones": "0" * 64,
        "quality": {**quality, "frames": 5, "seconds": 0.2, "gaps": 1, "longest_gap": 0.1},
        "doubt": [0.1, 0.2],
        "notes": ["A note."],
        "thumbnail": {"size": [192, 108], "picture": "", "bones": [[1.0, 2.0, 3.0, 4.0]]},
        "timings": {"began": "2026-11-30T00:00:00+00:00", "tracking": 1.0, "all": 1.1},
        "exports": {"glb": {"request": {"motion": "0" * 64}, "tries": 1}},
    }
    failed = {"state": "failed", "source": str(source), "signer": "", "request": {}, "input": {}, "outputs": {}}
    return json.dumps(record).encode(), json.dumps(failed | {"error": "It is cut."}).encode()


def read_record(path: Path) -> None:
    """As a batch and its report do; the clip's file is none that can be tracked, so its results are removed."""
    out = path.parent
    source = next(iter(out.parents[2].glob("good/source.trc")), out / "source.trc")
    (out / f"{path.stem}.{MOTION}").write_bytes(b"npz")
    job = Job(Clip(source, path.stem, TrackOptions()), out, ("bvh",))
    job.standing()
    found = records_in(out)
    record = load_sidecar(path)
    if record is not None:
        job.lacking(record)
    assert "".join(table_of(found)).isprintable()
    page = write_report(out, found).read_text(encoding="utf-8")
    assert "&x;" not in page and "<script>&" not in page
    work(job)


def read_list(path: Path) -> None:
    """As a batch does: where all results would lie."""
    out = path.parent / "out"
    clips = clips_in([str(path)], TrackOptions())
    for clip in clips:
        job = Job(clip, out)
        files = [job.sidecar, job.result(MOTION)]
        if clip.signer:
            files.append(signer_file(clip, out) or out)
        for file in files:
            assert ".." not in file.parts and (file.is_relative_to(out) or clip.options.person_file) and file.name
            file.exists()
        assert Job.of(json.loads(json.dumps(job.message))) == job
    part_of(clips, "1/2", out)


def read_annotations(path: Path) -> None:
    """As a batch and a library do."""
    annotations = read_eaf(path)
    for tier in annotations.tiers:
        for clip in excerpts_of(annotations, tier.name):
            assert (path.parent / clip.name).parent == path.parent and clip.name not in ("", ".", "..")
    try:
        found = find_video(path, annotations)
    except InputError:
        return
    assert found.path.resolve().is_relative_to(path.parent.resolve())


def read_catalogues(path: Path, tier: str = "Gloss RH") -> None:
    """As a library does that is added to one, with signs of a tier."""
    catalogues: Any = _catalogues()
    file = path.replace(path.with_name(catalogues.FILE))
    try:
        catalogues.add_catalogues(path.parent, [tier])
    except Exception as error:
        if type(error).__mro__[1].__name__ == EngineError.__name__:  # of the add-on's own package
            raise InputError(str(error)) from error
        raise
    assert file.read_text("utf-8").lower().count(catalogues.catalogue_of(tier)) >= 1


def _catalogues() -> Any:
    name = f"{PACKAGE}.addon.library.catalogues"
    try:
        return import_module(name)
    except ModuleNotFoundError:
        load_package()
        return import_module(name)
