"""Who pays and who gains: the page of a year, and its downloads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from commonpool.funds.models import Agreement
from commonpool.pages.lists import Column, Filter, Kind, ListPage
from commonpool.places.models import Organisation
from commonpool.risk_share.gain_files import rows_to_write
from commonpool.risk_share.queries import access, recording
from commonpool.risk_share.queries.contracts import partner_codes
from commonpool.risk_share.queries.stakes import Matrix, SchemeRow, StakeRow, matrix_of, payments_in_words
from commonpool.risk_share.views.asking import area_or_404, of_area, person_of, today
from commonpool.sheets import csv_lines

MOST_NAMED = 3


def benefits(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Net positions by scheme and body, what would leave nobody worse off, and the gains with their evidence."""
    area = area_or_404(uuid)
    agreements = access.agreements_of(area)
    agreement = agreement_asked(request, agreements)
    matrix = matrix_of(agreement, today(), request.GET.get("year", "")) if agreement else None
    context: dict[str, Any] = {"agreements": agreements, "agreement": agreement, "matrix": matrix}
    if agreement is not None and matrix is not None:
        if request.GET.get("format") == "csv":
            return _csv(area, matrix)
        listing = gains_list(request, area, matrix).read(
            request.GET, matrix.rows, is_invented=area.is_invented, keep=keep(request)
        )
        if file := listing.file():
            return file
        context |= {"listing": listing, **_shown(request, area, agreement, matrix)}
    return render(request, "risk_share/benefits.html", of_area(area, ("Who pays, who gains", ""), **context))


def agreement_asked(request: HttpRequest, agreements: list[Agreement]) -> Agreement | None:
    """The agreement that the address names, else the first."""
    asked = next((each for each in agreements if str(each.uuid) == request.GET.get("agreement")), None)
    return asked or next(iter(agreements), None)


def keep(request: HttpRequest) -> dict[str, str]:
    """What the address says of the page, for links from it."""
    return {name: request.GET[name] for name in ("agreement", "year") if request.GET.get(name)}


def _shown(request: HttpRequest, area: Organisation, agreement: Agreement, matrix: Matrix) -> dict[str, Any]:
    person = person_of(request)
    codes = partner_codes(agreement, today())
    may_write = bool(access.bodies_to_write_for(person, agreement, today()))
    found, why_no_aids = matrix.aids
    return {
        "named": matrix.misaligned[:MOST_NAMED],
        "grid": [(row, [row.of(code) for code in matrix.names]) for row in matrix.schemes],
        "together": list(matrix.together.values()),
        "payments": [
            (row, payments_in_words(row, matrix.names), _proposal(area, agreement, row, codes) if may_write else "")
            for row in matrix.misaligned
        ],
        "aids": [
            (aid, [aid.pence.get(code) for code in matrix.names], aid.core_words_with(matrix.names)) for aid in found
        ],
        "why_no_aids": why_no_aids,
        "may_record": recording.may_record_in(person, area.uuid, today()),
        "query": urlencode(keep(request)),
        "csv_query": urlencode({**keep(request), "format": "csv"}),
    }


def _proposal(area: Organisation, agreement: Agreement, row: SchemeRow, codes: dict[str, str]) -> str:
    """Where a draft of a gain-share begins, with whoever would pay as the one who delivers; "" where that is several,
    or none of the agreement's own."""
    paying = [code for code, pence in row.balance.side_payments.items() if pence > 0]
    if len(paying) != 1 or paying[0] not in codes:
        return ""
    asked = {"agreement": str(agreement.uuid), "form": "e", "delivers": paying[0]}
    return f"{reverse('risk_share:new', args=[area.uuid])}?{urlencode(asked)}"


def gains_list(request: HttpRequest, area: Organisation, matrix: Matrix) -> ListPage:
    """What each body pays and says that it gains, with its evidence."""
    on, person = today(), person_of(request)
    mine = recording.changeable_by(person, area, [row.benefit for row in matrix.rows if row.benefit], on)

    def edit(row: StakeRow) -> str | None:
        is_mine = row.benefit is not None and row.benefit.pk in mine
        return reverse("risk_share:edit-benefit", args=[row.benefit.uuid]) if is_mine and row.benefit else None

    return ListPage(
        f"who-pays-who-gains-{matrix.year.year}",
        "What each pays and gains, and how that is known",
        (
            Column(
                "line", "Scheme line", lambda row: row.line.label, link=lambda row: row.line.url, filter=Filter.CHOICE
            ),
            Column("who", "Who", lambda row: row.name, link=edit, filter=Filter.CHOICE),
            Column("pays", "Pays", lambda row: _pays(row), Kind.MONEY, show=_figure),
            Column("basis", "Read from", lambda row: row.line.basis.label if row.pays else ""),
            Column("cashable", "Cashable gain", _of("cashable_pence"), Kind.MONEY),
            Column("non_cashable", "Gain not cashable", _of("non_cashable_pence"), Kind.MONEY),
            Column("low", "At least", _of("low_pence"), Kind.MONEY, show=_end("low_pence")),
            Column("high", "At most", _of("high_pence"), Kind.MONEY, show=_end("high_pence")),
            Column("not_money", "Gain without a price", _words("not_money")),
            Column("evidence", "Evidence", _words("evidence")),
            Column("said_by", "Said by", lambda row: str(row.benefit.said_by) if row.benefit else "nobody yet"),
            Column(
                "said_at", "Said at", lambda row: row.benefit.made_at if row.benefit else None, Kind.MOMENT, show=_when
            ),
        ),
        noun="stakes",
        empty="",
    )


def _pays(row: StakeRow) -> int | None:
    if row.pays is None:
        return 0
    return None if row.pays.value is None else int(row.pays.value)


def _figure(row: StakeRow) -> str:
    from commonpool.pages.templatetags.pages import figure, money

    return figure(row.pays) if row.pays is not None else money(0)


def _of(name: str) -> Any:
    return lambda row: getattr(row.benefit, name) if row.benefit else None


def _words(name: str) -> Any:
    return lambda row: getattr(row.benefit, name) if row.benefit else ""


def _end(name: str) -> Any:
    """An end of the range, empty where nobody has said how sure it is: that is no amount that is not known."""
    from commonpool.pages.templatetags.pages import money

    return lambda row: money(pence) if row.benefit and (pence := getattr(row.benefit, name)) is not None else ""


def _when(row: StakeRow) -> str:
    from commonpool.pages.formats import moment_text

    return moment_text(row.benefit.made_at) if row.benefit else ""


def _csv(area: Organisation, matrix: Matrix) -> HttpResponse:
    answer = HttpResponse("".join(csv_lines(rows_to_write(matrix))), content_type="text/csv; charset=utf-8")
    name = f"gains-{area.code or 'area'}-{matrix.year.year}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
