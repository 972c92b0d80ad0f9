"""Who has to allow a study before anybody is interviewed, and who has."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commonpool.voices.ids import new_id
from commonpool.voices.models.fieldwork import Site
from commonpool.voices.models.studies import Study


class ApprovalNeed(models.Model):
    """One kind of approval that a study needs, such as research ethics: once for the study, or from each site.

    given_by  whose it is to give, such as "Research ethics committee"; empty where nobody has said
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="approval_needs")
    kind = models.CharField(max_length=80)
    given_by = models.CharField(max_length=120, blank=True, default="")
    is_of_each_site = models.BooleanField(default=False)

    class Meta:
        ordering = ["study", "is_of_each_site", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind"],
                name="approval_need_once_in_study",
                violation_error_message="The study lists this kind of approval already.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=""),
                name="approval_need_has_a_kind",
                violation_error_message="Say which kind of approval is needed.",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Approval(models.Model):
    """One approval that was given: of the whole study, or of one site where its kind is needed from each.

    expires_on  its last day; None where it has no end
    """

    uuid = models.UUIDField(default=new_id, unique=True, editable=False)
    study = models.ForeignKey(Study, models.PROTECT, related_name="approvals")
    need = models.ForeignKey(ApprovalNeed, models.PROTECT, related_name="approvals")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="approvals")
    body = models.CharField(max_length=120)
    reference = models.CharField(max_length=80, blank=True, default="")
    granted_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["study", "need", "site", "granted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(body=""),
                name="approval_says_who_gave_it",
                violation_error_message="Say who gave the approval.",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("granted_on")),
                name="approval_ends_after_it_begins",
                violation_error_message="The last day cannot be before the first. Change one of the two dates.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need} by {self.body}"
