"""Rows and files of events that cannot be right: refused with place and cure, and nothing half-done."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonpool.ledger.rules.replaying import COLUMNS, KINDS, SURPLUS, replay
from commonpool.money import pence_from_pounds
from tests.ledger.replay_builders import (
    HEADER,
    OPEN_A,
    OPEN_B,
    Write,
    a_row,
    answer,
    answered,
    as_csv,
    last_of,
    unreadable,
    why,
    writing_in,
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writing_in(tmp_path)


# -- rows that cannot be right: refused one by one, with the reason, and the rest goes on

AMOUNTS = {
    "": "amount is empty. Write plain pounds",
    "0": "amount ‘0’ is zero, and nothing happens without money. Leave the row out.",
    "0.00": "amount ‘0.00’ is zero",
    "NaN": "amount ‘NaN’ is not an amount. Write plain pounds, such as 1234.50.",
    "inf": "amount ‘inf’ is not an amount",
    "1e30": "amount ‘1e30’ is not an amount",
    "1e2": "amount ‘1e2’ is not an amount",
    "9000000000000000.01": "amount ‘9000000000000000.01’ is more money than there is",
    "99999999999999999999999999": "amount ‘99999999999999999999999999’ is not an amount",
    "1.005": "amount ‘1.005’ has a fraction of a penny. Write pounds with two decimals at most.",
    "-5": "amount ‘-5’ is below zero. Use the kind ‘refund’ and name the event that it reverses.",
    "−5": "amount ‘−5’ is below zero",
    "(5.00)": "amount ‘(5.00)’ is below zero",
    "£5": "amount ‘£5’ has a currency sign. Write plain pounds, such as 1234.50.",
    "5 EUR": "amount ‘5 EUR’ is not an amount",
    "1,234.50": "amount ‘1,234.50’ has thousands separators. Write 1234.50.",
    "1.234,50": "amount ‘1.234,50’ is not an amount",
    "12k": "amount ‘12k’ is not an amount",
    ".": "amount ‘.’ is not an amount",
    "+5": "amount ‘+5’ is not an amount",
    "٣": "amount ‘٣’ is not an amount",
    "5" * 190: f"amount ‘{'5' * 60}…’ is not an amount",
}


@pytest.mark.parametrize("amount", AMOUNTS)
@pytest.mark.parametrize("kind", ["open", "actual"])
def test_what_is_no_amount_is_refused_with_its_text_and_its_cure(write: Write, amount: str, kind: str) -> None:
    assert AMOUNTS[amount] in why(write, OPEN_A, a_row("x", kind, amount, source="A"))


CELLS = [
    ("event_id", "", "event_id is empty. Give each event an id of its own."),
    ("event_id", "   ", "event_id is empty"),
    ("kind", "", "kind ‘’ is not known. Use one of: open, receive, spend, actual,"),
    ("kind", "reverse", "kind ‘reverse’ is not known"),
    ("kind", "spent", "kind ‘spent’ is not known"),
    ("date", "", "date ‘’ is not a date. Write it as 2024-06-30."),
    ("date", "2024-02-30", "date ‘2024-02-30’ is not in the calendar. Correct the day, the month or the year."),
    ("date", "2023-02-29", "is not in the calendar"),
    ("date", "0000-01-01", "is not in the calendar"),
    ("date", "30/06/2024", "date ‘30/06/2024’ is not a date"),
    ("date", "2024-6-30", "is not a date"),
    ("date", "20240630", "is not a date"),
    ("date", "2024-W26-7", "is not a date"),
    ("pool", "", "pool is empty, and ‘spend’ needs it. Fill it."),
    ("scheme_line", " ", "scheme_line is empty, and ‘spend’ needs it. Fill it."),
    ("policy", "fixed:A", "policy: ‘A’ in ‘fixed:A’ is not a source with a whole weight above zero. Write pari_passu,"),
    ("policy", "A>>B", "policy: ‘’ is not a tier of a policy. Write pari_passu,"),
    ("policy", "A/A", "policy: ‘A’ stands twice in the policy ‘A/A’. Name each source once."),
    ("allowed", "/", "allowed ‘/’ names no source. Write A/B, or leave it empty for all."),
    ("to_pool", "EQUIPMENT", "to_pool is ‘EQUIPMENT’, and ‘spend’ has no use for it. Empty it, or correct the kind."),
    ("of_event", "o1", "of_event is ‘o1’, and ‘spend’ has no use for it. Empty it, or correct the kind."),
    ("pool", "P" * 201, "pool has 201 characters, and 200 is the most. Write its code."),
    ("pool", "M\tN", "pool holds a control sign, such as a tab or a line break. Take it out."),
    ("policy", "A/" * 2_001, "policy has 4,002 characters, and 4,000 is the most."),
]


@pytest.mark.parametrize(("column", "text", "said"), CELLS)
def test_a_cell_that_makes_no_sense_is_refused_with_its_column_and_its_cure(
    write: Write, column: str, text: str, said: str
) -> None:
    assert said in why(write, OPEN_A, {**a_row("x", "spend", "0.10"), column: text})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (a_row("x", "open", "1"), "source is empty, and ‘open’ needs it."),
        (a_row("x", "receive", "1"), "source is empty, and ‘receive’ needs it."),
        (a_row("x", "transfer", "1"), "to_pool is empty, and ‘transfer’ needs it."),
        (a_row("x", "transfer", "1", to_pool="MAIN"), "A transfer names another pool that receives the money."),
        (a_row("x", "refund", "1"), "of_event is empty, and ‘refund’ needs it."),
        (a_row("x", "pay", "1"), "of_event is empty, and ‘pay’ needs it."),
        (a_row("x", "pay_direct", "1"), "source is empty, and ‘pay_direct’ needs it. Name the source of the partner"),
        (a_row("x", "refund", "1", of_event="y"), "No event ‘y’ was posted before this one."),
        (a_row("x", "refund", "1", of_event="x"), "No event ‘x’ was posted before this one."),
        (a_row("x", "pay", "1", of_event="o1"), "‘o1’ is no invoice"),
        (a_row("x", "invoice", "1", of_event="o1"), "‘o1’ is no accrual"),
        (a_row("x", "refund", "1.01", of_event="o1"), "£1.01 is more than still stands of ‘o1’: £1.00."),
        (a_row("x", "refund", "1", of_event="o1", pool="B"), "The pool is given as B, and that of ‘o1’ is MAIN."),
        (a_row("x", "spend", "1", source="A", policy="A/B"), "source and policy are both filled"),
    ],
)
def test_a_row_that_lacks_or_contradicts_what_its_kind_needs_is_refused(
    write: Write, row: dict[str, str], said: str
) -> None:
    assert said in why(write, OPEN_A, row)


def test_all_faults_of_a_row_are_told_at_once_and_the_next_row_is_taken(write: Write) -> None:
    wrong = a_row("", "gift", "£1", date="yesterday", policy="fixed:")
    found = answered(write, OPEN_A, wrong, OPEN_B)

    assert found["events"][1]["event_id"] == ""
    assert found["events"][1]["refused_because"] == (
        "Row 3: event_id is empty. Give each event an id of its own. "
        "kind ‘gift’ is not known. Use one of: open, receive, spend, actual, pay_direct, transfer, refund, accrue, "
        "invoice, pay. date ‘yesterday’ is not a date. Write it as 2024-06-30. "
        "amount ‘£1’ has a currency sign. Write plain pounds, such as 1234.50. "
        "policy: ‘’ in ‘fixed:’ is not a source with a whole weight above zero. "
        "Write pari_passu, fixed:A=57/B=23, fifo, or tiers such as A/B>C."
    )
    assert found["balances_pence"] == {"MAIN": {"A": 100, "B": 200}}


def test_money_that_was_spent_is_not_refunded_and_what_is_short_is_said(write: Write) -> None:
    last = last_of(write, OPEN_A, a_row("s", "spend", "0.80"), a_row("r", "refund", "0.30", of_event="o1"))

    assert (last["accepted"], last["short_pence"]) == (False, 10)


def test_an_unquoted_thousands_separator_does_not_turn_a_thousand_pounds_into_one(write: Write) -> None:
    found = answer(write(f"{HEADER}\no1,2024-04-01,receive,MAIN,,,A,1,234.50,,,\n"))

    assert found["balances_pence"] == {}
    assert found["events"][0]["refused_because"].startswith(
        "Row 2: The row has 12 fields, and the header has 11, so that its columns cannot be told apart."
    )


# -- files that cannot be read: nothing is replayed, exit 2


def test_a_file_that_ends_in_the_middle_of_a_line_is_refused_with_the_row(write: Write) -> None:
    whole = as_csv([OPEN_A, OPEN_B])

    for end in range(len(whole) - 12, len(whole) - 4):
        said = unreadable(write(whole[:end]))
        assert said.startswith("events.csv, cell A3: The last row (3) has ")
        assert "the file ends in the middle of a line. Export it again, to its end. Nothing was replayed." in said


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n\n", "\n,,,,,,,,,,\n"])
def test_a_last_line_without_its_end_is_whole_when_its_fields_are_all_there(write: Write, end: str) -> None:
    whole = as_csv([OPEN_A, OPEN_B]).rstrip("\n")

    assert answer(write(whole + end))["balances_pence"] == {"MAIN": {"A": 100, "B": 200}}


def test_a_row_may_leave_out_its_last_empty_fields(write: Write) -> None:
    found = answer(write(f"{HEADER}\no1,2024-04-01,open,MAIN,,,A,1.00\n"))

    assert found["balances_pence"] == {"MAIN": {"A": 100}}


@pytest.mark.parametrize(
    "rows",
    [
        'o1,2024-04-01,open,"MAIN,,,A,1.00,,,\no2,2024-04-01,open,MAIN,,,B,2.00,,,\n',
        'o1,2024-04-01,open,"MAIN,,,A,1.00,,,\no2,2024-04-01,open,"MAIN,,,B,2.00,,,\n',
        'o1,2024-04-01,open,MAIN,,,A,1.00,,,"\n',
        'o1,2024-04-01,open,MAIN,,,A,1.00,,,"',
        'o1,2024-04-01,open,MAIN,,,"A\nB",1.00,,,\n',
    ],
)
def test_a_quote_that_is_not_closed_on_its_line_swallows_no_rows_unseen(write: Write, rows: str) -> None:
    said = unreadable(write(f"{HEADER}\n{rows}"))

    assert said.startswith("events.csv, cell A2: A field of row 2 runs on over the lines that follow it")
    assert "Close the quote on its own line, or take it away. Nothing was replayed." in said


def test_quoted_fields_and_quotes_within_them_are_read_as_they_are(write: Write) -> None:
    found = answer(write(f'{HEADER}\n"o,1",2024-04-01,open,"MA""IN",,,"A",1.00,,,\n'))

    assert found["balances_pence"] == {'MA"IN': {"A": 100}}


def test_missing_and_repeated_columns_are_named_together(write: Write) -> None:
    said = unreadable(write("event_id,date,kind,source,source\no1,2024-04-01,open,A,A\n"))

    assert "The header has no column pool, amount; it has event_id, date, kind, source, source." in said
    assert f"Name the columns: {HEADER}." in said
    assert "The header names source twice. Remove one of them." in said


def test_a_misspelt_column_is_not_passed_over(write: Write) -> None:
    # Read without its policy, the row would be drawn pari passu.
    said = unreadable(write(as_csv([OPEN_A]).replace("policy", "polcy")))

    assert "The header has no column policy; it has event_id, date, kind," in said


def test_columns_may_stand_in_any_order_with_some_left_out_or_others_added(write: Write) -> None:
    few = "amount,source,pool,kind,date,event_id\n1.00,A,MAIN,open,2024-05-01,o1\n"
    more = as_csv([OPEN_A]).replace("allowed", "Allowed,note").replace(",,,\n", ",,,,By letter\n")

    usual = answered(write, OPEN_A)

    assert answer(write(few)) == answer(write(more)) == usual


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_write(write: Write, encoding: str) -> None:
    content = as_csv([{**OPEN_A, "source": "Züri"}]).encode(encoding)

    assert answer(write(content))["balances_pence"] == {"MAIN": {"Züri": 100}}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_file_is_read_with_the_delimiters_that_spreadsheets_write(write: Write, delimiter: str) -> None:
    assert answer(write(as_csv([OPEN_A]).replace(",", delimiter)))["balances_pence"] == {"MAIN": {"A": 100}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n\n", "The header has no column event_id, date, kind, pool, amount; it has nothing."),
        (b"PK\x03\x04" + bytes(200), "events.csv"),
        (b"%PDF-1.7 " + bytes(range(256)), "PDF"),
        (bytes(range(256)) * 9, "events.csv"),
        (b"\x00" * 500, "a file of an unknown kind"),
        (f"{HEADER}\no1,2024-04-01,open,{'M' * 200_000},,,A,1.00,,,\n".encode(), "line 2"),
        (HEADER.encode() + b'\no1,2024-04-01,open,"' + b"M,1\n" * 60_000, "events.csv"),
        (HEADER.encode() + b'\no1,2024-04-01,open,"' + b"M" * 131_071, "events.csv"),
    ],
)
def test_what_is_no_file_of_events_is_refused_in_a_sentence(write: Write, content: bytes, said: str) -> None:
    assert said in unreadable(write(content))


def test_a_file_that_is_not_there_and_a_folder_are_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "there is no such file" in unreadable(tmp_path / "none.csv")
    assert "it is a folder" in unreadable(tmp_path)


# -- whatever stands in the cells

NASTY = " |A|B|A/B|A>B|/|>|=|:|named:A|fixed:A=1|fixed:A=1/B=2>pari_passu|fifo|#clears|e1#clears|e1|e2|MAIN|0.01|5|-1"
NASTY += "|1e9|NaN|2024-05-01|\x00|a\tb|\ud800|UNFUNDED|‘|\\|→B|pari_passu|*|" + "x" * 300 + "|" + "|".join(KINDS)


@st.composite
def a_sound_row(pick: st.DrawFn) -> dict[str, str]:
    """A row with all that its kind needs."""
    kind = pick(st.sampled_from([*KINDS, "open", "receive"]))
    follows, comes_in = kind in ("refund", "pay"), kind in ("open", "receive")
    more = {
        "source": pick(st.sampled_from(["A", "B", "fixed:A=1", "A>B"])) if comes_in or kind == "pay_direct" else "",
        "pool": "" if follows else pick(st.sampled_from(["MAIN", "EQUIPMENT"])),
        "to_pool": "HOUSING" if kind == "transfer" else "",
        "of_event": f"e{pick(st.integers(1, 30))}" if follows or (kind == "invoice" and pick(st.booleans())) else "",
    }
    if not more["source"] and not follows:
        more["policy"] = pick(st.sampled_from(["", "A>B", "fixed:A=1/B=2", "fifo", "fixed:B=3>pari_passu"]))
    amount = pick(st.sampled_from(["100", "9.99"] if comes_in else ["0.01", "1", "2.5"]))
    return a_row(f"e{pick(st.integers(1, 30))}", kind, amount, **more)


@st.composite
def a_row_of_any_kind(pick: st.DrawFn) -> dict[str, str]:
    """A sound row, or one with something odd in one of its cells."""
    row = pick(a_sound_row())
    if pick(st.integers(0, 3)) == 0:
        row[pick(st.sampled_from([*COLUMNS, SURPLUS]))] = pick(st.sampled_from(NASTY.split("|")))
    return row


@settings(max_examples=150, deadline=None)
@given(st.lists(a_row_of_any_kind(), max_size=25))
def test_every_row_is_accepted_to_the_penny_or_refused_with_its_place_and_reason(rows: list[dict[str, str]]) -> None:
    found = replay(enumerate(rows, start=2))

    assert len(found.events) == len(rows)
    for number, (row, event) in enumerate(zip(rows, found.events, strict=True), start=2):
        said = event.as_json()
        if said["accepted"]:
            assert sum(event.outcome.split.values()) == pence_from_pounds(row["amount"].strip())
            assert min(event.outcome.split.values()) > 0
        else:
            assert str(said["refused_because"]).startswith(f"Row {number}: ")
            assert said["split_pence"] == {}
    below = {source for held in found.balances.values() for source, pence in held.items() if pence < 0}
    assert below <= {"UNFUNDED"}
