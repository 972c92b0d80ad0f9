"""What follows from all files together: the ground, areas of health and wellbeing boards, who followed whom."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from django.db import transaction
from django.db.models import Max

from commonpool.places.loading.job import Job
from commonpool.places.loading.patches import lay_patches
from commonpool.places.models import Dataset, Nesting, Organisation, PatchPopulation, SmallArea, Succession
from commonpool.places.queries.ground import mid_year_of, read_ground
from commonpool.places.queries.splits import split_areas
from commonpool.places.recipes import read_yaml
from commonpool.places.rules import Ground, overlap

Kind = Organisation.Kind
GROUND_KEY: Final = "ground"


@transaction.atomic
def derive(at: datetime, controls: Sequence[Job]) -> list[str]:
    """Derive everything anew if any dataset changed, compare stated totals, and say what holds for all."""
    if _digest() != Dataset.objects.filter(key=GROUND_KEY).values_list("sha256", flat=True).first():
        laid = lay_patches()
        settle_lives()
        make_hwb_areas()
        follow_on_the_ground(read_ground())
        kept = {"rows_read": laid.pieces, "rows_kept": laid.patches, "sha256": _digest(), "loaded_at": at}
        texts = {"title": "The ground, put together from all files", "publisher": "Commonpool", "licence": "as theirs"}
        Dataset.objects.update_or_create(key=GROUND_KEY, defaults={**kept, **texts, "period": "", "file_name": ""})
    ground = read_ground()
    for job in controls:
        compare(job, ground)
    return summary(ground, at.date())


def _digest() -> str:
    """The state of everything that the derived tables hang on."""
    current = Dataset.objects.filter(superseded_at=None).exclude(key=GROUND_KEY).order_by("key")
    state = [f"{key} {sha256} {kept}" for key, sha256, kept in current.values_list("key", "sha256", "rows_kept")]
    recorded_here = Succession.objects.filter(dataset=None).aggregate(last=Max("id"))["last"]
    return hashlib.sha256("\n".join([*state, str(recorded_here)]).encode()).hexdigest()


def make_hwb_areas() -> None:
    """One area for each upper tier of the lookup that `bodies.yaml` names, but for its exceptions."""
    said = read_yaml("bodies.yaml")["hwb_areas"]
    tiers = Organisation.objects.filter(
        nestings_of__dataset__key=said["upper_tiers_of"],
        nestings_of__dataset__superseded_at=None,
        kind=Kind.UPPER_TIER,
        gss_code__gt="",
    ).distinct()
    exception_of = {code: one for one in said["exceptions"] for code in one["members"]}
    areas = {area.gss_code: area for area in Organisation.objects.filter(kind=Kind.HWB_AREA).exclude(gss_code="")}
    nested = set(Nesting.objects.filter(outer__kind=Kind.HWB_AREA, dataset=None).values_list("inner_id", flat=True))
    for tier in tiers:
        rule = exception_of.get(tier.gss_code)
        code, name = (rule["code"], rule["name"]) if rule else (tier.gss_code, tier.name)
        first_day = max(day for day in ((rule or said)["starts_on"], tier.starts_on) if day)
        if code not in areas:
            areas[code] = Organisation.objects.create(
                kind=Kind.HWB_AREA, gss_code=code, name=name, starts_on=None if rule else first_day
            )
        if tier.pk not in nested:
            Nesting.objects.create(inner=tier, outer=areas[code], starts_on=first_day, source=(rule or said)["source"])


def settle_lives() -> None:
    """Fill in days that follow: a unitary council's two rows live alike; a county ends with its last district."""
    tiers = Organisation.objects.filter(kind__in=[Kind.UPPER_TIER, Kind.LOWER_TIER]).exclude(gss_code="")
    lower = {body.gss_code: body for body in tiers if body.kind == Kind.LOWER_TIER}
    ends_of: dict[int, set[date | None]] = defaultdict(set)
    for upper_id, ends_on in Nesting.objects.values_list("outer_id", "inner__ends_on"):
        ends_of[upper_id].add(ends_on)
    for upper in (body for body in tiers if body.kind == Kind.UPPER_TIER):
        twin, ends = lower.get(upper.gss_code), ends_of[upper.pk]
        before = (upper.starts_on, upper.ends_on)
        upper.starts_on = upper.starts_on or (twin.starts_on if twin else None)
        # Its districts may have gone one by one; while one lives, so does the county.
        last_day = max((day for day in ends if day), default=None) if all(ends) else None
        upper.ends_on = upper.ends_on or (twin.ends_on if twin else last_day)
        if before != (upper.starts_on, upper.ends_on):
            upper.save(update_fields=["starts_on", "ends_on"])


