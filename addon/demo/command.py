"""What the demo does, inside the package."""

import argparse
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    """Write DIR/<stem>.blend, .glb, _preview.mp4 and _preview.png; 0 if all went well."""
    from ...engine.errors import EngineError

    parser = argparse.ArgumentParser(prog="python -m addon.demo", description=__doc__)
    parser.add_argument("video", type=Path, help="a video or a still picture")
    parser.add_argument("-o", "--out", required=True, type=Path, help="the folder for the results")
    arguments = parser.parse_args(argv)
    try:
        for path in _make(arguments.video, arguments.out / arguments.video.stem):
            sys.stdout.write(f"{path}\n")
    except EngineError as error:
        sys.stderr.write(f"{arguments.video}: {error}\n")
        return 1
    return 0


def _make(video: Path, stem: Path) -> list[Path]:
    """Track once, then write everything; the paths. Raises EngineError."""
    from ...engine.errors import EngineError
    from ..command.export import export
    from ..settings import ImportOptions
    from ..tracking.job import Job
    from .framing import frame_person
    from .preview import draw_views
    from .side_by_side import write_preview

    options = ImportOptions(reference="camera")
    job = Job([video], options)
    job.run()
    if job.errors:
        raise EngineError(job.errors[video])
    motion = job.motions[video]
    exported = [stem.with_name(f"{stem.name}.{kind}") for kind in ("glb", "blend")]
    for path in exported:
        export(job.motions, options, path)
    framing = frame_person(motion)
    with draw_views(motion, framing) as views:
        return [*exported, *write_preview(video, motion, framing, views, stem)]
