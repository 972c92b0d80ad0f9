"""How new an area's money is, what it is for, what was redirected from where, what is ring-fenced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from commonpool.figures import Figure, QuestionError, question, total
from commonpool.people.models import Person
from commonpool.places.models import Organisation
from commonpool.plans.contents import content_of
from commonpool.plans.models import PlanVersion, SchemeLine
from commonpool.plans.queries.access import versions_readable_by
from commonpool.plans.queries.figures import NO_CODE, may_ask, scheme_fact
from commonpool.plans.queries.pages import Split, splits
from commonpool.plans.queries.reads import newest_readable, version_named
from commonpool.plans.rules.sums import total as add_up
from commonpool.policy.reading import load_round
from commonpool.policy.rules import Round

FIELDS = ("funding_kind", "purpose_kind")


@dataclass(frozen=True, slots=True)
class YearOfKinds:
    """One year of one round's newest readable version; a cell for each column, None where no line is of that kind.

    `unknown` are lines that are in no share because their amount is not known.
    """

    version: PlanVersion
    round: Round
    year: str
    novelty: tuple[Split | None, ...]
    purpose: tuple[Split | None, ...]
    unknown: int


@dataclass(frozen=True, slots=True)
class Redirected:
    """Lines whose money comes from the same place: what is said of it ("" for nothing), and their spend."""

    from_what: str
    spend: Figure


@dataclass(frozen=True, slots=True)
class KindsPage:
    """Every year that is known, the first first; redirected money and test pots of the newest year."""

    years: tuple[YearOfKinds, ...]
    novelty_labels: tuple[str, ...]
    purpose_labels: tuple[str, ...]
    redirected: tuple[Redirected, ...]
    test_pots: tuple[SchemeLine, ...]
    test_pot: Figure | None

    @property
    def newest(self) -> YearOfKinds | None:
        """The last year."""
        return self.years[-1] if self.years else None


def kinds_page(person: Person, area: Organisation, on: date) -> KindsPage:
    """What the person may read of the area's plans."""
    found = list(_years(_versions(person, area, on)))
    novelty, purpose = (_columns([row[2][field] for row in found]) for field in FIELDS)
    years = tuple(
        YearOfKinds(
            version, load_round(version.plan.round_id), year,
            _cells(split["funding_kind"], novelty), _cells(split["purpose_kind"], purpose), unknown,
        )
        for version, year, split, unknown in found
    )  # fmt: skip
    if not years:
        return KindsPage((), (), (), (), (), None)
    version, year = years[-1].version, years[-1].year
    pots = tuple(line for line in _lines(version) if line.is_test_pot)
    return KindsPage(
        years,
        tuple(novelty.values()),
        tuple(purpose.values()),
        tuple(_redirected(version, year)),
        pots,
        test_pots(version.uuid, year) if pots else None,
    )


def _versions(person: Person, area: Organisation, on: date) -> list[PlanVersion]:
    """Of each round the version to show first, the earliest round first."""
    rounds = versions_readable_by(person, on).filter(plan__area=area).values_list("plan__round_id", flat=True)
    versions = (newest_readable(person, area, on, round_id) for round_id in sorted(set(rounds)))
    return [version for version in versions if version is not None]


def _years(versions: Sequence[PlanVersion]) -> Iterator[tuple[PlanVersion, str, dict[str, tuple[Split, ...]], int]]:
    """(version, year, {field: its parts}, lines without a known amount) of each year that a plan has an amount in."""
    for version in versions:
        content, round_ = content_of(version), load_round(version.plan.round_id)
        for year in round_.years:
            amounts = add_up(line.pence.get(year) for line in content.lines)
            if amounts.known:
                found = {field: splits(version, content, round_, year, field) for field in FIELDS}
                yield version, year, found, amounts.unknown


def _columns(rows: Sequence[tuple[Split, ...]]) -> dict[str, str]:
    """{code: label} of every code that a year has, as they first show; what is not said stands last."""
    labels = {split.code: split.label for row in rows for split in row}
    return dict(sorted(labels.items(), key=lambda item: item[0] == NO_CODE))


def _cells(row: tuple[Split, ...], columns: dict[str, str]) -> tuple[Split | None, ...]:
    by_code = {split.code: split for split in row}
    return tuple(by_code.get(code) for code in columns)


def _lines(version: PlanVersion) -> list[SchemeLine]:
    return list(version.scheme_lines.prefetch_related("years").select_related("version").order_by("position"))


def _redirected(version: PlanVersion, year: str) -> Iterator[Redirected]:
    """Each place that money is redirected from, the largest first."""
    first: dict[str, SchemeLine] = {}
    tags = _redirected_tags(version)
    for line in _lines(version):
        if _is_redirected(line, tags):
            first.setdefault(_place(line), line)
    found = [Redirected(each.redirected_from.strip(), redirected(version.uuid, year, each.line_id))
             for each in first.values()]  # fmt: skip
    yield from sorted(found, key=lambda each: -(each.spend.value or 0))


def _is_redirected(line: SchemeLine, tags: Set[str]) -> bool:
    return line.funding_kind in tags or bool(line.redirected_from.strip())


def _redirected_tags(version: PlanVersion) -> Set[str]:
    """The codes that the round calls redirected money; none where it has no rule of that kind."""
    checks = load_round(version.plan.round_id).checks
    return {check.parameters["tag"] for check in checks if check.kind == "redirected"}


def _place(line: SchemeLine) -> str:
    """Two spellings of one place differ in spaces and capitals at the most."""
    return " ".join(line.redirected_from.split()).casefold()


@question("plans.redirected", may_ask=may_ask)
def redirected(version: UUID, year: str, like: str) -> Figure:
    """Planned spend redirected from the same place as the line `like`, line by line."""
    found = version_named(version)
    line = found.scheme_lines.filter(line_id=like).first()
    if line is None:
        raise QuestionError(f"The version has no line ‘{like}’.")
    place = _place(line)
    tags = _redirected_tags(found)
    lines = [line for line in _lines(found) if _is_redirected(line, tags) and _place(line) == place]
    said = lines[0].redirected_from.strip() or "a place that is not said"
    asked = {"version": str(version), "year": year, "like": like}
    return total(
        f"Redirected from {said}, {year}",
        [scheme_fact(line, year) for line in lines],
        question="plans.redirected",
        arguments=asked,
        as_at=found.as_at,
    )


@question("plans.test_pots", may_ask=may_ask)
def test_pots(version: UUID, year: str) -> Figure:
    """All that is ring-fenced to try something out, line by line."""
    found = version_named(version)
    return total(
        f"Ring-fenced to try something out, {year}",
        [scheme_fact(line, year) for line in _lines(found) if line.is_test_pot],
        question="plans.test_pots",
        arguments={"version": str(version), "year": year},
        as_at=found.as_at,
    )
