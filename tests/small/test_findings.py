"""A finding says where, what was found and what to do, from the rule's own definition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commonpool.findings import At, Rule, Severity, count_by_severity, worst

NOT_AN_AMOUNT = Rule(
    "READ-01", Severity.ERROR, "Amounts", "‘{text}’ is not an amount.", "Enter pounds as a number, for example 12000."
)


def test_a_finding_reads_as_place_problem_and_cure():
    finding = NOT_AN_AMOUNT.at(At("Expenditure", "L27", "Planned spend 2031-32", "12k"), text="12k")

    assert str(finding) == (
        "Expenditure, cell L27 (Planned spend 2031-32): ‘12k’ is not an amount. "
        "Enter pounds as a number, for example 12000."
    )
    assert finding.as_json()["found"] == "12k"


def test_a_finding_without_a_cell_still_reads_well():
    assert str(NOT_AN_AMOUNT.at(At(field="Planned spend"), text="x")).startswith("Planned spend: ‘x’")
    assert str(NOT_AN_AMOUNT.at(text="x")).startswith("‘x’ is not")


def test_words_that_the_rule_has_no_place_for_are_our_mistake():
    with pytest.raises(AssertionError, match="no place for colour"):
        NOT_AN_AMOUNT.at(text="x", colour="blue")


def test_findings_are_counted_gravest_first():
    findings = [NOT_AN_AMOUNT.at(text="x"), replace(NOT_AN_AMOUNT, severity=Severity.NOTE).at(text="y")]

    assert count_by_severity(findings) == {Severity.ERROR: 1, Severity.WARNING: 0, Severity.NOTE: 1}
    assert worst(findings) is Severity.ERROR
    assert worst([]) is None
