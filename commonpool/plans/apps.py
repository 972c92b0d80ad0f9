"""The room `plans`: the joint plan and its agreement."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "plans.upload": "uploaded a plan workbook",
    "plans.refuse_upload": "uploaded a file that could not be read as a plan",
    "plans.start_draft": "started a plan here",
    "plans.copy_version": "made a new version from an earlier one",
    "plans.copy_for_withdrawal": "made a new version, to withdraw a top-up",
    "plans.undo_version": "undid a version",
    "plans.share_draft": "shared a draft with the partners",
    "plans.accept_finding": "accepted a warning with a reason",
    "plans.offer": "offered the plan to the partners",
    "plans.withdraw_offer": "took an offer back",
    "plans.agree": "gave the last agreement: the plan is agreed",
    "plans.supersede": "replaced an agreed version by a newer one",
    "plans.edit_scheme_line": "changed a scheme line",
    "plans.edit_income_line": "changed an income line",
    "plans.add_scheme_line": "added a scheme line",
    "plans.remove_scheme_line": "removed a scheme line",
    "plans.withdraw_top_up": "withdrew a top-up",
    "plans.share_aim": "shared an aim with several plans",
    "plans.edit_aim": "reworded a shared aim",
    "plans.withdraw_aim": "withdrew a shared aim",
    "plans.bring_in_aim": "brought a shared aim into a plan",
    "plans.leave_out_aim": "took an aim out of a plan",
    "plans.add_priority": "added a priority of a plan’s own",
    "plans.edit_plan_aim": "changed what a plan says of its own beside its aims",
}


class PlansConfig(AppConfig):
    """Shows plans where people look for them, and has the database keep a version as it was offered."""

    name = "commonpool.plans"
    label = "plans"
    verbose_name = "Plans"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import words
        from commonpool.pages import area_lines, navigation, tabs, waiting
        from commonpool.places import holdings
        from commonpool.plans.guards import register_guards
        from commonpool.plans.holdings import held_by
        from commonpool.plans.queries import (
            figures,  # noqa: F401 - registers the questions
            kinds,  # noqa: F401 - registers its questions
            news,
        )

        register_guards()
        holdings.register(held_by)
        tabs.register(10, "Plan", "plans:plan")
        navigation.register(20, "Plans", "plans:all")
        waiting.register(news.waiting_for)
        area_lines.register(news.lines_for)
        for action, said in WORDS.items():
            words.register(action, said)
