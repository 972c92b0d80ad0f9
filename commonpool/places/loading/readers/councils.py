"""The register of councils: codes, first and last days, who replaced whom, other names."""

from __future__ import annotations

from datetime import timedelta

from commonpool.places.loading.job import Job
from commonpool.places.loading.readers.bodies import read_date
from commonpool.places.loading.registry import NoBody
from commonpool.places.models import NameVariant, Organisation
from commonpool.places.reading import NumberedRow

COLUMNS = (
    *("local-authority-code", "official-name", "nice-name", "gss-code", "start-date", "end-date", "replaced-by"),
    *("nation", "local-authority-type", "former-gss-codes"),
)


def read_councils(job: Job) -> None:
    """Councils in each tier that they are. A council that ended names those that replaced it."""
    replaced: list[tuple[NumberedRow, list[Organisation], str, str]] = []
    variants: dict[tuple[int, str], NameVariant] = {}
    for row, (register, official, nice, gss, starts, ends, successors, nation, type_code, former) in job.records(
        *COLUMNS
    ):
        tiers = job.more["tiers"].get(type_code, [])
        if nation != job.more["nation"] or not tiers:
            job.leave_out("outside England" if nation != job.more["nation"] else "plans no care")
            continue
        try:
            councils = [job.registry.resolve(kind, nice, gss=gss, register=register) for kind in tiers]
        except NoBody as error:
            job.odd(row, str(error))
            continue
        for council in councils:
            job.registry.live(council, starts_on=read_date(starts))
            for code in former.split(","):
                job.registry.add_former_code(council, code.strip())
            if official != council.name:
                variants[council.pk, official] = NameVariant(
                    organisation=council, name=official[:200], dataset=job.dataset
                )
        if ends:
            replaced.append((row, councils, ends, successors))
        job.keep()
    NameVariant.objects.bulk_create(variants.values())
    for row, councils, ends, successors in replaced:
        _replace(job, row, councils, ends, successors)


def _replace(job: Job, row: NumberedRow, councils: list[Organisation], ends: str, successors: str) -> None:
    """Note a council's last day and who followed. Some last days stand there as the first day of the next."""
    day = read_date(ends)
    if day is None:
        job.odd(row, f"‘{ends}’ is not a date")
        return
    on = day if day.day == 1 else day + timedelta(days=1)
    for council in councils:
        after = [
            body
            for code in successors.split(",")
            if code.strip() and (body := job.registry.find(council.kind, register=code.strip()))
        ]
        job.registry.live(council, ends_on=on - timedelta(days=1))
        if after:
            job.registry.succeed(council, after, on, job.dataset)
