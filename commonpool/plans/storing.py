"""Plain values to a version's rows. Only `actions` calls this, inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q

from commonpool.plans.contents import SCHEME_CODES, SCHEME_MORE_TEXTS, SCHEME_TEXTS, cover_answers, places_as_json
from commonpool.plans.models import (
    Ambition,
    Contact,
    CoverAnswer,
    DistrictShare,
    IncomeLine,
    IncomeLineYear,
    Plan,
    PlanVersion,
    PrefilledFloor,
    SchemeLine,
    SchemeLineYear,
    StatementAnswer,
)
from commonpool.plans.rules import content as said
from commonpool.policy.rules import Round, same_spelling

LONGEST_NAME: Final = 300
LARGEST_NUMBER: Final = Decimal(10) ** 15
BATCH: Final = 500


def store_content(version: PlanVersion, content: said.PlanContent, round_: Round, base: PlanVersion | None) -> None:
    """Write what a plan says as the rows of a new version.

    base  the version it follows: lines without an id of their own get that of the same line there, and what no
          workbook has (who bears a loss, test pots, notice periods) comes from there
    """
    version.tables_at = clean_json(places_as_json(content.tables_at))
    version.cover_places = clean_json(places_as_json(content.cover.places))
    version.save(update_fields=["tables_at", "cover_places"])
    before = Before.of(base)
    bodies = Bodies.for_content(content)
    _store_income(version, content, round_, before, bodies)
    _store_schemes(version, content, before)
    _store_small_tables(version, content, bodies, round_.years)


def clean(text: str, longest: int | None = LONGEST_NAME) -> str:
    """Text as any database can hold it: no NUL, no half of a character pair, not longer than its column."""
    plain = text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return plain if longest is None else plain[:longest]


def clean_json(value: Any) -> Any:
    """The same for every text inside lists and mappings."""
    if isinstance(value, str):
        return clean(value, None)
    if isinstance(value, Mapping):
        return {clean(str(key), None): clean_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [clean_json(each) for each in value]
    return value


def fitting(number: Decimal | None) -> Decimal | None:
    """A number that the column holds; one of absurd size is not known (its cell has a finding)."""
    return number if number is not None and number.is_finite() and abs(number) < LARGEST_NUMBER else None


@dataclass
class Bodies:
    """Organisations by any of their codes, and by name."""

    by_code: Mapping[str, Any] = field(default_factory=dict)
    by_name: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def for_content(cls, content: said.PlanContent) -> Bodies:
        """Those that the plan's payers and districts may mean."""
        codes = {row.payer_code for row in content.income} | {row.district_code for row in content.districts}
        names = {row.payer for row in content.income} | {row.district for row in content.districts}
        return cls.named({clean(code) for code in codes if code}, {clean(name) for name in names if name})

    @classmethod
    def named(cls, codes: Iterable[str], names: Iterable[str]) -> Bodies:
        """Those with one of these codes or names; a name that two bodies share finds none."""
        from commonpool.places.models import Organisation

        wanted_codes, wanted_names = list(codes), list(names)
        found = Organisation.objects.filter(
            Q(ods_code__in=wanted_codes) | Q(gss_code__in=wanted_codes) | Q(name__in=wanted_names)
        ).exclude(kind=Organisation.Kind.HWB_AREA)
        by_code: dict[str, Any] = {}
        by_name: dict[str, Any] = {}
        for body in found:
            for code in (body.ods_code, body.gss_code):
                if code:
                    by_code.setdefault(code, body)
            by_name[same_spelling(body.name)] = None if same_spelling(body.name) in by_name else body
        return cls(by_code, by_name)

    def find(self, code: str | None, name: str) -> Any:
        """The organisation meant, or None."""
        return (self.by_code.get(code) if code else None) or self.by_name.get(same_spelling(name))


