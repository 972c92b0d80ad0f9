"""A version's rows to plain values and back: the same `PlanContent` goes in and comes out.

So a plan typed in the browser passes exactly the checks that its workbook would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Final

from commonpool.findings import At
from commonpool.plans.models import (
    Ambition,
    Contact,
    DistrictShare,
    IncomeLine,
    PlanVersion,
    PrefilledFloor,
    SchemeLine,
    StatementAnswer,
)
from commonpool.plans.rules import content as said

COVER_TEXTS: Final = ("area_name", "completed_by", "email", "telephone", "signer_name", "signer_title")
SCHEME_TEXTS: Final = ("scheme_id", "description", "other_text", "output_unit", "area_other_text", "comment")
SCHEME_MORE_TEXTS: Final = ("redirected_from", "stream")
SCHEME_CODES: Final = (
    *("scheme_type", "sub_type", "area_of_spend", "commissioner", "provider"),
    *("new_existing", "funding_kind", "purpose_kind"),
)


def places_as_json(places: Mapping[str, At]) -> dict[str, list[str | None]]:
    """{field key: [sheet, cell, field, text as typed]}"""
    return {key: [at.sheet, at.cell, at.field, at.text] for key, at in places.items()}


def places_from_json(stored: Mapping[str, Sequence[str | None]]) -> dict[str, At]:
    """The places as they were before `places_as_json`."""
    return {key: At(*parts) for key, parts in stored.items()}


def content_of(version: PlanVersion) -> said.PlanContent:
    """What a version says, read from its rows in ten queries whatever its size."""
    answers = {each.field: each.value for each in version.cover_answers.all()}
    return said.PlanContent(
        round_id=version.plan.round_id,
        cover=_cover(answers, places_from_json(version.cover_places)),
        contacts=tuple(_contact(each) for each in version.contacts.all()),
        income=tuple(income_row(each) for each in version.income_lines.prefetch_related("years")),
        districts=_by_position(version.district_shares.all(), _district),
        minimums=_by_position(version.prefilled_floors.all(), _minimum),
        lines=tuple(scheme_row(each) for each in version.scheme_lines.prefetch_related("years")),
        ambitions=_by_position(version.ambitions.all(), _ambition),
        answers=tuple(_answer(each) for each in version.statement_answers.all()),
        tables_at=places_from_json(version.tables_at),
    )


def local_facts(version: PlanVersion) -> dict[str, dict[str, Any]]:
    """What no workbook has, by line id: who bears a loss, test pots, conditions of top-ups. Part of the digest."""
    facts: dict[str, dict[str, Any]] = {}
    for line in version.scheme_lines.select_related("loss_bearer", "fund"):
        facts[line.line_id] = {
            "loss_bearer": str(line.loss_bearer.uuid) if line.loss_bearer else None,
            "is_test_pot": line.is_test_pot,
            "fund": str(line.fund.uuid) if line.fund else None,
        }
    for each in version.income_lines.select_related("fund"):
        facts[each.line_id] = {
            "legal_basis": each.legal_basis,
            "notice_days": each.notice_days,
            "withdrawn_on": each.withdrawn_on,
            "fund": str(each.fund.uuid) if each.fund else None,
        }
    return facts


def income_row(line: IncomeLine) -> said.IncomeRow:
    """One income line as the checks see it."""
    years = list(line.years.all())
    return said.IncomeRow(
        category=line.category or None,
        payer=line.payer_name,
        payer_code=line.payer_code or None,
        pence={each.year: each.pence for each in years},
        published_pence={each.year: each.published_pence for each in years if each.published_pence is not None},
        comment=line.comment,
        ends_on=line.ends_on,
        terms=line.terms,
        places=places_from_json(line.places),
    )


def scheme_row(line: SchemeLine) -> said.SchemeRow:
    """One scheme line as the checks see it."""
    years = list(line.years.all())
    texts = {name: getattr(line, name) for name in (*SCHEME_TEXTS, *SCHEME_MORE_TEXTS)}
    codes: dict[str, Any] = {name: getattr(line, name) or None for name in SCHEME_CODES}
    return said.SchemeRow(
        line_id=line.written_line_id or line.line_id,
        name=line.scheme_name,
        source=line.source_category or None,
        objectives=tuple(line.objectives),
        nhs_share=Fraction(line.nhs_share) if line.nhs_share else None,
        previously_reported=line.previously_reported,
        pence={each.year: each.pence for each in years},
        outputs={each.year: each.outputs for each in years if each.outputs is not None},
        places=places_from_json(line.places),
        **texts,
        **codes,
    )


def _cover(answers: Mapping[str, str], places: Mapping[str, At]) -> said.Cover:
    def on(field: str) -> date | None:
        return date.fromisoformat(answers[field]) if answers.get(field) else None

    signed = answers.get("is_signed_off")
    return said.Cover(
        area_code=answers.get("area_code") or None,
        is_signed_off=None if not signed else signed == "yes",
        signed_off_on=on("signed_off_on"),
        sign_off_expected=on("sign_off_expected_on") or answers.get("sign_off_expected") or None,
        places=places,
        **{field: answers.get(field, "") for field in COVER_TEXTS},
    )


def cover_answers(cover: said.Cover) -> dict[str, str]:
    """The cover as the texts that are stored: dates as ISO, yes and no as those words."""
    expected = cover.sign_off_expected
    texts = {field: getattr(cover, field) for field in COVER_TEXTS}
    texts["area_code"] = cover.area_code or ""
    texts["is_signed_off"] = "" if cover.is_signed_off is None else "yes" if cover.is_signed_off else "no"
    texts["signed_off_on"] = cover.signed_off_on.isoformat() if cover.signed_off_on else ""
    key = "sign_off_expected_on" if isinstance(expected, date) else "sign_off_expected"
    texts[key] = str(expected or "")
    return {field: text for field, text in texts.items() if text}


def _contact(each: Contact) -> said.Contact:
    return said.Contact(
        role=each.role,
        title=each.title,
        first_name=each.first_name,
        surname=each.surname,
        email=each.email,
        signed_on=each.signed_on,
        places=places_from_json(each.places),
    )


def _answer(each: StatementAnswer) -> said.Answer:
    return said.Answer(
        statement=each.statement or None,
        is_met=each.is_met,
        evidence=each.evidence,
        actions=each.actions,
        on=each.on,
        places=places_from_json(each.places),
    )


def _by_position(rows: Iterable[Any], made: Callable[[list[Any]], Any]) -> tuple[Any, ...]:
    """Rows of one position differ in their year only: they are one row of the plan."""
    grouped: dict[int, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.position, []).append(row)
    return tuple(made(each) for each in grouped.values())


def _district(rows: list[DistrictShare]) -> said.DistrictRow:
    first = rows[0]
    return said.DistrictRow(
        category=first.category or None,
        district=first.district_name,
        district_code=first.district_code or None,
        pence={row.year: row.pence for row in rows},
        places=places_from_json(first.places),
    )


def _minimum(rows: list[PrefilledFloor]) -> said.MinimumRow:
    first = rows[0]
    return said.MinimumRow(
        floor=first.floor or None,
        pence={row.year: row.pence for row in rows},
        places=places_from_json(first.places),
    )


def _ambition(rows: list[Ambition]) -> said.AmbitionRow:
    first = rows[0]
    return said.AmbitionRow(
        metric=first.metric or None,
        period=first.period,
        value={row.year: row.value for row in rows},
        rationale=first.rationale,
        local_plan=first.local_plan,
        places=places_from_json(first.places),
    )
