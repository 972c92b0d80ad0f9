"""Writes a plan as a workbook: empty with what is known filled in, or whole. `read_plan` reads it back."""

from __future__ import annotations

from pathlib import Path

from commonpool.plans.rules import PlanContent
from commonpool.plans.template.book import Book
from commonpool.plans.template.checklist import items_of, write_checklist, write_summary
from commonpool.plans.template.guidance import write_guidance
from commonpool.plans.template.prefill import empty_plan
from commonpool.plans.template.sheets import write_sheet
from commonpool.policy.rules import PolicyError, Round

__all__ = ["empty_plan", "write_plan", "write_template"]


def write_template(round: Round, path: Path, area: str | None = None) -> PlanContent:
    """An empty plan workbook, filled in where published amounts are known. Returns what was filled in.

    Raises PolicyError for a round without a layout, and for an area that the round does not have.
    """
    content = empty_plan(round, area)
    write_plan(content, round, path)
    return content


def write_plan(content: PlanContent, round: Round, path: Path) -> None:
    """A plan as a workbook of its round. Raises PolicyError for a round without a layout, OSError for a bad path."""
    if not round.has_template:
        raise PolicyError(f"{round.label} is known as rules only: it has no workbook layout here.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with Book(str(path), round) as book:
        guidance = book.add_sheet("Guidance", f"How to fill in a plan of {round.label}.")
        checklist = book.add_sheet("Checklist", "Every required cell, and whether it is filled in.")
        summary = book.add_sheet(
            "Summary", "What each source brings in and what is planned from it. Nothing to type here."
        )
        written = [write_sheet(book, code, layout, content) for code, layout in round.sheets.items()]
        write_guidance(book, guidance)
        write_checklist(book, checklist, list(items_of(book, content, written)))
        write_summary(book, summary, content, written)
        book.write_lists()
        guidance.activate()
