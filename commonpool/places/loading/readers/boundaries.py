"""Borders for maps: checked, thinned, and kept as a file beside the database."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from commonpool.places.loading.job import Job
from commonpool.places.reading import Refused, read_geojson

# Four decimals of a degree are about ten metres: finer than a map of a country can show.
DECIMALS: Final = 4


def boundaries_file(home: Path, key: str) -> Path:
    """Where the borders of one publication are kept."""
    return home / "places" / f"{key}.geojson"


def read_boundaries(job: Job) -> None:
    """Write the borders, coordinates rounded, with each body's code, for pages to draw."""
    said = job.more["properties"]
    kept = []
    for number, feature in enumerate(read_geojson(job.path), 1):
        job.report.rows_read += 1
        properties = feature.get("properties") or {}
        geometry = feature.get("geometry") or {}
        code, name = str(properties.get(said["code"], "")), str(properties.get(said["name"], ""))
        if geometry.get("type") not in {"Polygon", "MultiPolygon"} or not code:
            raise Refused(f"Feature {number} has no area or no {said['code']}. Fetch the file again.")
        kept.append(
            {
                "type": "Feature",
                "properties": {"code": code, "name": name},
                "geometry": {"type": geometry["type"], "coordinates": _rounded(geometry.get("coordinates"), number)},
            }
        )
        job.keep()
    write_boundaries(job.home, job.recipe.key, kept)


def write_boundaries(home: Path, key: str, features: Sequence[Mapping[str, Any]]) -> None:
    """Keep borders, each with `code` and `name` in its properties, so that a reader never sees half a file."""
    target = boundaries_file(home, key)
    target.parent.mkdir(parents=True, exist_ok=True)
    waiting = target.with_suffix(".part")
    waiting.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), encoding="utf-8")
    waiting.replace(target)


def _rounded(coordinates: Any, number: int, depth: int = 0) -> Any:
    """Nested lists of coordinates, rounded, a point that repeats the one before it left out."""
    if not isinstance(coordinates, list) or depth > 4:
        raise Refused(f"Feature {number} has coordinates that are not those of an area. Fetch the file again.")
    if coordinates and isinstance(coordinates[0], int | float):
        return [round(float(value), DECIMALS) for value in coordinates[:2]]
    return list(_without_repeats(_rounded(inner, number, depth + 1) for inner in coordinates))


def _without_repeats(points: Iterator[Any]) -> Iterator[Any]:
    before = None
    for point in points:
        if point != before:
            yield point
        before = point
