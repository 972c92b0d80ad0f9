"""Who may see and do what; consent."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room as Django knows it."""

    name = "commonpool.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Give this room's actions their words in the history."""
        from commonpool.audit import words

        words.register("people.invite", "gave somebody a role")
        words.register("people.accept", "opened their account")
        words.register("people.end_membership", "ended somebody’s role")
        words.register("people.start_again", "let somebody open their account again")
        words.register("people.anonymise", "took somebody’s details away")
        words.register("people.consent", "answered for their organisation")
        words.register("people.withdraw_consent", "took their organisation’s answer back")