@dataclass
class Before:
    """The lines of the version before, to keep their ids and what no workbook has."""

    schemes: dict[str, SchemeLine] = field(default_factory=dict)
    incomes: dict[tuple[str, str], list[IncomeLine]] = field(default_factory=dict)

    @classmethod
    def of(cls, base: PlanVersion | None) -> Before:
        """Nothing for a plan's first version."""
        before = cls()
        if base is not None:
            before.schemes = {line.line_id: line for line in base.scheme_lines.all()}
            for line in base.income_lines.all():
                before.incomes.setdefault(_income_key(line.category, line.payer_name), []).append(line)
        return before

    def take_income(self, row: said.IncomeRow) -> IncomeLine | None:
        """The line of the same payer and category, each once, in order."""
        same = self.incomes.get(_income_key(row.category or "", row.payer))
        return same.pop(0) if same else None

    def same_scheme(self, row: said.SchemeRow, used: set[str]) -> str | None:
        """The id of the line with the same scheme, name and source, that no other row has taken."""
        for line_id, line in self.schemes.items():
            same = (line.scheme_id, same_spelling(line.scheme_name), line.source_category)
            if line_id not in used and same == (row.scheme_id, same_spelling(row.name), row.source or ""):
                return line_id
        return None


def _income_key(category: str, payer: str) -> tuple[str, str]:
    return category, same_spelling(payer)


def next_line_number(plan: Plan) -> int:
    """A number that no line of this plan has had. The caller holds the plan's row."""
    plan.lines_numbered += 1
    plan.save(update_fields=["lines_numbered"])
    return plan.lines_numbered


def _store_income(
    version: PlanVersion, content: said.PlanContent, round_: Round, before: Before, bodies: Bodies
) -> None:
    lines, amounts = [], []
    for position, row in enumerate(content.income):
        old = before.take_income(row)
        category = round_.income.get(row.category or "")
        line = IncomeLine(
            version=version,
            position=position,
            line_id=old.line_id if old else f"I{next_line_number(version.plan):03d}",
            category=clean(row.category or "", 60),
            payer=bodies.find(row.payer_code, row.payer),
            payer_name=clean(row.payer),
            payer_code=clean(row.payer_code or "", 40),
            comment=clean(row.comment, None),
            terms=clean(row.terms, None),
            ends_on=row.ends_on,
            legal_basis=(old.legal_basis if old else "") or (category.legal_basis if category else "") or NO_BASIS,
            notice_days=old.notice_days if old else None,
            fund_id=old.fund_id if old else None,
            places=clean_json(places_as_json(row.places)),
        )
        lines.append(line)
        for year in row.pence or round_.years[:1]:
            amounts.append(
                IncomeLineYear(
                    line=line,
                    year=clean(year, 10),
                    pence=row.pence.get(year),
                    published_pence=row.published_pence.get(year),
                )
            )
    IncomeLine.objects.bulk_create(lines, BATCH)
    IncomeLineYear.objects.bulk_create(amounts, BATCH)


NO_BASIS: Final = "Not stated: the round’s data names no power for this category"


def _store_schemes(version: PlanVersion, content: said.PlanContent, before: Before) -> None:
    lines, years, used = [], [], set[str]()
    for position, row in enumerate(content.lines):
        line_id, written = _line_id(version.plan, row, before, used)
        used.add(line_id)
        line = _scheme_line(version, position, line_id, written, row, before.schemes.get(line_id))
        lines.append(line)
        for year in {**row.pence, **row.outputs}:
            outputs = fitting(row.outputs.get(year))
            years.append(SchemeLineYear(line=line, year=clean(year, 10), pence=row.pence.get(year), outputs=outputs))
    SchemeLine.objects.bulk_create(lines, BATCH)
    SchemeLineYear.objects.bulk_create(years, BATCH)


