"""Contracts compared and negotiated before they are signed: up to eight on the same possible years of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from commonpool.funds.models import Agreement
from commonpool.places.models import Organisation
from commonpool.risk_share.forms.contracts import MOST_TRIED, TryForm
from commonpool.risk_share.forms.negotiating import LimitsForm, TermsForm
from commonpool.risk_share.models import ContractVersion
from commonpool.risk_share.models.contracts import LONGEST_TITLE
from commonpool.risk_share.pictures.curves import curve_of
from commonpool.risk_share.pictures.dots import dots_of
from commonpool.risk_share.pictures.fairness import frontier_chart
from commonpool.risk_share.queries.access import agreements_of, bodies_to_write_for, contracts_readable_by
from commonpool.risk_share.queries.contracts import in_force_on, partner_codes
from commonpool.risk_share.queries.lines import PlanLines, contributions, plan_lines
from commonpool.risk_share.queries.negotiating import (
    cells_of,
    limit_rows,
    moving_words,
    partners_of,
    signing_words,
    verdict_words,
)
from commonpool.risk_share.queries.trying import names_of, read_once, rows_of, tried_on
from commonpool.risk_share.reading.contracts import NotAContract
from commonpool.risk_share.rules.contract import Contract
from commonpool.risk_share.rules.errors import ContractError
from commonpool.risk_share.rules.futures.frontier import frontier
from commonpool.risk_share.rules.futures.moving import moves_from
from commonpool.risk_share.views.asking import area_or_404, of_area, person_of, today
from commonpool.risk_share.writing import contract_text

USUAL_SD: Final = "5"
USUAL_COMMON: Final = "25"
CHANGED: Final = "changed"


def trying(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Up to eight contracts side by side; with `?part=comparison` only what changes with the terms, for sliders."""
    area = area_or_404(uuid)
    agreements = agreements_of(area)
    agreement = next((each for each in agreements if str(each.uuid) == request.GET.get("agreement")), None)
    agreement = agreement or next(iter(agreements), None)
    context = _tried(request, agreement)
    context |= {"agreement": agreement, "agreements": agreements}
    template = "comparison" if request.GET.get("part") == "comparison" else "trying"
    return render(request, f"risk_share/{template}.html", of_area(area, ("Comparing", ""), **context))


def changed_text(request: HttpRequest, area: Organisation) -> tuple[Agreement, str] | None:
    """The contract with the terms that the address changes, as a text for a new draft; None where it names none.

    Raises ContractError with what is wrong in the terms.
    """
    readable = contracts_readable_by(person_of(request), today()).filter(
        agreement__fund__area=area, kind=ContractVersion.Kind.SHARING
    )
    version = _named(list(readable), request.GET.get(CHANGED))
    found = plan_lines(version.agreement, today()) if version else None
    if version is None or found is None:
        return None
    form = TermsForm(request.GET, contract=read_once(version), lines=found)
    if not form.is_valid():
        raise ContractError(" ".join(problem for each in form.errors.values() for problem in map(str, each)))
    return version.agreement, contract_text(_called_changed(form.cleaned_data["contract"], read_once(version)))


def _tried(request: HttpRequest, agreement: Agreement | None) -> dict[str, Any]:
    """What the contracts come to; or in words why there is nothing to try."""
    found = plan_lines(agreement, today()) if agreement else None
    if agreement is None or found is None:
        return {"why_not": "Possible years need the lines of an agreed plan, and this area has none yet."}
    readable = contracts_readable_by(person_of(request), today()).filter(
        agreement=agreement, withdrawn_at=None, kind=ContractVersion.Kind.SHARING
    )
    versions = list(readable.order_by("-number"))
    if not versions:
        return {"why_not": "No contract that you may read is there yet."}
    lines = [(line.code, f"{line.code} {found.names[line.code]}") for line in found.lines]
    data = request.GET if "sd" in request.GET else _usual(versions)
    form = TryForm(data, contracts=versions, lines=lines)
    limits = LimitsForm(request.GET, partners=partner_codes(agreement, today()))
    context = {"form": form, "lines": found, "limits_form": limits, "query": _query(request)}
    if not form.is_valid():
        return context
    try:
        return {**context, **_Comparison(request, agreement, found, form, limits).context()}
    except (ContractError, NotAContract) as refused:
        form.add_error(None, str(refused))
        return context


