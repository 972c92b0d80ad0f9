"""What a plan version says beside money: ambitions, answers to statements, the cover, and its contacts."""

from __future__ import annotations

from django.db import models

from commonpool.plans.models.versions import PlanVersion


class Ambition(models.Model):
    """The value that a plan sets for one metric in one period of one year. An empty value is unknown."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="ambitions")
    position = models.PositiveIntegerField()
    metric = models.CharField(max_length=100, blank=True, default="")
    period = models.CharField(max_length=100, blank=True, default="")
    year = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=28, decimal_places=10, null=True, blank=True)
    rationale = models.TextField(blank=True, default="")
    local_plan = models.TextField(blank=True, default="")
    places = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position", "year"],
                name="ambition_once_a_year",
                violation_error_message="Two ambitions have the same place in one year.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.period}"


class StatementAnswer(models.Model):
    """What the plan answers to one statement of its round, with where the evidence is. Empty is unanswered."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="statement_answers")
    position = models.PositiveIntegerField()
    statement = models.CharField(max_length=100, blank=True, default="")
    is_met = models.BooleanField(null=True, blank=True)
    evidence = models.TextField(blank=True, default="")
    actions = models.TextField(blank=True, default="")
    on = models.DateField(null=True, blank=True)
    places = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.statement


class CoverAnswer(models.Model):
    """One field of the cover as text: dates as 2031-03-31, yes and no as those words."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="cover_answers")
    field = models.CharField(max_length=60)
    value = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "field"],
                name="cover_answer_once",
                violation_error_message="The cover has an answer to that field already.",
            ),
        ]

    def __str__(self) -> str:
        return self.field


class Contact(models.Model):
    """Somebody whom the plan must name for a role. Personal data: shown only to those who may write the plan."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="contacts")
    position = models.PositiveIntegerField()
    role = models.CharField(max_length=300, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")
    first_name = models.CharField(max_length=300, blank=True, default="")
    surname = models.CharField(max_length=300, blank=True, default="")
    email = models.CharField(max_length=320, blank=True, default="")
    signed_on = models.DateField(null=True, blank=True)
    places = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.role
