"""The room `risk_share`: who bears an overspend, who keeps an underspend."""

from __future__ import annotations

from typing import Final

from django.apps import AppConfig

WORDS: Final = {
    "risk_share.save_draft": "wrote a draft of a risk-share contract",
    "risk_share.change_draft": "changed a draft of a risk-share contract",
    "risk_share.remove_draft": "threw a draft of a risk-share contract away",
    "risk_share.offer": "offered a risk-share contract to the partners",
    "risk_share.agree": "saw the last partner agree a risk-share contract",
    "risk_share.record_benefit": "recorded what a body gains from a scheme",
    "risk_share.change_benefit": "changed what a body gains from a scheme",
    "risk_share.remove_benefit": "took away what a body gains from a scheme",
    "risk_share.import_benefits": "took a file of gains from schemes in",
    "risk_share.withdraw": "took the offer of a risk-share contract back",
    "risk_share.propose_settlement": "put a year’s settlement to the partners",
    "risk_share.agree_settlement": "saw the last partner agree a year’s settlement",
    "risk_share.withdraw_settlement": "took a year’s settlement back",
    "risk_share.post_settlement": "posted a year’s settlement to the books",
    "risk_share.undo_settlement": "took a posted settlement out of the books",
}


class RiskShareConfig(AppConfig):
    """Keeps contracts as they were offered, and shows them where people look for them."""

    name = "commonpool.risk_share"
    label = "risk_share"
    verbose_name = "Risk share"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.audit import words
        from commonpool.pages import tabs, waiting
        from commonpool.risk_share.guards import register_guards
        from commonpool.risk_share.queries.news import waiting_for

        register_guards()
        tabs.register(27, "Risk share", "risk_share:area")
        waiting.register(waiting_for)
        for action, said in WORDS.items():
            words.register(action, said)
