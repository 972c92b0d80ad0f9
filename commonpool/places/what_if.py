"""What becomes of what bodies hold, for one scenario: amounts, agreements, and the proof that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from commonpool.pages.formats import NOT_KNOWN, share_text
from commonpool.places import holdings
from commonpool.places.rules import AgreementChange, Recut, agreements_needing_change, recut
from commonpool.places.scenarios import Scenario

PEOPLE: Final = "People"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Each thing held, recut; the agreements that need a change; and the shares used."""

    scenario: Scenario
    recuts: Mapping[str, Recut]
    changes: tuple[AgreementChange, ...]
    agreements: int

    def lines(self) -> list[str]:
        """The outcome for people to read."""
        told = [f"From {self.scenario.on:%-d %B %Y}:"]
        for handover in self.scenario.handovers:
            body = self.scenario.bodies[handover.predecessor]
            told.append(f"  {body} ({handover.predecessor}) to {handover.successor}: {_percent(handover.share)}")
        for name, found in self.recuts.items():
            before, after = sum(found.before.values()), sum(found.after.values())
            told.append(f"{name}: {before:,} before, {after:,} after.")
            told += [f"  {code}: {amount:,}" for code, amount in found.after.items()]
        if self.uncounted:
            told.append(f"Not known is how many people live in {', '.join(self.uncounted)}.")
        told.append(self.agreements_sentence)
        told += [
            f"  {change.name}, on {change.on:%-d %B %Y}: {change.leaving} leaves. {change.reason}"
            for change in self.changes
        ]
        return told

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The bodies of whom nobody knows how many people live in them: they are in no sum of people."""
        return tuple(code for code in self.scenario.bodies if code not in self.scenario.people)

    @property
    def agreements_sentence(self) -> str:
        """How many agreements need a change, in words."""
        if not self.agreements:
            return "No agreement of these bodies is known here."
        names = len({change.name for change in self.changes})
        return f"{names:,} of {self.agreements:,} agreements need a change."

    def as_json(self) -> dict[str, Any]:
        """The outcome as JSON; shares are exact fractions."""
        return {
            "on": self.scenario.on.isoformat(),
            "handovers": [
                {"predecessor": one.predecessor, "successor": one.successor, "share": str(one.share)}
                for one in self.scenario.handovers
            ],
            "recut": {
                name: {"before": dict(found.before), "after": dict(found.after)} for name, found in self.recuts.items()
            },
            "agreements": [
                {
                    "name": change.name,
                    "on": change.on.isoformat(),
                    "leaving": change.leaving,
                    "coming": list(change.coming),
                    "reason": change.reason,
                }
                for change in self.changes
            ],
        }


def outcome(scenario: Scenario, amounts: Mapping[str, Mapping[str, int]] | None = None) -> Outcome:
    """What a scenario does to the people, to given amounts, and to what other rooms say the bodies hold."""
    held = holdings.held_by(list(scenario.bodies))
    things = {PEOPLE: scenario.people, **held.amounts, **(amounts or {})}
    return Outcome(
        scenario=scenario,
        recuts={name: recut(thing, scenario.handovers, scenario.on) for name, thing in things.items() if thing},
        changes=tuple(agreements_needing_change(held.agreements, scenario.handovers)),
        agreements=len(held.agreements),
    )


def _percent(share: Fraction | None) -> str:
    return NOT_KNOWN if share is None else f"{share_text(share, 2)} of its people"