def _usual(versions: list[ContractVersion]) -> QueryDict:
    """What is tried before anybody chooses: the newest contracts, and lines that differ as in a usual year."""
    data = QueryDict(mutable=True)
    data.setlist("contracts", [str(each.uuid) for each in versions[:MOST_TRIED]])
    data["sd"], data["common"] = USUAL_SD, USUAL_COMMON
    return data


def _query(request: HttpRequest) -> str:
    """The address without the terms of one contract, for the links that change those of another."""
    kept = request.GET.copy()
    for name in [name for name in kept if name in (CHANGED, "part") or name.startswith(("share-", "cap-"))]:
        del kept[name]
    return kept.urlencode()


def _named(versions: Sequence[ContractVersion], uuid: str | None) -> ContractVersion | None:
    return next((each for each in versions if str(each.uuid) == uuid), None)


def _called_changed(changed: Contract, before: Contract) -> Contract:
    """Other terms under another title, so that nobody takes one for the other."""
    if changed == before:
        return changed
    return replace(changed, title=f"{changed.title[: LONGEST_TITLE - 9]}, changed")


@dataclass(frozen=True)
class _Comparison:
    """What the page shows of the contracts that were chosen."""

    request: HttpRequest
    agreement: Agreement
    found: PlanLines
    form: TryForm
    limits_form: LimitsForm

    def context(self) -> dict[str, Any]:
        """Everything that the template asks for. Raises ContractError and NotAContract."""
        versions: list[ContractVersion] = self.form.cleaned_data["contracts"]
        base = _named(versions, self.request.GET.get(CHANGED)) or versions[-1]
        terms = TermsForm(self.request.GET, contract=read_once(base), lines=self.found)
        contracts = [read_once(each) for each in versions]
        labels = [f"Version {each.number}" for each in versions]
        links = list(versions)
        if terms.is_valid() and terms.cleaned_data["contract"] != read_once(base):
            contracts.append(terms.cleaned_data["contract"])
            labels.append(f"Version {base.number}, changed")
            links.append(base)
        if len(contracts) > MOST_TRIED:
            raise ContractError(f"With the changed terms these are {len(contracts)} contracts. Choose one fewer.")
        mine = bodies_to_write_for(person_of(self.request), self.agreement, today())
        shown = {"base": base, "versions": versions, "terms_form": terms, "may_write": bool(mine)}
        return {**shown, **self._answers(contracts, labels, links)}

    def _answers(self, contracts: list[Contract], labels: list[str], links: list[ContractVersion]) -> dict[str, Any]:
        given = self.form.cleaned_data
        on_years = tried_on(contracts, self.found, given["sds"], given["share"])
        tried, names, partners = on_years.tried, names_of(on_years.tried), partners_of(on_years.tried)
        rows = rows_of(tried, labels)
        worst = max((row for row in rows if row.is_partner), key=lambda row: row.futures.very_bad_year.value)
        drawn = f"{tried.scenarios:,} possible years ({tried.points} points, seed {tried.seed})"
        title = f"{worst.party} has the most to fear, under {worst.contract.lower()}"
        start = self._start(labels, links)
        moves = moves_from(tried, start)
        places = frontier(tried.contracts, contributions(self.found, self.agreement, today()))
        limits = self.limits_form.limits()
        kept = limit_rows(on_years, labels, limits, self.limits_form.partners)
        return {
            "tried": tried,
            "rows": rows,
            "worst": worst,
            "names": [names[code] for code in partners],
            "compared": list(zip(labels, links, cells_of(tried), strict=True)),
            "assumed": sorted({label for each in contracts for label in each.measures.values()}),
            "picture": dots_of(rows, title, f"{drawn}. What is paid stands right of zero."),
            "start": labels[start],
            "starts": [(number, label, number == start) for number, label in enumerate(labels)],
            "moves": [
                (labels[move.end], [move.partners.get(code) for code in partners], verdict_words(move, names))
                for move in moves
            ],
            "moving": moving_words(moves, labels, names),
            "frontier": frontier_chart(places, labels, names),
            "curves": [curve_of(each, label, names) for each, label in zip(tried.contracts, labels, strict=True)],
            "limit_rows": kept,
            "signing": signing_words(kept, labels) if kept else "",
        }

    def _start(self, labels: list[str], links: list[ContractVersion]) -> int:
        """The contract that partners would leave: the chosen one, else the one in force, else the first."""
        asked = self.request.GET.get("move", "")
        if asked.isascii() and asked.isdigit() and int(asked) < len(labels):
            return int(asked)
        current = in_force_on(self.agreement, today())
        return links.index(current) if current in links else 0