def follow_on_the_ground(ground: Ground) -> None:
    """Who got which people where whole kinds of body changed, or a county was divided: counted on the ground."""
    for handover in read_yaml("bodies.yaml")["handovers"]:
        before = Organisation.objects.filter(kind=handover["from"], ends_on=handover["on"] - timedelta(days=1))
        after = list(Organisation.objects.filter(kind=handover["to"], starts_on=handover["on"]))
        for body in before:
            _follow(ground, body, after, handover["on"], handover["source"])
    counties = Organisation.objects.filter(kind=Kind.UPPER_TIER, ends_on__isnull=False)
    for county in counties:
        on = _day_after(county.ends_on)
        named = Succession.objects.filter(predecessor=county, on=on).values("successor")
        after = list(Organisation.objects.filter(kind=Kind.UPPER_TIER, starts_on=on))
        after = [body for body in after if not named or body.pk in {row["successor"] for row in named}]
        _follow(ground, county, after, on, "Lookups before and after; people counted in both")


def _day_after(day: date | None) -> date:
    assert day is not None
    return day + timedelta(days=1)


def _follow(ground: Ground, before: Organisation, after: Iterable[Organisation], on: date, source: str) -> None:
    """Record the successors who got people of a body, each with its exact share of them."""
    old = ground.cover(before.pk, on - timedelta(days=1))
    got = {body.pk: overlap(old, ground.cover(body.pk, on), ground.people).people_of_both for body in after}
    got = {pk: people for pk, people in got.items() if people}
    whole = sum(got.values(), Fraction(0))
    source = f"{source}, mid-{mid_year_of(old)}"
    known = {row.successor_id: row for row in Succession.objects.filter(predecessor=before, on=on)}
    for pk, people in got.items():
        row = known.get(pk) or Succession(predecessor=before, successor_id=pk, on=on, source=source)
        if row.share != (share := people / whole):
            row.share_parts, row.share_whole = share.numerator, share.denominator
            row.save()


def compare(job: Job, ground: Ground) -> None:
    """Note how far totals that a file states agree with what the small areas add up to."""
    year, on = job.more["year"], job.more["as_at"]
    people = dict(PatchPopulation.objects.filter(mid_year=year).values_list("patch_id", "people"))
    if not people:
        job.note(f"Nothing to compare it with: load the population of mid-{year} by small area.")
        return
    counted = {
        body: sum((people.get(patch, 0) * weight for patch, weight in ground.cover(body, on).items()), Fraction(0))
        for body in job.controls
    }
    agree = sum(counted[body] == stated for body, stated in job.controls.items())
    unknown = sum(not counted[body] for body in job.controls)
    total, whole = sum(job.controls.values()), sum(people.values())
    job.note(f"{agree:,} of {len(job.controls):,} totals agree with the small areas to the person.")
    if unknown:
        job.note(f"{unknown:,} bodies have no footprint on {on:%-d %B %Y}, so their totals could not be compared.")
    if total == whole:
        job.note(f"Together they have {total:,} people, as the small areas do.")
    else:
        missing = _missing(ground, job, on)
        because = f" The file has no row for {', '.join(missing)}." if missing else ""
        side = f"{abs(whole - total):,} {'fewer' if total < whole else 'more'} than the small areas"
        job.note(f"Together they have {total:,} people, {side}.{because}")


def _missing(ground: Ground, job: Job, on: date) -> list[str]:
    kind = job.more["body"]["kind"]
    there = [
        pk for pk, life in ground.lives.items() if life.kind == kind and life.lives_on(on) and ground.cover(pk, on)
    ]
    absent = [pk for pk in there if pk not in job.controls]
    return list(Organisation.objects.filter(pk__in=absent).order_by("name").values_list("name", flat=True))


def summary(ground: Ground, on: date) -> list[str]:
    """What is there now: small areas, people by year, split areas and those that a border runs through."""
    notes = []
    for edition in SmallArea.Edition:
        if count := SmallArea.objects.filter(edition=edition).count():
            notes.append(f"{count:,} areas on the map {edition.label}.")
    people = list(PatchPopulation.objects.values_list("mid_year", "people"))
    for year in sorted({year for year, _ in people}):
        notes.append(f"{sum(count for of, count in people if of == year):,} people in mid-{year}.")
    if split := split_areas(on, ground):
        counted = [area.people for area in split if area.people is not None]
        notes.append(
            f"{len(split):,} areas with {_people(sum(counted) if counted else None)} were split; each part is taken "
            "to have an equal share of them, which is assumed."
        )
    for kind, words in (("icb", "ICBs"), ("upper_tier", "upper tiers"), ("lower_tier", "districts")):
        for area in (area for area in split if next(reversed(area.between), "") == kind):
            sides = " and ".join(area.between[kind])
            notes.append(f"{area.code} {area.name} ({_people(area.people)}) falls on both sides of {words}: {sides}.")
    return notes


def _people(count: int | None) -> str:
    return "an unknown number of people" if count is None else f"{count:,} people"
