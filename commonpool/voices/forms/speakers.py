"""The form that says who speaks in a text, and which interview it records."""

from __future__ import annotations

from typing import Any

from django import forms

from commonpool.pages.forms import GovukForm
from commonpool.voices.models import Interview, Participant, Speaker, Transcript
from commonpool.voices.queries.uploads import Fate


class SpeakersForm(GovukForm, forms.Form):
    """The fields are `interview`, and `speaker-1` and so on, by row id."""

    interview = forms.ModelChoiceField(
        Interview.objects.none(),
        label="Interview that it records",
        required=False,
        empty_label="None, or not recorded yet",
        to_field_name="uuid",
        help_text="Where one person alone was heard, the questions are sealed with the answers.",
    )

    def __init__(self, *args: Any, transcript: Transcript, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["interview"].queryset = Interview.objects.filter(study=transcript.study_id)  # type: ignore[attr-defined]
        self.fields["interview"].initial = transcript.interview and transcript.interview.uuid
        people = Participant.objects.filter(study=transcript.study_id, withdrawn_at=None)
        self.participants = {str(each.uuid): each for each in people}
        self.speakers = list(transcript.speakers.select_related("participant"))
        choices = [
            (Fate.UNKNOWN.value, "Not known yet"),
            (Fate.INTERVIEWER.value, "The interviewer"),
            *((uuid, each.pseudonym) for uuid, each in self.participants.items()),
        ]
        for each in self.speakers:
            if each.participant is None or each.participant.withdrawn_at is None:
                self.fields[f"speaker-{each.pk}"] = forms.ChoiceField(
                    label="Who is it?", choices=choices, initial=_now(each)
                )

    def whose(self) -> dict[int, Participant | None]:
        """{row id of the speaker: participant, or None}"""
        given = {each.pk: self.cleaned_data.get(f"speaker-{each.pk}", "") for each in self.speakers}
        return {pk: self.participants.get(chosen) for pk, chosen in given.items()}

    def interviewers(self) -> frozenset[int]:
        """Row ids of the speakers who are interviewers."""
        return frozenset(
            each.pk for each in self.speakers if self.cleaned_data.get(f"speaker-{each.pk}") == Fate.INTERVIEWER
        )


def _now(speaker: Speaker) -> str:
    if speaker.participant is not None:
        return str(speaker.participant.uuid)
    return Fate.INTERVIEWER.value if speaker.is_interviewer else Fate.UNKNOWN.value
