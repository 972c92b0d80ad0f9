"""What would change: a figure restated for other bodies, a merger or a split tried."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from commonpool.places import queries
from commonpool.places.models import Organisation
from commonpool.places.rules import FootprintGap, apportion
from commonpool.places.scenarios import ScenarioError, read_lines, read_scenario
from commonpool.places.what_if import outcome

# The whole width on a narrow screen, where a long choice would otherwise push the page sideways.
WIDE: Final = "govuk-!-width-two-thirds"


class WhatIfForm(forms.Form):
    """The lines of a scenario and the day."""

    lines = forms.CharField(
        label="Who becomes what",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=50_000,
        help_text="One line for each body that ends: its code, the name or code of its successor, and, if it is "
        "divided, the code of the part that goes there (or ‘rest’). For example: E10000011, East, E07000061",
    )
    on = forms.DateField(
        label="First day of the successors",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        help_text="For example 2028-04-01",
    )
    use_required_attribute = False


def what_if(request: HttpRequest) -> HttpResponse:
    """Try a merger or a split. Nothing is recorded."""
    asked = "lines" in request.GET
    form = WhatIfForm(request.GET) if asked else WhatIfForm()
    found = None
    if asked and form.is_valid():
        try:
            lines = read_lines(form.cleaned_data["lines"].splitlines())
            found = outcome(read_scenario(lines, form.cleaned_data["on"]))
        except ScenarioError as error:
            form.add_error("lines", str(error))
    return render(request, "places/what_if.html", {"form": form, "found": found, "tables": _tables(found)})


def _tables(found: Any) -> list[dict[str, Any]]:
    if found is None:
        return []
    return [
        {
            "name": name,
            "moves": thing.moves,
            "before": sum(thing.before.values()),
            "after": sum(thing.after.values()),
            "results": thing.after.items(),
        }
        for name, thing in found.recuts.items()
    ]


class RestateForm(forms.Form):
    """A whole amount and the kind of body to restate it for."""

    amount = forms.IntegerField(
        label="Figure of this body",
        min_value=-(10**15),
        max_value=10**15,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        help_text="A whole number: people, cases, or pence",
    )
    to = forms.ChoiceField(
        label="Restate it for",
        choices=[(one.value, one.label) for one in queries.COMPARED_KINDS],
        widget=forms.Select(attrs={"class": WIDE}),
    )
    per = forms.ChoiceField(
        label="By residents",
        choices=list(queries.BANDS.items()),
        required=False,
        widget=forms.Select(attrs={"class": WIDE}),
    )
    use_required_attribute = False


def restate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A figure of one body, shared over bodies of another kind by the people who live in both."""
    body = get_object_or_404(Organisation, uuid=uuid)
    asked = "amount" in request.GET
    form = RestateForm(request.GET if asked else None)
    rows, assumption = [], ""
    if asked and form.is_valid():
        wanted = form.cleaned_data
        today = timezone.localdate()
        ground = queries.read_ground(band=wanted["per"] or "people")
        shared = queries.neighbours(body, today, [wanted["to"]], ground=ground)
        residents = {(body.name, str(row.body.uuid)): row.people for row in shared}
        try:
            found = apportion({body.name: wanted["amount"]}, residents)
        except FootprintGap as gap:
            form.add_error("to", str(gap))
        else:
            rows = [(row, found.amounts.get(str(row.body.uuid), 0)) for row in shared]
            assumption = found.assumption
    known = {"body": body, "form": form, "rows": rows, "assumption": assumption, "is_invented": body.is_invented}
    return render(request, "places/restate.html", known)
