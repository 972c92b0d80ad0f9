"""The room `performance`: what trusts are asked, and whether what is planned comes about."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "performance.add_ask": "asked something of a trust",
    "performance.edit_ask": "changed what is asked of a trust",
    "performance.remove_ask": "took back what was asked of a trust",
    "performance.state_beds": "stated beds of a trust",
    "performance.edit_beds": "changed the stated beds of a trust",
    "performance.remove_beds": "took back stated beds of a trust",
    "performance.propose_process": "proposed one process for several plans",
    "performance.withdraw_process": "withdrew a shared process",
    "performance.keep_own": "kept a plan’s own terms beside a shared process",
    "performance.follow_shared": "gave up a plan’s own terms for a shared process",
    "performance.register_plan": "registered another plan",
    "performance.edit_plan": "changed a registered plan",
    "performance.add_statement": "recorded what another plan says",
    "performance.edit_statement": "changed what another plan says",
    "performance.remove_statement": "took back what another plan says",
    "performance.except_statement": "excepted a plan from a larger one",
    "performance.lift_exception": "took back an exception from a larger plan",
    "performance.begin_phase": "began a new phase of a chart",
    "performance.take_back_phase": "took back a phase of a chart",
    "performance.load_figures": "loaded figures",
    "performance.refuse_figures": "sent figures that could not be loaded",
    "performance.withdraw_load": "took back a load of figures",
    "performance.say_view": "said what a partner expects of a metric’s plan",
    "performance.take_back_view": "took back what a partner expects of a metric’s plan",
}


class PerformanceConfig(AppConfig):
    """Keeps asks as they were offered, brings them into new versions, and shows them where people look for them."""

    name = "commonpool.performance"
    label = "performance"
    verbose_name = "Performance"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import words
        from commonpool.pages import navigation, tabs, waiting
        from commonpool.performance.actions.asks import on_version_made
        from commonpool.performance.queries.news import waiting_for
        from commonpool.plans.guards import keep_as_offered
        from commonpool.plans.signals import version_made

        keep_as_offered("performance_ask")
        keep_as_offered("performance_askline", "(SELECT version_id FROM performance_ask WHERE id = {row}.ask_id)")
        version_made.connect(on_version_made, dispatch_uid="performance.copy_asks")
        tabs.register(30, "Performance", "performance:board")
        tabs.register(35, "Trusts", "performance:area")
        navigation.register(25, "Performance", "performance:everywhere")
        navigation.register(30, "Trusts", "performance:trusts")
        navigation.register(32, "Figures", "performance:figures")
        waiting.register(waiting_for)
        for action, said in WORDS.items():
            words.register(action, said)
