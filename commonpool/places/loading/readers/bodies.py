"""Lists of bodies: their codes, dates, names, and who came after whom."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, datetime

from commonpool.places.loading.job import Job
from commonpool.places.loading.registry import NoBody
from commonpool.places.models import NameVariant, Organisation
from commonpool.places.reading import rows_of

Kind = Organisation.Kind


def read_body_changes(job: Job) -> None:
    """One row for each piece of land with the district it was in each year: dates and successors of districts."""
    header = [cell.strip() for cell in next(rows_of(job.path)).cells]
    years = [(int(found[1]), name) for name in header if (found := re.fullmatch(job.more["year_columns"], name))]
    names = [name.replace("_code", "_name") for _, name in years]
    letter = job.more["any_code_begins_with"]
    seen: dict[tuple[int, int], date] = {}
    for row, cells in job.records(*(name for _, name in years), *names):
        codes, called = cells[: len(years)], cells[len(years) :]
        if not any(code.startswith(letter) for code in codes):
            job.leave_out("outside England")
            continue
        try:
            # A unitary council is an upper tier too; a county is not in this file.
            kinds = [Kind.LOWER_TIER] + [Kind.UPPER_TIER] * all(re.match(r"E0[689]", code) for code in codes)
            bodies = [
                [job.registry.resolve(kind, name, gss=code) for code, name in zip(codes, called, strict=True)]
                for kind in kinds
            ]
        except NoBody as error:
            job.odd(row, str(error))
            continue
        for chain in bodies:
            for (year, _), before, after in zip(years[1:], chain, chain[1:], strict=False):
                if before.pk != after.pk:
                    seen[before.pk, after.pk] = date(2000 + year, 4, 1)
                    job.registry.live(after, starts_on=date(2000 + year, 4, 1))
        job.keep()
    _succeed(job, seen)


def _succeed(job: Job, seen: dict[tuple[int, int], date]) -> None:
    successors: dict[tuple[int, date], list[int]] = defaultdict(list)
    for (before, after), on in seen.items():
        successors[before, on].append(after)
    bodies = Organisation.objects.in_bulk({pk for pair in seen for pk in pair})
    for (before, on), followers in successors.items():
        job.registry.succeed(bodies[before], [bodies[pk] for pk in followers], on, job.dataset)


def read_successors(job: Job) -> None:
    """Predecessor and successor codes. Most name sites and practices, which are not bodies here."""
    more = job.more
    successors: dict[tuple[int, date], dict[int, Organisation]] = defaultdict(dict)
    before_of: dict[int, Organisation] = {}
    for row, (old, new, on) in job.records(more["old"], more["new"], more["day"]):
        pair = next((pair for kind in more["kinds"] if all(pair := _pair(job, kind, old, new))), None)
        if pair is None:
            job.leave_out("it names a body that no list here has")
            continue
        before, after = pair
        day = read_date(on)
        if day is None or before is None or after is None or before.pk == after.pk:
            job.odd(row, f"‘{on}’ is not a date" if day is None else f"{old} cannot follow itself")
            continue
        before_of[before.pk] = before
        successors[before.pk, day][after.pk] = after
        job.keep()
    for (pk, day), after_by_pk in successors.items():
        job.registry.succeed(before_of[pk], after_by_pk.values(), day, job.dataset)


def _pair(job: Job, kind: str, old: str, new: str) -> tuple[Organisation | None, Organisation | None]:
    return job.registry.find(kind, ods=old), job.registry.find(kind, ods=new)


def read_trusts(job: Job) -> None:
    """The ODS list of trusts, which has no header: code, name, region in third place, opening and closing date."""
    for row in rows_of(job.path):
        job.report.rows_read += 1
        cells = [cell.strip() for cell in row.cells]
        if len(cells) < 12:
            job.odd(row, f"it has {len(cells)} cells and the list {job.more['headerless']['cells']}")
            continue
        if cells[2] == job.more["left_out"]:
            job.leave_out("outside England")
            continue
        try:
            trust = job.registry.resolve(Kind.TRUST, as_name(cells[1]), ods=cells[0])
        except NoBody as error:
            job.odd(row, str(error))
            continue
        job.registry.live(trust, starts_on=read_date(cells[10]), ends_on=read_date(cells[11]))
        job.keep()


def read_providers(job: Job) -> None:
    """An older list of trusts and commissioning groups, for the names of bodies that have gone since."""
    types = job.more["types"]
    for row, (code, name, type_name) in job.records("ORG_CODE", "ORG_NAME", "ORG_TYPE"):
        if type_name not in types:
            job.odd(row, f"‘{type_name}’ is not a type of body known here")
            continue
        try:
            job.registry.resolve(types[type_name], name, ods=code)
        except NoBody as error:
            job.odd(row, str(error))
            continue
        job.keep()


def read_register_codes(job: Job) -> None:
    """GSS code to register code, for councils that are known already."""
    for row, (gss, register) in job.records("gss-code", "local-authority-code"):
        found = [body for kind in (Kind.LOWER_TIER, Kind.UPPER_TIER) if (body := job.registry.find(kind, gss=gss))]
        if not found and re.match(job.more["no_tier"], gss):
            job.leave_out("plans no care")
            continue
        if not found:
            job.odd(row, f"no file loaded here names {gss}", awaits=True)
            continue
        for body in found:
            # A former code leads to the council of today, which has its register code from a current row.
            job.registry.resolve(body.kind, body.name, gss=body.gss_code, register=register)
        job.keep()


def read_name_variants(job: Job) -> None:
    """Other ways in which councils' names are written."""
    variants: dict[tuple[int, str], NameVariant] = {}
    for row, (name, register) in job.records("la-name", "local-authority-code"):
        found = [
            body for kind in (Kind.LOWER_TIER, Kind.UPPER_TIER) if (body := job.registry.find(kind, register=register))
        ]
        if not found:
            job.leave_out("of a council that no list here has")
        elif not name:
            job.odd(row, "it has no name")
        else:
            for body in found:
                variants[body.pk, name] = NameVariant(organisation=body, name=name[:200], dataset=job.dataset)
            job.keep()
    NameVariant.objects.bulk_create(variants.values())


def read_date(text: str) -> date | None:
    """A day written `2021-04-01` or `20210401`; None for anything else."""
    for pattern in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def as_name(capitals: str) -> str:
    """A name as people write it, from one in capitals."""
    small = {"And", "Of", "The", "For", "On", "In", "Upon", "With", "Under"}
    words = [word.lower() if place and word in small else word for place, word in enumerate(capitals.title().split())]
    return " ".join(words).replace("Nhs", "NHS").replace("’S", "’s").replace("'S", "'s")
