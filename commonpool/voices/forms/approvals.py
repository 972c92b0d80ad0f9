"""Forms of approvals, and of what a study says of itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from commonpool.pages.forms import DatePartsField, GovukForm
from commonpool.places.models import Organisation
from commonpool.voices.actions.approvals import Terms
from commonpool.voices.forms.fieldwork import RowForm
from commonpool.voices.forms.studies import StudyForm
from commonpool.voices.models import ApprovalNeed, Site, Study
from commonpool.voices.rules.approvals import Need


class NeedForm(GovukForm, forms.Form):
    """A kind of approval that a study needs."""

    kind = forms.CharField(label="Which approval?", max_length=80, help_text="Such as research governance.")
    given_by = forms.CharField(
        label="Who gives it?", max_length=120, required=False, help_text="Such as the site’s research office."
    )
    is_of_each_site = forms.BooleanField(label="Each site gives its own", required=False)

    def need(self) -> Need:
        """What was typed."""
        return Need(**self.cleaned_data)


class ApprovalForm(RowForm):
    """An approval that was given."""

    need = forms.ModelChoiceField(ApprovalNeed.objects.none(), label="Which approval?", empty_label=None)
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label="Of which site?",
        required=False,
        empty_label="Of the whole study",
    )
    body = forms.CharField(label="Who gave it?", max_length=120)
    reference = forms.CharField(label="Reference", max_length=80, required=False)
    granted_on = DatePartsField(label="First day")
    expires_on = DatePartsField(label="Last day", required=False, help_text="Leave empty if it has no end.")

    def __init__(self, *args: Any, study: Study, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["need"].queryset = ApprovalNeed.objects.filter(study=study)  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(study=study)  # type: ignore[attr-defined]

    def terms(self) -> Terms:
        """What was typed."""
        return Terms(**{name: self.cleaned_data[name] for name in Terms.__dataclass_fields__})


class SettingsForm(StudyForm):
    """What a study says of itself."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, bodies: QuerySet[Organisation], **more: Any) -> None:
        super().__init__(*args, bodies=bodies, **more)
