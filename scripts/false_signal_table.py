"""Write the table of false signals anew: `python -m scripts.false_signal_table`. Takes a minute; the seed is fixed."""

from __future__ import annotations

from pathlib import Path

from commonpool.performance.rules.rule_sets import RULE_SETS
from commonpool.performance.rules.simulation import simulate_false_signals

TARGET = Path(__file__).parents[1] / "commonpool" / "performance" / "rules" / "false_signal_table.py"
POINTS = (8, 10, 12, 15, 18, 24, 36, 48, 60, 84, 120)
LAG1 = (-0.4, -0.2, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
RUNS = 20_000
SEED = 20_171_025

HEAD = f'''"""Chances of a false signal, by rule set, points and lag-1 correlation.

Written by scripts/false_signal_table.py. A cell is a share of {RUNS:,} stable series (seed {SEED:,}).
"""

from __future__ import annotations

from typing import Final, TypeAlias

Table: TypeAlias = dict[str, tuple[tuple[float, ...], ...]]

POINTS: Final = {POINTS}
LAG1: Final = {LAG1}
'''
TABLES = {
    "ANYWHERE": "Charts with any signal: rule set -> a row for each of POINTS -> a cell for each of LAG1.",
    "AT_LAST_POINT": "Charts with a signal at the last point, which drives the icon; ordered likewise.",
}


def main() -> None:
    """Simulate every cell and write the module."""
    print(f"seed {SEED}, {RUNS} series a cell")
    chances = {
        name: [
            [simulate_false_signals(rules, points, lag1, runs=RUNS, seed=SEED) for lag1 in LAG1] for points in POINTS
        ]
        for name, rules in RULE_SETS.items()
    }
    lines = [HEAD]
    for table, about in TABLES.items():
        lines.append(f"\n# {about}\n{table}: Final[Table] = {{\n")
        for name, rows in chances.items():
            lines.append(f'    "{name}": (\n')
            for row in rows:
                lines.append(f"        ({', '.join(f'{getattr(cell, table.lower()):.4f}' for cell in row)}),\n")
            lines.append("    ),\n")
        lines.append("}\n")
    TARGET.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
