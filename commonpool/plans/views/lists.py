"""The lists of this room: a version's lines, its versions, all plans."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.plans.models import SchemeLine
from commonpool.plans.queries.figures import category_label, code_label
from commonpool.plans.queries.overview import PlanRow
from commonpool.policy.rules import Round


def lines_list(round_: Round, year: str) -> ListPage:
    """The scheme lines of one version, with the amounts of one year."""

    def of_year(line: SchemeLine) -> Any:
        return next((each for each in line.years.all() if each.year == year), None)

    def labelled(field: str, list_name: str) -> Any:
        return lambda line: code_label(round_, list_name, getattr(line, field))

    return ListPage(
        "scheme-lines",
        f"Scheme lines, {year}",
        (
            Column("line", "Line", lambda line: line.line_id),
            Column(
                "name",
                "Scheme",
                lambda line: line.scheme_name or "no name",
                link=lambda line: reverse("plans:line", args=[line.uuid]),
                filter=Filter.TEXT,
            ),
            Column(
                "source",
                "Source of funding",
                lambda line: category_label(round_, line.source_category),
                filter=Filter.CHOICE,
            ),
            Column("type", "Scheme type", labelled("scheme_type", "scheme_types"), filter=Filter.CHOICE),
            Column("area", "Area of spend", labelled("area_of_spend", "area_of_spend"), filter=Filter.CHOICE),
            Column("commissioner", "Commissioner", labelled("commissioner", "commissioner"), filter=Filter.CHOICE),
            Column(
                "spend",
                "Planned spend",
                lambda line: each.pence if (each := of_year(line)) else None,
                Kind.MONEY,
                is_summed=True,
                symbol=round_.currency_symbol,
            ),
        ),
        empty="There is no scheme line yet. Add one, or upload the plan workbook.",
        noun="scheme lines",
    )


def income_list(round_: Round, year: str) -> ListPage:
    """The income lines of one version, with the amounts of one year."""

    def pence(line: Any) -> int | None:
        return next((each.pence for each in line.years.all() if each.year == year), None)

    return ListPage(
        "income-lines",
        f"Income, {year}",
        (
            Column(
                "category",
                "Category",
                lambda line: category_label(round_, line.category),
                link=lambda line: reverse("plans:income-line", args=[line.uuid]),
            ),
            Column("payer", "Paid by", lambda line: str(line.payer or line.payer_name or "not said")),
            Column("basis", "Legal basis", lambda line: line.legal_basis),
            Column("amount", "Amount", pence, Kind.MONEY, is_summed=True, symbol=round_.currency_symbol),
        ),
        empty="There is no income line yet. Upload the plan workbook, or start from the published amounts.",
        noun="income lines",
        prefix="income-",
    )


def _balanced(row: PlanRow) -> str:
    return {True: "Yes", False: "No", None: "Not known"}[row.balances]


ALL_PLANS = ListPage(
    "plans",
    "Plans",
    (
        Column(
            "area",
            "Area",
            lambda row: row.area.name,
            link=lambda row: reverse("plans:version", args=[row.version.uuid]),
            filter=Filter.TEXT,
        ),
        Column("round", "Round", lambda row: row.round_label, filter=Filter.CHOICE),
        Column("state", "State", lambda row: row.version.get_state_display(), filter=Filter.CHOICE),
        Column("standing", "Standing", lambda row: row.standing.sentence),
        Column("income", "Income", lambda row: row.income_pence, Kind.MONEY),
        Column("balanced", "Balanced", _balanced, filter=Filter.CHOICE),
        Column("errors", "Errors", lambda row: row.standing.errors, Kind.NUMBER),
        Column("warnings", "Warnings", lambda row: row.standing.warnings, Kind.NUMBER),
    ),
    empty="No plan has been brought yet in any area that you may see. An area’s plan appears here when it is offered.",
    noun="plans",
    sort="area",
)


PUBLIC = ListPage(
    "what-the-money-is-for",
    "What the money is for",
    (
        Column("what", "What", lambda row: row.label),
        Column("money", "Money", lambda row: row.pence, Kind.MONEY),
        Column("each", "For each person", lambda row: row.per_resident_pence, Kind.MONEY),
    ),
    empty="There is no agreed plan yet.",
)
