"""A short run of damaged files of every format: a reader gives a result or a sentence, whatever is in them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")
def test_every_reader_reads_or_refuses_what_is_damaged() -> None:
    command = [sys.executable, "-m", "tests.fuzz.run", "--cases", "340"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " 0 read" not in run.stdout and run.stdout.count(": 20 cases, ") == 17, run.stdout
