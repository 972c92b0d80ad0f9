"""What is quoted in a report, sealed as the words it is taken from, and the terms on which a study quotes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.codings import Coding
from commonpool.voices.models.fieldwork import Participant
from commonpool.voices.models.studies import Study, TeamMember
from commonpool.voices.models.transcripts import Transcript, TranscriptVersion
from commonpool.voices.rules.attribution import Breadth


class Quotation(models.Model):
    """A passage as it shall be printed. Read it through `queries.quotations`, which keeps blind rounds blind.

    participant   whose words these are; None where nobody has said
    sealed        the edited words, with the participant's key, or the transcript's where the speaker is not known
    breadth       the narrowest attribution that the team wants; few participants make it wider
    checked_by    who has held it against the original since its words last changed
    revision      goes up with each change of the words, so that two people cannot overwrite one another unseen
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, models.PROTECT, related_name="+")
    version = models.ForeignKey(TranscriptVersion, models.PROTECT, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    coding = models.ForeignKey(Coding, models.PROTECT, null=True, blank=True, related_name="+")
    participant = models.ForeignKey(Participant, models.PROTECT, null=True, blank=True, related_name="+")
    sealed = models.BinaryField()
    breadth = models.CharField(max_length=5, choices=[(each.value, each.label) for each in Breadth])
    chosen_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    checked_by = models.ForeignKey(TeamMember, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="quotation_covers_something",
                violation_error_message="Select some words first: an empty passage cannot be quoted.",
            ),
            models.CheckConstraint(
                condition=Q(breadth__in=[each.value for each in Breadth]),
                name="quotation_breadth_is_known",
                violation_error_message="Choose one of the attributions that are listed.",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None, checked_at=None) | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="quotation_check_says_who_and_when",
                violation_error_message="A check says who made it, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"Quotation {self.uuid}"


class QuotingTerms(models.Model):
    """How few participants of one kind an attribution may stand for; 3 where a study has said nothing."""

    study = models.OneToOneField(Study, models.CASCADE, related_name="quoting_terms")
    fewest = models.PositiveSmallIntegerField(default=3)

    class Meta:
        verbose_name_plural = "quoting terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(fewest__gte=2, fewest__lte=50),
                name="quoting_terms_hide_somebody",
                violation_error_message="Choose 2 to 50: a label that fits one person names them.",
            ),
        ]

    def __str__(self) -> str:
        return f"At least {self.fewest}"
