"""What the site remembers for a person's own comfort. Nothing here is anybody's record, so none of it is history."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commonpool.people.models import Person
from commonpool.places.models import Organisation


class Visit(models.Model):
    """When a person last looked at an area, so that its page can say what changed since."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    area = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()
    # The visit before this one: "since your last visit" does not move while one reads.
    seen_before_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "area"], name="visit_one_per_area")]

    def __str__(self) -> str:
        return f"{self.person_id} saw {self.area_id}"


class HiddenItem(models.Model):
    """Something that waits for a person and that they don't want to see before a day."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    until = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="hidden_item_once")]

    def __str__(self) -> str:
        return f"hidden until {self.until}"
