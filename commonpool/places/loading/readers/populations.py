"""People by small area, and the totals that the publisher gives for larger bodies."""

from __future__ import annotations

from commonpool.places.loading.bulk import insert
from commonpool.places.loading.job import Job
from commonpool.places.loading.registry import NoBody
from commonpool.places.models import Population
from commonpool.places.rules import AGE_BANDS


def read_population(job: Job) -> None:
    """People in age bands, whose sum must be the stated total."""
    spec = job.more["small_area"]
    year = job.more["year"]
    counted: dict[str, tuple[int, ...]] = {}
    for row, (code, *texts) in job.records(spec["code"], "total", *AGE_BANDS):
        counts = tuple(_count(text) for text in texts)
        if problem := _problem(code, texts, counts, code in counted):
            job.odd(row, problem)
            continue
        counted[code] = tuple(count for count in counts if count is not None)
        job.keep()
    ids = job.small_areas.add(spec["edition"], dict.fromkeys(counted, ""))
    insert(
        Population,
        ["dataset_id", "small_area_id", "mid_year", "people", *AGE_BANDS],
        ((job.dataset.pk, ids[code], year, *counts) for code, counts in counted.items()),
    )
    job.note(f"{sum(counts[0] for counts in counted.values()):,} people in mid-{year}.")


def _problem(code: str, texts: list[str], counts: tuple[int | None, ...], again: bool) -> str | None:
    if not code:
        return "it has no code of a small area"
    if again:
        return f"{code} stands in an earlier row"
    for text, count in zip(texts, counts, strict=True):
        if count is None:
            return f"‘{text}’ is not a number of people"
    total, *bands = (count or 0 for count in counts)
    if total != sum(bands):
        return f"its age bands add up to {sum(bands):,}, not to its total of {total:,}"
    return None


def read_control(job: Job) -> None:
    """Totals of larger bodies. Nothing is stored: they are compared with what the small areas add up to."""
    spec = job.more["body"]
    for row, (code, text) in job.records(spec["gss"], "total_population"):
        count = _count(text)
        if count is None:
            job.odd(row, f"‘{text}’ is not a number of people")
            continue
        try:
            body = job.registry.find(spec["kind"], gss=code)
        except NoBody as error:
            job.odd(row, str(error))
            continue
        if body is None:
            job.odd(row, f"no file loaded here names {code}", awaits=True)
            continue
        job.controls[body.pk] = count
        job.keep()


def _count(text: str) -> int | None:
    """A whole number of people; `1944` and `1944.0` alike. None for anything else."""
    if text.isdigit() and text.isascii() and len(text) < 10:
        return int(text)
    whole, _, rest = text.replace(",", "").partition(".")
    return int(whole) if whole.isascii() and whole.isdigit() and len(whole) < 10 and not rest.strip("0") else None
