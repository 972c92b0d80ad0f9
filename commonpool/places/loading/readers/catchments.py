"""Where trusts' patients live. Two files, two directions: never one for the other."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation

from commonpool.places.loading.bulk import insert
from commonpool.places.loading.job import Job
from commonpool.places.models import CatchmentShare, Organisation, PatientFlow

NEARLY_ONE = Decimal("1e-9")


def read_catchment(job: Job) -> None:
    """The share of a trust's patients who live in each district, and the other way where the file has it."""
    more = job.more
    columns = [more["trust"], more["place"], more["share_of_trust"]]
    columns += [more["share_of_place"]] if "share_of_place" in more else []
    rows: dict[tuple[int, int], tuple[str, str]] = {}
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row, (trust_code, place_code, share, *other_way) in job.records(*columns):
        trust = job.registry.find(Organisation.Kind.TRUST, ods=trust_code)
        place = job.registry.find(Organisation.Kind.LOWER_TIER, gss=place_code)
        if trust is None or place is None:
            job.odd(row, f"no file loaded here names {place_code if trust else trust_code}", awaits=True)
        elif (trust.pk, place.pk) in rows:
            job.odd(row, f"{trust_code} and {place_code} stand in an earlier row")
        elif wrong := [text for text in (share, *other_way) if not is_share(text)]:
            job.odd(row, f"‘{wrong[0]}’ is not a share from 0 to 1")
        else:
            rows[trust.pk, place.pk] = (share, other_way[0] if other_way else "")
            sums[trust.pk] += Decimal(share)
            job.keep()
    insert(
        CatchmentShare,
        ["dataset_id", "trust_id", "place_id", "share_of_trust", "share_of_place"],
        ((job.dataset.pk, trust, place, *shares) for (trust, place), shares in rows.items()),
    )
    whole = sum(abs(total - 1) <= NEARLY_ONE for total in sums.values())
    job.note(f"{len(sums):,} trusts; the shares of {whole:,} of them add up to 1.")


def read_flows(job: Job) -> None:
    """The share of a small area's patients who went to each trust. Small flows were left out by the publisher."""
    spec, more = job.more["small_area"], job.more
    ids = job.small_areas.ids(spec["edition"])
    rows: dict[tuple[int, int], str] = {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row, (code, trust_code, share) in job.records(spec["code"], more["trust"], more["share_of_small_area"]):
        trust = job.registry.find(Organisation.Kind.TRUST, ods=trust_code)
        if trust is None or code not in ids:
            job.odd(row, f"no file loaded here names {code if trust else trust_code}", awaits=True)
        elif (ids[code], trust.pk) in rows:
            job.odd(row, f"{code} and {trust_code} stand in an earlier row")
        elif not is_share(share):
            job.odd(row, f"‘{share}’ is not a share from 0 to 1")
        else:
            rows[ids[code], trust.pk] = share
            sums[code] += Decimal(share)
            job.keep()
    insert(
        PatientFlow,
        ["dataset_id", "small_area_id", "trust_id", "share_of_small_area"],
        ((job.dataset.pk, area, trust, share) for (area, trust), share in rows.items()),
    )
    if sums:
        mean = sum(sums.values()) / len(sums)
        job.note(
            f"{len(sums):,} small areas; what is published of each adds up to between {min(sums.values()):.3f} and "
            f"{max(sums.values()):.3f}, {mean:.3f} on average. What the publisher left out stays unknown."
        )


def is_share(text: str) -> bool:
    """Whether a text is a number from 0 to 1 (a last digit of rounding above 1 is let through)."""
    try:
        share = Decimal(text)
    except InvalidOperation:
        return False
    return len(text) <= 40 and share.is_finite() and 0 <= share <= 1 + NEARLY_ONE
