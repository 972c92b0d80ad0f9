"""What interviewers ask: versions of a topic guide, which are never edited."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.studies import Study


class GuideVersion(models.Model):
    """One version of a study's topic guide. `used_from`: the first day on which interviews used it."""

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="guide_versions")
    number = models.PositiveIntegerField(default=1)
    used_from = models.DateField()
    reason = models.CharField(max_length=400, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["study", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"],
                name="guide_version_number_once",
                violation_error_message="Somebody made another version at the same moment. Look at it first.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""),
                name="guide_version_says_why",
                violation_error_message="Say why the guide is changed.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class GuideQuestion(models.Model):
    """One question of one version. `key` is the same in every version, so that a question reworded is still it.

    prompts  one on a line
    source   where the question comes from, such as a paper or a pilot
    """

    version = models.ForeignKey(GuideVersion, models.CASCADE, related_name="questions")
    key = models.UUIDField(default=new_id)
    place = models.PositiveIntegerField()
    words = models.CharField(max_length=600)
    prompts = models.TextField(max_length=2000, blank=True, default="")
    source = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["version", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="guide_question_once_in_version",
                violation_error_message="A question stands once in a guide.",
            ),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="guide_question_asks_something",
                violation_error_message="Write the question.",
            ),
        ]

    def __str__(self) -> str:
        return self.words
