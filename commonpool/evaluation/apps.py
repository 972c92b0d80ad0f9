"""The room `evaluation`: themes, metrics and money of the same sites in one table."""

from __future__ import annotations

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """Shows a study's sites beside their figures. It keeps nothing of its own."""

    name = "commonpool.evaluation"
    label = "evaluation"
    verbose_name = "Evaluation"

    def ready(self) -> None:
        """Register what other rooms ask for."""
        from commonpool.voices.views.asking import register_tab

        register_tab("Joint display", "evaluation:joint-display")
