"""Puts measured tables into docs/accuracy.md and docs/speed.md: `python -m engine.packaging.readme`."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

from ..process import prepare_process
from ..training.markers import put_into
from ..training.measuring import sample_accuracy as accuracy
from . import benchmark
from .extension import ROOT

ACCURACY, SPEED = ROOT / "docs" / "accuracy.md", ROOT / "docs" / "speed.md"


def main() -> int:
    """Measure, then write."""
    prepare_process()
    put_into(ACCURACY, "accuracy", accuracy.table())
    put_into(SPEED, "benchmark", benchmark.table(benchmark.SAMPLE))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
