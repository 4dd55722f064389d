"""Puts measured tables into README.md: `python -m engine.packaging.readme`.

Each replaces what stands between `<!-- NAME -->` and `<!-- end of NAME -->`.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does; before NumPy is imported

from ..process import prepare_process
from ..training.measuring import sample_accuracy as accuracy
from . import benchmark

README = Path(__file__).resolve().parents[2] / "README.md"


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
    prepare_process()
    text = README.read_text(encoding="utf-8")
    for name, lines in (("accuracy", accuracy.table()), ("benchmark", benchmark.table(benchmark.SAMPLE))):
        text = put(text, name, lines)
    README.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