def _scheme_line(
    version: PlanVersion, position: int, line_id: str, written: str, row: said.SchemeRow, old: SchemeLine | None
) -> SchemeLine:
    return SchemeLine(
        version=version,
        position=position,
        line_id=line_id,
        written_line_id=written,
        scheme_name=clean(row.name, None),
        source_category=clean(row.source or "", 100),
        objectives=clean_json(list(row.objectives)),
        nhs_share="" if row.nhs_share is None else str(row.nhs_share)[:80],
        previously_reported=row.previously_reported,
        loss_bearer_id=old.loss_bearer_id if old else None,
        is_test_pot=old.is_test_pot if old else False,
        fund_id=old.fund_id if old else None,
        places=clean_json(places_as_json(row.places)),
        **{name: clean(getattr(row, name)) for name in ("scheme_id", "output_unit")},
        **{
            name: clean(getattr(row, name), None)
            for name in (*SCHEME_TEXTS, *SCHEME_MORE_TEXTS)
            if name not in ("scheme_id", "output_unit")
        },
        **{name: clean(getattr(row, name) or "", 100) for name in SCHEME_CODES},
    )


def _line_id(plan: Plan, row: said.SchemeRow, before: Before, used: set[str]) -> tuple[str, str]:
    """(the line's id in this version, what the file said where that differs)"""
    wanted = clean(row.line_id, 60)
    if not wanted:
        return before.same_scheme(row, used) or f"L{next_line_number(plan):03d}", ""
    if wanted not in used:
        return wanted, ""
    times = 2
    while f"{wanted} ({times})" in used:
        times += 1
    return f"{wanted} ({times})", wanted


def _store_small_tables(
    version: PlanVersion, content: said.PlanContent, bodies: Bodies, years: tuple[str, ...]
) -> None:
    _store_cover(version, content)
    _store_districts_and_floors(version, content, bodies, years)
    _store_ambitions(version, content, years)
    _store_answers(version, content)


def _store_cover(version: PlanVersion, content: said.PlanContent) -> None:
    CoverAnswer.objects.bulk_create(
        CoverAnswer(version=version, field=name, value=clean(text, None))
        for name, text in cover_answers(content.cover).items()
    )
    Contact.objects.bulk_create(
        Contact(
            version=version,
            position=position,
            signed_on=row.signed_on,
            places=clean_json(places_as_json(row.places)),
            **{name: clean(getattr(row, name)) for name in ("role", "title", "first_name", "surname", "email")},
        )
        for position, row in enumerate(content.contacts)
    )


def _store_districts_and_floors(
    version: PlanVersion, content: said.PlanContent, bodies: Bodies, years: tuple[str, ...]
) -> None:
    DistrictShare.objects.bulk_create(
        DistrictShare(
            version=version,
            position=position,
            category=clean(row.category or "", 60),
            district=bodies.find(row.district_code, row.district),
            district_name=clean(row.district),
            district_code=clean(row.district_code or "", 40),
            year=year,
            pence=row.pence.get(year),
            places=clean_json(places_as_json(row.places)),
        )
        for position, row in enumerate(content.districts)
        for year in row.pence or years[:1]
    )
    PrefilledFloor.objects.bulk_create(
        PrefilledFloor(
            version=version,
            position=position,
            floor=clean(row.floor or "", 60),
            year=year,
            pence=row.pence.get(year),
            places=clean_json(places_as_json(row.places)),
        )
        for position, row in enumerate(content.minimums)
        for year in row.pence or years[:1]
    )


def _store_ambitions(version: PlanVersion, content: said.PlanContent, years: tuple[str, ...]) -> None:
    Ambition.objects.bulk_create(
        (
            Ambition(
                version=version,
                position=position,
                metric=clean(row.metric or "", 100),
                period=clean(row.period, 100),
                year=year,
                value=fitting(row.value.get(year)),
                rationale=clean(row.rationale, None),
                local_plan=clean(row.local_plan, None),
                places=clean_json(places_as_json(row.places)),
            )
            for position, row in enumerate(content.ambitions)
            for year in row.value or years[:1]
        ),
        BATCH,
    )


def _store_answers(version: PlanVersion, content: said.PlanContent) -> None:
    StatementAnswer.objects.bulk_create(
        StatementAnswer(
            version=version,
            position=position,
            statement=clean(row.statement or "", 100),
            is_met=row.is_met,
            evidence=clean(row.evidence, None),
            actions=clean(row.actions, None),
            on=row.on,
            places=clean_json(places_as_json(row.places)),
        )
        for position, row in enumerate(content.answers)
    )
