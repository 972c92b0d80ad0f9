"""The room `funds`: pooled funds and the section 75 agreements behind them."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "funds.create": "recorded a pooled fund",
    "funds.add_partner": "added a partner to a pooled fund",
    "funds.end_partner": "recorded that a partner leaves a pooled fund",
    "funds.add_signatory": "let a provider sign the risk share of a pooled fund",
    "funds.end_signatory": "recorded that a provider leaves the risk share of a pooled fund",
    "funds.record_agreement": "recorded a section 75 agreement",
    "funds.add_source": "named a source of money",
    "funds.make_live": "made a pooled fund live",
    "funds.close": "closed a pooled fund",
}


class FundsConfig(AppConfig):
    """Tells `people` which areas an organisation is a partner of."""

    name = "commonpool.funds"
    label = "funds"
    verbose_name = "Pooled funds"

    def ready(self) -> None:
        """A partner of an area's pooled fund sees that area."""
        from commonpool.audit import words
        from commonpool.funds.holdings import held_by
        from commonpool.funds.queries import areas_of_partners, areas_of_signatories
        from commonpool.pages import tabs
        from commonpool.people.queries import register_reader, register_relation
        from commonpool.places import holdings

        register_relation(areas_of_partners)
        register_reader(areas_of_signatories)
        holdings.register(held_by)
        tabs.register(20, "Funds", "funds:area")
        for action, said in WORDS.items():
            words.register(action, said)
