"""Who speaks in a text."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from commonpool.voices.actions.speakers import map_speakers
from commonpool.voices.forms.speakers import SpeakersForm
from commonpool.voices.models import Study, Transcript, Turn
from commonpool.voices.queries.reading import turns_of
from commonpool.voices.queries.texts import typed_label
from commonpool.voices.queries.uploads import shortened
from commonpool.voices.views.asking import of_study, row_or_404, told, who_and_when


def below_text(study: Study, text: Transcript, label: str) -> list[tuple[str, str]]:
    """The way to a page of one text."""
    return [
        ("Texts", reverse("voices:texts", args=[study.uuid])),
        (text.name, reverse("voices:transcript", args=[text.uuid])),
        (label, ""),
    ]


def speakers(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say whose words they are; they are sealed anew under the right keys, and the text stays."""
    text = row_or_404(Transcript, uuid, "study", "study__body", "newest", "interview")
    form = SpeakersForm(request.POST or None, transcript=text)
    if request.method == "POST" and form.is_valid():

        def step() -> None:
            map_speakers(
                **who_and_when(request),
                transcript=text,
                interview=form.cleaned_data["interview"],
                whose=form.whose(),
                interviewers=form.interviewers(),
            )

        if told(request, step):
            messages.success(request, "Saved. The words lie under the keys of those whose they are.")
            return redirect("voices:speakers", text.uuid)
    context = of_study(request, text.study, *below_text(text.study, text, "Speakers"), transcript=text, form=form)
    return render(request, "voices/texts/speakers.html", {**context, "rows": _rows(text, form)})


def _rows(text: Transcript, form: SpeakersForm) -> list[dict[str, object]]:
    """Each speaker with the label as typed, the number of turns, the first words, and the box."""
    counts = dict(Turn.objects.filter(version=text.newest).order_by().values_list("speaker").annotate(many=Count("pk")))
    first: dict[int, str] = {}
    by_number = dict(Turn.objects.filter(version=text.newest).values_list("number", "speaker"))
    for turn in turns_of(text):
        if (speaker := by_number.get(turn.number)) is not None:
            first.setdefault(speaker, shortened(turn.words))
    return [
        {
            "speaker": each,
            "label": typed_label(each),
            "turns": counts.get(each.pk, 0),
            "first_words": first.get(each.pk, ""),
            "box": form[f"speaker-{each.pk}"] if f"speaker-{each.pk}" in form.fields else None,
        }
        for each in form.speakers
    ]
