"""Fixtures of every test."""

import os
from pathlib import Path

import pytest

# Threads of matrices get in each other's way where tests run side by side. Before NumPy and torch are imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of the small committed fixtures."""
    return ROOT / "tests" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of recordings beside the checkout; a test that needs it is skipped where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED: {folder} does not exist")
    return folder
