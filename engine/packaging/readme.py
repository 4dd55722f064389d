"""Puts its tables into README.md, those of flags and those that are measured: `python -m engine.packaging.readme`.

Each, or each that is named, replaces what stands between `<!-- NAME -->` and `<!-- end of NAME -->`.
"""

import argparse
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

from ..options import TrackOptions
from ..process import prepare_process
from ..training.measuring import sample_accuracy as accuracy
from . import benchmark
from .options_table import options_table

README = Path(__file__).resolve().parents[2] / "README.md"
TABLES: dict[str, Callable[[], Iterable[str]]] = {
    "options": lambda: options_table(TrackOptions),
    "options of the add-on": lambda: benchmark.json_of("addon.demo.options"),
    "accuracy": accuracy.table,
    "benchmark": lambda: benchmark.table(benchmark.SAMPLE),
}


def put(text: str, name: str, lines: Iterable[str]) -> str:
    """The text with `lines` between the markers of `name`; ValueError where these are missing."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"README.md has no {begin.strip()} ... {end}")
    block = "".join(f"{line}\n" for line in lines)
    return pattern.sub(lambda _: f"{begin}{block}{end}", text)


def main() -> int:
    """Measure, then write README.md."""
    parser = argparse.ArgumentParser(prog="python -m engine.packaging.readme", description=__doc__)
    parser.add_argument("name", nargs="*", default=[*TABLES], help=f"{', '.join(TABLES)}; all by default")
    names = parser.parse_args().name
    prepare_process()
    text = README.read_text(encoding="utf-8")
    for name in names:
        text = put(text, name, TABLES[name]())
    README.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
