"""The joint display as a file. Sites have numbers in it: their names would say what the bands keep back."""

from __future__ import annotations

from commonpool.evaluation.queries.display import Display


def table_of(display: Display, *, is_invented: bool) -> tuple[list[str], list[list[str]]]:
    """The header and the rows, ordered by what they hold so that the order says nothing of the names."""
    header = [
        *(f"{row.theme.name}: {part}" for row in display.themes for part in ("which way", "summary")),
        *(f"{column.label} ({column.about})" for column in display.columns),
    ]
    rows = sorted(
        [
            *(text for said in row.said for text in (said.words, said.summary)),
            *(str(each.band) if each.band else each.why for each in row.figures),
        ]
        for row in display.rows
    )
    more = ["invented"] if is_invented else []
    numbered = [[f"Site {number}", *row, *more] for number, row in enumerate(rows, start=1)]
    return ["Site", *header, *(["Data"] if is_invented else [])], numbered
