"""A series of measurements in order of time, from whatever holds it; a gap is a value that is not known."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from commonpool.performance.rules.errors import ChartError

Array: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = tuple[float | None, ...]

# Above this, a floating-point number can no longer hold every whole number, and sums of squares overflow in the end.
LARGEST: Final = 1e15


def values_of(series: Iterable[Any]) -> Values:
    """Each value as a float, None for a gap (None, NaN, pandas' NA).

    series  numbers in order of time: a list, a NumPy array, or a Polars or pandas Series (neither is imported)

    Raises ChartError naming the point, counted from 1, for an infinite value, text, true or false.
    """
    if isinstance(series, str | bytes):
        raise ChartError(f"{str(series[:40])!r} is text, not a series of numbers. Give a list or a column.")
    to_list = getattr(series, "to_list", None) or getattr(series, "tolist", None)
    held = to_list() if callable(to_list) else series
    return tuple(_number(value, point) for point, value in enumerate(held, start=1))


def _number(value: Any, point: int) -> float | None:
    # pandas is not imported, so its NA is known by the name of its class; NA equals nothing, not even itself.
    if value is None or type(value).__name__ == "NAType":
        return None
    if isinstance(value, bool | str | bytes | np.bool_):
        raise ChartError(f"Point {point}: {value!r} is not a number. Give a number, or nothing where it is not known.")
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise ChartError(
            f"Point {point}: ‘{value}’ is not a number. Give a number, or nothing where it is not known."
        ) from None
    if math.isnan(number):
        return None
    if abs(number) > LARGEST:
        raise ChartError(f"Point {point}: {number:g} is too large to chart. Check its unit; the most is {LARGEST:g}.")
    return number


def array_of(values: Sequence[float | None]) -> Array:
    """The values as one row of floats, NaN for a gap."""
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def matrix_of(series: Any) -> Array:
    """Many series as a matrix, one a row; shorter ones are filled up with gaps at their end.

    series  a 2-D array of series × points, a sequence of what `values_of` takes, or a Polars or pandas frame with one
            series a column

    Raises ChartError naming the series, counted from 1, and the point.
    """
    shape = getattr(series, "shape", None)
    if isinstance(series, np.ndarray) and shape is not None and len(shape) == 2 and series.dtype.kind in "fiu":
        matrix = np.array(series, dtype=np.float64)
        _refuse_too_large(matrix)
        return matrix
    # A frame says its columns' names; going through one itself would give names or columns, as the library has it.
    names = getattr(series, "columns", None)
    held = series if names is None else [series[name] for name in names]
    rows = [_row(each, number) for number, each in enumerate(held, start=1)]
    matrix = np.full((len(rows), max(map(len, rows), default=0)), math.nan)
    for row, values in zip(matrix, rows, strict=True):
        row[: len(values)] = values
    return matrix


def _row(series: Any, number: int) -> Array:
    # A row of plain numbers is taken as a whole: looking at each value takes longer than charting it.
    if type(series) in (list, tuple) and set(map(type, series)) <= {float, int, type(None)}:
        with suppress(OverflowError):
            row = np.array(series, dtype=np.float64)
            if not np.any(np.abs(row) > LARGEST):
                return row
    try:
        return array_of(values_of(series))
    except ChartError as wrong:
        raise ChartError(f"Series {number}: {wrong}") from None


def _refuse_too_large(matrix: Array) -> None:
    found = np.argwhere(np.abs(matrix) > LARGEST)
    if found.size:
        row, column = found[0]
        raise ChartError(
            f"Series {row + 1}: Point {column + 1}: {matrix[row, column]:g} is too large to chart. "
            f"Check its unit; the most is {LARGEST:g}."
        )
