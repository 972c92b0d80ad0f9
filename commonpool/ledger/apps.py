"""The room `ledger`: what happened to each pound."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "ledger.open": "opened the books of a pooled fund",
    "ledger.open_year": "opened a year in the ledger",
    "ledger.add_pool": "added a pool to the ledger",
    "ledger.post": "posted to the ledger",
    "ledger.actual": "posted spend",
    "ledger.spend": "posted spend",
    "ledger.accrue": "posted an accrual",
    "ledger.invoice": "posted an invoice",
    "ledger.pay": "posted a payment",
    "ledger.pay_direct": "posted what a partner paid itself",
    "ledger.refund": "took an entry back, in part or whole",
    "ledger.income": "posted income of a line",
    "ledger.order": "committed money to an order",
    "ledger.release": "released an order",
    "ledger.transfer": "moved money between pools",
    "ledger.budget": "brought the plan’s figures into the books",
    "ledger.schedule": "changed when a contribution falls due",
    "ledger.due": "posted what fell due",
    "ledger.cash": "posted cash that came in",
    "ledger.import": "posted a partner’s export",
    "ledger.reverse_import": "reversed every entry of a file",
    "ledger.save_mapping": "changed how a partner’s exports are read",
    "ledger.reverse_accruals": "reversed accruals",
    "ledger.soft_period": "soft-closed a period",
    "ledger.close_period": "closed a period",
    "ledger.reopen_period": "opened a soft-closed period again",
    "ledger.propose_virement": "proposed a virement",
    "ledger.virement": "moved budget between lines",
    "ledger.end_virement": "ended a virement",
    "ledger.set_limit": "set a delegated limit",
    "ledger.set_policy": "agreed how a line draws on its sources",
    "ledger.set_fence": "recorded a ring-fence",
    "ledger.advance": "let the host lend the pool money",
    "ledger.reclassify": "moved spend to another source",
    "ledger.settle": "posted partners’ shares of an overspend",
    "ledger.settle_year": "posted a year’s settlement",
    "ledger.take_settlement_back": "took a year’s settlement back",
    "ledger.carry_forward": "carried money forward",
    "ledger.give_back": "recorded money that must go back",
    "ledger.return": "paid money back",
    "ledger.forecast": "changed what a line is expected to spend",
    "ledger.reconcile": "held a partner’s record against the books",
    "ledger.accept_cause": "accepted why two records differ",
}


class LedgerConfig(AppConfig):
    """Has the database guard the books, listens to plans and consents, and shows the pool where people look for it."""

    name = "commonpool.ledger"
    label = "ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import checks, words
        from commonpool.ledger.actions.budgeting import on_version_agreed
        from commonpool.ledger.actions.virements import on_consent_given
        from commonpool.ledger.guards import register_guards
        from commonpool.ledger.queries import (
            figures,  # noqa: F401 - registers the questions
            news,
        )
        from commonpool.ledger.queries.waiting import waiting_for
        from commonpool.ledger.verifying import quick_faults
        from commonpool.pages import area_lines, tabs, waiting
        from commonpool.people.signals import consent_given
        from commonpool.plans.signals import version_agreed

        register_guards()
        checks.register("ledger", quick_faults)
        version_agreed.connect(on_version_agreed, dispatch_uid="ledger.adopt_plan")
        consent_given.connect(on_consent_given, dispatch_uid="ledger.virement")
        tabs.register(15, "Pool", "ledger:area")
        waiting.register(waiting_for)
        waiting.register(news.waiting_for)
        area_lines.register(news.lines_for)
        for action, said in WORDS.items():
            words.register(action, said)
