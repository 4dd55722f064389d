"""CSV and Parquet read back by DuckDB, and a column's unit by its name."""

import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest
from pyarrow import parquet

from engine.errors import InputError
from engine.face.names import FACE_NAMES
from engine.formats import WRITERS
from engine.formats.parquet_file import write_parquet
from engine.motion import Motion
from engine.skeleton import Kind, load_skeleton
from tests.blender.motions import random_motion
from tests.faces import random_face

TABLES = pytest.mark.parametrize("ending", ["angles.csv", "parquet"])


def uneven(kind: Kind = Kind.UPPER_BODY) -> Motion:
    frames = 300  # more than are text at once
    time = 2.0 + np.cumsum(np.random.default_rng(0).uniform(0.02, 0.06, frames))
    seen = np.random.default_rng(1).random((frames, 3)) < 0.5
    return random_motion(load_skeleton(kind), frames, time=time, seen=seen, face=random_face(frames))


def read(motion: Motion, ending: str, folder: Path) -> dict[str, np.ndarray]:
    WRITERS[ending](motion, folder / f"clip.{ending}")
    return duckdb.execute("select * from query_table([$1])", [str(folder / f"clip.{ending}")]).fetchnumpy()


def taken(table: dict[str, np.ndarray], *names: str) -> np.ndarray:
    """(F,N) columns, which are taken out."""
    return np.stack([table.pop(name) for name in names], axis=1)


@TABLES
@pytest.mark.parametrize("kind", Kind)
def test_every_column_is_read_back_as_it_was(kind: Kind, ending: str, tmp_path: Path) -> None:
    motion = uneven(kind)
    face = motion.face
    assert face is not None
    table = read(motion, ending, tmp_path)
    assert np.array_equal(table.pop("frame"), np.arange(300))
    assert np.array_equal(table.pop("time_s"), motion.time)
    assert np.array_equal(taken(table, "body_seen", "left_hand_seen", "right_hand_seen"), motion.seen)
    degrees = taken(table, *(f"{name}_deg" for name in motion.skeleton.angle_names))
    np.testing.assert_allclose(np.radians(degrees.astype(np.float64)), motion.angles, rtol=2e-7)
    for axis, letter in enumerate("xyz"):
        assert np.array_equal(table.pop(f"translation_{letter}_m").astype(np.float32), motion.translation[:, axis])
        placed = taken(table, *(f"{name}_{letter}_m" for name in motion.joints[1:])).astype(np.float32)
        assert np.array_equal(placed, motion.positions[:, 1:, axis])
    assert np.array_equal(table.pop("face_seen"), face.seen)
    assert np.array_equal(taken(table, *FACE_NAMES).astype(np.float32), face.coefficients)
    gaze = taken(table, *(f"gaze_{way}_{side}_deg" for side in ("left", "right") for way in ("yaw", "pitch")))
    np.testing.assert_allclose(np.radians(gaze.astype(np.float64)).reshape(-1, 2, 2), face.gaze, rtol=2e-7)
    assert not table


def test_both_have_the_same_columns_and_parquet_says_units_and_widths(tmp_path: Path) -> None:
    motion = uneven()
    assert [*read(motion, "angles.csv", tmp_path)] == [*read(motion, "parquet", tmp_path)]
    schema = parquet.read_schema(tmp_path / "clip.parquet")
    for field in schema:
        name, _, unit = field.name.rpartition("_")
        known = name and unit in ("deg", "m", "s")
        assert (field.metadata or {}).get(b"unit", b"").decode() == (unit if known else "")
    assert {str(field.type) for field in schema} == {"int32", "double", "float", "bool"}


@TABLES
def test_without_a_face_there_are_no_columns_of_one(ending: str, tmp_path: Path) -> None:
    table = read(random_motion(load_skeleton()), ending, tmp_path)
    assert not [name for name in table if name.startswith(("face", "gaze", "jaw"))]


def test_a_missing_pyarrow_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as Python marks what cannot be imported
    with pytest.raises(InputError, match="pip install pyarrow"):
        write_parquet(uneven(), tmp_path / "clip.parquet")
    assert not [*tmp_path.iterdir()]
