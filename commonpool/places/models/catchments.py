"""Where a trust’s patients live, as published."""

from __future__ import annotations

from django.db import models

from commonpool.places.models.datasets import Dataset
from commonpool.places.models.ground import SmallArea
from commonpool.places.models.organisations import Organisation


class CatchmentShare(models.Model):
    """Which share of a trust's patients lives in a lower-tier area, as published; and the other way, if it says.

    Shares are the publisher's own digits, kept as text so that nothing is rounded on either database.
    """

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="+", db_index=False)
    trust = models.ForeignKey(Organisation, models.PROTECT, related_name="catchment_shares")
    place = models.ForeignKey(Organisation, models.PROTECT, related_name="trust_shares")
    share_of_trust = models.CharField(max_length=40)
    share_of_place = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "trust", "place"],
                name="catchment_share_once",
                violation_error_message="This trust has its share of that place already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_of_trust} of {self.trust_id} in {self.place_id}"


class PatientFlow(models.Model):
    """Which share of a small area's admitted patients went to a trust, as published. Small flows are left out there."""

    dataset = models.ForeignKey(Dataset, models.PROTECT, related_name="+", db_index=False)
    small_area = models.ForeignKey(SmallArea, models.PROTECT, related_name="patient_flows", db_index=False)
    trust = models.ForeignKey(Organisation, models.PROTECT, related_name="patient_flows")
    share_of_small_area = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "small_area", "trust"],
                name="patient_flow_once",
                violation_error_message="This small area has its flow to that trust already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_of_small_area} of {self.small_area_id} to {self.trust_id}"
