"""What the engine's command line and the add-on's read alike."""

from collections import Counter
from pathlib import Path


def read_crop(text: str) -> tuple[int, int, int, int]:
    """'X,Y,W,H' in pixels; ValueError where it is something else."""
    x, y, width, height = (int(part) for part in text.split(","))
    return x, y, width, height


def targets_in(folder: Path, sources: list[Path], suffix: str) -> list[tuple[Path, Path]]:
    """Each input with its output; two inputs of one stem keep their extension: a.mp4.npz, a.mov.npz."""
    stems = Counter(source.stem for source in sources)
    names = [source.name if stems[source.stem] > 1 else source.stem for source in sources]
    return [(source, folder / f"{name}.{suffix}") for source, name in zip(sources, names, strict=True)]
