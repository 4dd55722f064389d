"""The columns of a motion as Parquet (parquet.apache.org), for corpora; a column's unit is in its metadata, too."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError
from ..motion import Motion
from .columns import columns_of


def write_parquet(motion: Motion, path: Path) -> None:
    """Write the columns, each of its own width. Raises InputError where pyarrow, which is not bundled, is missing."""
    try:
        pyarrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as error:
        remedy = f"`pip install pyarrow`, a version that goes with NumPy {np.__version__}"
        raise InputError(f"Parquet needs the package pyarrow ({error}): {remedy}.") from error
    columns = columns_of(motion)
    arrays = [pyarrow.array(column.values) for column in columns]
    fields = [
        pyarrow.field(column.name, array.type, nullable=False, metadata={"unit": column.unit} if column.unit else None)
        for column, array in zip(columns, arrays, strict=True)
    ]
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields)), path)
