"""How far coders agree: on a round, or on any transcripts and coders of a study."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from commonpool.sheets import Table, csv_lines, write_workbook
from commonpool.voices.forms.agreement import UNITS, AskedForm, ChoiceForm
from commonpool.voices.models import CodingRound, Study, TeamMember, Transcript
from commonpool.voices.queries.agreement import Question, answer
from commonpool.voices.queries.compared import Compared, compared_of_choice, compared_of_round
from commonpool.voices.queries.decided import settled_of
from commonpool.voices.rules.agreement import Agreement
from commonpool.voices.rules.agreement.comparing import (
    Comparison,
    OfCode,
    Unit,
    ratings_by_code,
    rows_of_ratings,
    rows_of_sections,
)
from commonpool.voices.views.asking import of_study, row_or_404

UNIT_WORDS: Final = {**dict(UNITS), Unit.SECTION: "by the sections that coders cut"}
FILES: Final = ("csv", "xlsx", "for-command", "sections")


def of_round(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far the coders of a round agree; nothing of a blind round that is open, for anybody."""
    held = row_or_404(CodingRound, uuid, "study")
    above = (("Coding rounds", reverse("voices:rounds", args=[held.study.uuid])),)
    own = (*above, (held.name, reverse("voices:round", args=[held.uuid])), ("Agreement", ""))
    if held.is_blind and held.closed_at is None:
        return render(request, "voices/agreement.html", of_study(request, held.study, *own, round=held, is_hidden=True))
    every = compared_of_round(held)
    form = AskedForm(request.GET, coders=every.coders)
    found = _cut(every, form)
    context = {"round": held, "settled": settled_of(held, every) if held.closed_at else None}
    return _answered(request, found, form, own, context)


def of_study_chosen(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The same of any transcripts and coders, by what stands now."""
    study = row_or_404(Study, uuid)
    texts = list(Transcript.objects.filter(study=study).select_related("newest"))
    form = ChoiceForm(request.GET, coders=_everybody(study), transcripts=texts)
    chosen = {each.pk for each in form.chosen_transcripts()}
    wanted = [each for each in texts if not chosen or each.pk in chosen]
    found = compared_of_choice(study, wanted, form.chosen() or _everybody(study))
    above = ("Coding rounds", reverse("voices:rounds", args=[study.uuid]))
    return _answered(request, found, form, (above, ("Agreement", "")), {})


def _everybody(study: Study) -> list[TeamMember]:
    parts = (TeamMember.Part.LEAD, TeamMember.Part.CODER, TeamMember.Part.ELSEWHERE)
    return list(TeamMember.objects.filter(study=study, part__in=parts).select_related("person"))


def _cut(found: Compared, form: AskedForm) -> Compared:
    chosen = form.chosen()
    return found.of_coders(each.pk for each in chosen) if chosen else found


def _answered(
    request: HttpRequest,
    found: Compared,
    form: AskedForm,
    below: tuple[tuple[str, str], ...],
    more: dict[str, Any],
) -> HttpResponse:
    is_beneath = form.is_valid() and bool(form.cleaned_data["beneath"])
    question = Question(found, form.asked(), is_beneath)
    shown = answer(question) if found.texts else None
    kind = request.GET.get("download", "")
    if shown is not None and kind in FILES:
        return _file(kind, question, shown)
    query = request.GET.copy()
    query.pop("download", None)
    context = of_study(
        request,
        found.study,
        *below,
        form=form,
        found=found,
        shown=shown,
        unit_words=UNIT_WORDS[question.asked.unit],
        is_beneath=is_beneath,
        rows=_rows(shown, found) if shown else [],
        query=query.urlencode(),
        **more,
    )
    return render(request, "voices/agreement.html", context)


def _rows(shown: Comparison, found: Compared) -> list[tuple[OfCode, list[int]]]:
    return [(each, [each.sections.get(coder.initials, 0) for coder in found.coders]) for each in shown.codes]


def _file(kind: str, question: Question, shown: Comparison) -> HttpResponse:
    if kind == "sections":
        rows = rows_of_sections(question.texts())
        return _sent("".join(csv_lines(rows)).encode(), "sections.csv", "text/csv; charset=utf-8")
    if kind == "for-command":
        return _sent("".join(csv_lines(_for_command(question))).encode(), "ratings.csv", "text/csv; charset=utf-8")
    headers, of_codes = _headers(question), list(_table(question, shown))
    if kind == "csv":
        content = ("\ufeff" + "".join(csv_lines([headers, *of_codes]))).encode()
        return _sent(content, "agreement.csv", "text/csv; charset=utf-8")
    target = io.BytesIO()
    tables = [Table("Codes", headers, of_codes), _of_transcripts(shown), _about(question, shown)]
    write_workbook(target, tables, made_at=timezone.now())
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _sent(target.getvalue(), "agreement.xlsx", xlsx)


def _sent(content: bytes, name: str, kind: str) -> HttpResponse:
    answer_ = HttpResponse(content, content_type=kind)
    answer_["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer_


def _for_command(question: Question) -> Iterator[tuple[str | int, ...]]:
    texts, unit = question.texts(), question.asked.unit
    if unit is Unit.SECTION:
        return rows_of_sections(texts)
    return rows_of_ratings(ratings_by_code(texts, unit, question.stretches()))


def _headers(question: Question) -> list[str]:
    counts = [f"Coded by {each.initials}" for each in question.found.coders]
    ends = ["95% interval from", "95% interval to", "Percent agreement", "Presence agreement", "Undefined because"]
    return ["Code", *counts, "Agreement", *ends]


def _table(question: Question, shown: Comparison) -> Iterator[list[Any]]:
    nobody = ["" for _ in question.found.coders]
    yield ["All codes pooled", *nobody, *_figures(shown.whole, shown.percent, shown.presence)]
    for each, counts in _rows(shown, question.found):
        yield [each.code, *counts, *_figures(each.found, each.percent, each.presence)]


def _figures(found: Agreement | None, percent: Agreement, presence: Agreement) -> list[Any]:
    low, high = (found.interval if found else None) or (None, None)
    because = found.undefined_because if found else "This statistic is of all codes together."
    return [found.value if found else None, low, high, percent.value, presence.value, because or ""]


def _of_transcripts(shown: Comparison) -> Table:
    rows = [(name, each.value, each.units, each.undefined_because or "") for name, each in shown.transcripts.items()]
    return Table("Transcripts", ("Transcript", "Agreement", "Units", "Undefined because"), rows)


def _about(question: Question, shown: Comparison) -> Table:
    spread, codes, texts = shown.whole.spread, shown.mean_of_codes, shown.mean_of_transcripts
    rows: list[tuple[str, Any]] = [
        ("Statistic", shown.whole.words),
        ("Unit", UNIT_WORDS[question.asked.unit]),
        ("Codes count those beneath", "yes" if question.counts_beneath else "no"),
        ("Coders", ", ".join(each.initials for each in question.found.coders)),
        ("Transcripts", len(question.found.texts)),
        ("Left out", "; ".join(f"{name}: {why}" for name, why in question.found.left_out)),
        ("Draws", spread.draws if spread else None),
        ("Seed", spread.seed if spread else None),
        ("Indicative", "yes" if spread and spread.is_indicative else "no"),
        ("Mean of codes, unweighted", codes.unweighted),
        ("Mean of codes, weighted by units", codes.weighted),
        ("Mean of transcripts, unweighted", texts.unweighted),
        ("Mean of transcripts, weighted by units", texts.weighted),
    ]
    return Table("About", ("What", "Which"), rows)
