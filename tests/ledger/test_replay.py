"""`commonpool ledger replay`: a file of events against a scratch ledger, and its answer to the last key."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

import pytest

from commonpool.ledger.rules.replaying import replay
from tests.counting import lines_run
from tests.ledger.replay_builders import (
    HEADER,
    OPEN_A,
    OPEN_B,
    Write,
    a_row,
    answer,
    answered,
    as_csv,
    asked,
    last_of,
    split,
    why,
    writing_in,
)

NO_ENTRY = "0" * 64


@pytest.fixture
def write(tmp_path: Path) -> Write:
    return writing_in(tmp_path)


# -- the answer, key by key


@pytest.mark.requirement("S31")
def test_the_worked_example_of_tracing_comes_out_to_the_penny_from_a_file(write: Write) -> None:
    # Section 3 of the specification. NHS, LBCG and UTLA, the council: the alphabet gives the table's pennies.
    found = answer(
        write(f"""{HEADER}
N,2024-04-01,open,Main,,,NHS,600.00,,,
L,2024-04-01,open,Main,,,LBCG,150.01,,,
C,2024-04-01,open,Main,,,UTLA,250.00,,,
Q,2024-04-01,open,Equipment,,,UTLA,100,,,
E1,2024-04-30,spend,Main,,reablement,,333.33,pari_passu,,
E2,2024-05-01,transfer,Main,Equipment,,,200.00,,,
E3,2024-05-31,spend,Equipment,,equipment,,123.45,,,
E4,2024-06-01,transfer,Equipment,Main,,,50.0,,,
E5,2024-06-30,spend,Main,,social care,,100.00,LBCG>UTLA,,LBCG/UTLA
E6,2024-07-01,refund,Main,,reablement,,10.00,,E1,
E7,2024-07-02,spend,Main,,social care,,999.99,LBCG,,
""")
    )

    splits = {event["event_id"]: event["split_pence"] for event in found["events"]}
    assert splits == {
        "N": {"NHS": 60_000},
        "L": {"LBCG": 15_001},
        "C": {"UTLA": 25_000},
        "Q": {"UTLA": 10_000},
        "E1": {"NHS": 20_000, "LBCG": 5_000, "UTLA": 8_333},
        "E2": {"NHS": 12_000, "LBCG": 3_000, "UTLA": 5_000},
        "E3": {"NHS": 4_938, "LBCG": 1_235, "UTLA": 6_172},
        "E4": {"NHS": 2_000, "LBCG": 500, "UTLA": 2_500},
        "E5": {"LBCG": 7_501, "UTLA": 2_499},
        "E6": {"NHS": 600, "LBCG": 150, "UTLA": 250},
        "E7": {},
    }
    assert found["balances_pence"] == {
        "Equipment": {"LBCG": 1_265, "NHS": 5_062, "UTLA": 6_328},
        "Main": {"LBCG": 150, "NHS": 30_600, "UTLA": 11_918},
    }
    assert found["events"][-1] == {
        "event_id": "E7",
        "accepted": False,
        "split_pence": {},
        "refused_because": (
            "Row 12: Main is £998.49 short: £999.99 asked, £1.50 can be drawn under ‘LBCG’ "
            "(NHS, UTLA may not be used here). Lower the amount, or wait until money has come in."
        ),
        "short_pence": 99_849,
    }


def test_the_answer_has_these_keys_and_no_others(write: Write) -> None:
    found = answered(write, OPEN_A, a_row("s", "spend", "0.40"), a_row("t", "spend", "0.61"))

    assert found == {
        "events": [
            {
                "event_id": "o1",
                "accepted": True,
                "split_pence": {"A": 100},
                "refused_because": None,
                "short_pence": None,
            },
            {
                "event_id": "s",
                "accepted": True,
                "split_pence": {"A": 40},
                "refused_because": None,
                "short_pence": None,
            },
            {
                "event_id": "t",
                "accepted": False,
                "split_pence": {},
                "refused_because": (
                    "Row 4: MAIN is £0.01 short: £0.61 asked, £0.60 can be drawn under ‘pari_passu’. "
                    "Lower the amount, or wait until money has come in."
                ),
                "short_pence": 1,
            },
        ],
        "balances_pence": {"MAIN": {"A": 60}},
        "chain_head": found["chain_head"],
    }
    assert len(found["chain_head"]) == 64 and found["chain_head"] != NO_ENTRY


def test_a_source_that_pays_nothing_is_left_out_of_a_split_and_stays_in_the_balances(write: Write) -> None:
    found = answered(write, OPEN_A, OPEN_B, a_row("s", "spend", "1.00", policy="A>B"))

    assert found["events"][-1]["split_pence"] == {"A": 100}
    assert found["balances_pence"] == {"MAIN": {"A": 0, "B": 200}}


def test_equal_remainders_go_to_the_source_first_in_the_alphabet(write: Write) -> None:
    rows = [a_row(source, "open", "0.05", source=source) for source in ("C", "B", "A")]

    assert split(write, *rows, a_row("s", "spend", "0.02")) == {"A": 1, "B": 1}


def test_a_pool_that_is_only_named_holds_nothing_and_is_there(write: Write) -> None:
    found = answered(write, OPEN_A, a_row("t", "transfer", "1.01", to_pool="EQUIPMENT"))

    assert found["events"][-1]["short_pence"] == 1
    assert found["balances_pence"] == {"EQUIPMENT": {}, "MAIN": {"A": 100}}


def test_a_file_with_a_header_alone_is_a_ledger_without_entries(write: Write) -> None:
    assert answered(write) == {"events": [], "balances_pence": {}, "chain_head": NO_ENTRY}


# -- the columns


def test_allowed_names_the_sources_that_may_be_drawn_and_blank_allows_all(write: Write) -> None:
    rows = OPEN_A, OPEN_B

    assert split(write, *rows, a_row("s", "spend", "0.03")) == {"A": 1, "B": 2}
    assert split(write, *rows, a_row("s", "spend", "0.03", allowed="B/C")) == {"B": 3}
    assert split(write, *rows, a_row("s", "spend", "0.03", allowed=" A / B ")) == {"A": 1, "B": 2}


def test_a_policy_may_be_an_agreed_split_with_a_running_total_over_the_rows(write: Write) -> None:
    spends = [a_row(f"s{number}", "spend", "0.01", policy="fixed:A=6/B=6/C=2") for number in range(1, 5)]
    found = answered(write, OPEN_A, OPEN_B, a_row("o3", "open", "1.00", source="C"), *spends)

    assert [event["split_pence"] for event in found["events"][3:]] == [{"A": 1}, {"B": 1}, {"C": 1}, {"A": 1}]


def test_tiers_are_drawn_in_order_and_what_they_do_not_name_is_left_alone(write: Write) -> None:
    rows = [OPEN_A, OPEN_B, a_row("o3", "open", "9.00", source="C"), a_row("o4", "open", "9.00", source="D")]

    assert split(write, *rows, a_row("s", "spend", "4.00", policy="A/B>C")) == {"A": 100, "B": 200, "C": 100}
    short = last_of(write, *rows, a_row("s", "spend", "12.01", policy="A/B>C"))
    assert (short["short_pence"], "(D may not be used here)" in short["refused_because"]) == (1, True)


def test_spend_that_has_happened_is_never_refused_for_want_of_money(write: Write) -> None:
    for kind in ("actual", "pay_direct", "accrue"):
        found = answered(write, OPEN_A, OPEN_B, a_row("s", kind, "1.30", source="A"))

        assert found["events"][-1]["split_pence"] == {"A": 100, "UNFUNDED": 30}
        assert found["balances_pence"] == {"MAIN": {"A": 0, "B": 200, "UNFUNDED": -30}}


def test_spend_invoices_and_transfers_are_refused_when_money_is_short(write: Write) -> None:
    for kind in ("spend", "invoice", "transfer"):
        row = a_row("s", kind, "1.30", to_pool="EQUIPMENT" if kind == "transfer" else "")

        assert last_of(write, OPEN_A, row)["short_pence"] == 30


def test_a_direct_payment_may_be_drawn_on_the_payers_sources_by_policy_or_allowed(write: Write) -> None:
    rows = OPEN_A, OPEN_B

    assert split(write, *rows, a_row("p", "pay_direct", "0.50", policy="B")) == {"B": 50}
    assert split(write, *rows, a_row("p", "pay_direct", "0.50", allowed="A")) == {"A": 50}


def test_an_invoice_clears_the_accrual_that_it_names_and_a_payment_settles_it(write: Write) -> None:
    found = answered(
        write,
        OPEN_A,
        OPEN_B,
        a_row("w", "accrue", "0.90"),
        a_row("i", "invoice", "0.30", of_event="w"),
        a_row("p", "pay", "0.20", of_event="i"),
        a_row("q", "pay", "0.11", of_event="i"),
    )

    assert [event["split_pence"] for event in found["events"][2:]] == [
        {"A": 30, "B": 60},
        {"A": 10, "B": 20},
        {"A": 7, "B": 13},
        {},
    ]
    assert found["balances_pence"] == {"MAIN": {"A": 90, "B": 180}}
    assert found["events"][-1]["refused_because"] == (
        "Row 7: £0.11 is more than is unpaid of ‘i’: £0.10. Enter that at most."
    )


def test_rows_are_taken_in_the_order_of_the_file_though_their_dates_go_back(write: Write) -> None:
    spend = a_row("s", "spend", "1.00", date="2024-04-01")
    late = a_row("o1", "open", "1.00", source="A", date="2024-09-30")

    assert answered(write, late, spend)["balances_pence"] == {"MAIN": {"A": 0}}
    assert last_of(write, spend)["short_pence"] == 100


def test_amounts_are_pounds_with_no_one_or_two_decimals(write: Write) -> None:
    for amount, pence in {"1": 100, "1.5": 150, "1.05": 105, "007.10": 710, "0.01": 1, " 2.00 ": 200}.items():
        assert split(write, a_row("o", "open", amount, source="A")) == {"A": pence}


def test_the_largest_amount_is_exact(write: Write) -> None:
    rows = [a_row("o", "open", "9000000000000000.00", source="A"), a_row("r", "receive", "0.01", source="B")]

    # A's exact share is a penny less and a trace, B's a penny less a trace. Floating numbers would give all to A.
    found = split(write, *rows, a_row("s", "spend", "9000000000000000.00"))
    assert found == {"A": 899_999_999_999_999_999, "B": 1}


# -- the chain


def test_the_head_of_the_chain_repeats(write: Write) -> None:
    rows = OPEN_A, OPEN_B, a_row("s", "spend", "0.40", policy="fixed:A=57/B=23")

    assert answered(write, *rows)["chain_head"] == answered(write, *rows)["chain_head"]


CHANGES = {
    "event_id": "other",
    "date": "2024-05-02",
    "kind": "actual",
    "pool": "EQUIPMENT",
    "scheme_line": "beds",
    "source": "A",
    "amount": "0.41",
    "policy": "A/B",
    "allowed": "A/B",
}


@pytest.mark.parametrize("column", CHANGES)
def test_the_head_of_the_chain_tells_any_field_that_is_otherwise(write: Write, column: str) -> None:
    opening = OPEN_A, OPEN_B, a_row("o3", "open", "1.00", source="A", pool="EQUIPMENT")
    row = a_row("s", "spend", "0.40")

    head = answered(write, *opening, row)["chain_head"]
    other = answered(write, *opening, {**row, column: CHANGES[column]})

    assert other["events"][-1]["accepted"]
    assert other["chain_head"] != head


def test_the_head_of_the_chain_tells_what_was_reversed_and_where_money_went(write: Write) -> None:
    rows = OPEN_A, a_row("s", "spend", "0.40"), a_row("t", "spend", "0.40")
    heads = {answered(write, *rows, a_row("r", "refund", "0.10", of_event=of))["chain_head"] for of in "st"}
    heads |= {answered(write, *rows, a_row("r", "transfer", "0.10", to_pool=to))["chain_head"] for to in "XY"}

    assert len(heads) == 4


def test_what_is_refused_leaves_no_mark_on_the_chain(write: Write) -> None:
    head = answered(write, OPEN_A)["chain_head"]

    assert answered(write, OPEN_A, a_row("s", "spend", "1.01"), a_row("z", "spend", "0"))["chain_head"] == head


def test_the_same_row_twice_is_one_event_with_one_answer(write: Write) -> None:
    row = a_row("s", "spend", "0.40")
    once, twice = answered(write, OPEN_A, row), answered(write, OPEN_A, row, row)

    assert twice["events"][1] == twice["events"][2] == once["events"][1]
    assert (twice["balances_pence"], twice["chain_head"]) == (once["balances_pence"], once["chain_head"])


def test_another_row_under_the_same_id_is_refused(write: Write) -> None:
    said = why(write, OPEN_A, a_row("s", "spend", "0.40"), a_row("s", "spend", "0.41"))

    assert said == "Row 4: ‘s’ was posted before with other content. Give this event an id of its own."


# -- other answers


def test_the_text_says_each_split_and_refusal_and_what_is_held_at_the_end(write: Write) -> None:
    rows = [OPEN_A, OPEN_B, a_row("s", "spend", "0.90"), a_row("t", "pay", "1.00", of_event="s")]
    file = write(as_csv(rows))

    code, said, _ = asked(file, "text")

    assert code == 0
    assert "s: A £0.30, B £0.60\n" in said
    assert "t: REFUSED. Row 5: £1.00 is more than is unpaid of ‘s’: £0.90. Enter that at most.\n" in said
    assert [line.split() for line in said.partition("Held at the end")[2].splitlines() if line.strip()] == [
        ["MAIN"],
        ["A", "£0.70"],
        ["B", "£1.40"],
        ["Head", "of", "the", "chain:", answer(file)["chain_head"]],
    ]


def test_the_table_has_a_row_for_each_source_of_an_event_and_one_for_each_refusal(write: Write) -> None:
    rows = [OPEN_A, OPEN_B, a_row("=s", "spend", "0.90"), a_row("t", "spend", "3.00")]

    code, said, _ = asked(write(as_csv(rows)), "csv")
    table = list(csv.reader(StringIO(said)))

    assert code == 0
    assert table[0] == ["event_id", "accepted", "source", "pence", "refused_because", "short_pence"]
    assert table[1:5] == [
        ["o1", "yes", "A", "100", "", ""],
        ["o2", "yes", "B", "200", "", ""],
        ["'=s", "yes", "A", "30", "", ""],
        ["'=s", "yes", "B", "60", "", ""],
    ]
    assert [table[5][0], table[5][1], table[5][5]] == ["t", "no", "90"]
    assert len(table) == 6


# -- what it costs

# The most memory of the process itself: what `resource` gives begins with that of whoever started it.
PROGRAM = """import pathlib, sys
from commonpool.cli import main
try: main()
except SystemExit as end: code = end.code
heavy = ("django", "sqlite3", "psycopg", "altair", "openpyxl", "ibis", "yaml")
status = pathlib.Path("/proc/self/status")
words = status.read_text().split() if status.exists() else ["VmHWM:", "0"]
peak = int(words[words.index("VmHWM:") + 1]) // 1024
print(code, peak, *[name for name in heavy if name in sys.modules], file=sys.stderr)
"""


def in_a_process(file: Path, target: Path) -> list[str]:
    """[exit code, peak in MB, heavy modules that were loaded...]; the answer goes to a file."""
    with target.open("w") as out:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "ledger", "replay", str(file), "--format", "json"],
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, "COMMONPOOL_HOME": str(target.parent / "home")},
        )
    return done.stderr.split()


def test_replaying_starts_neither_django_nor_a_database_and_leaves_nothing_behind(write: Write, tmp_path: Path) -> None:
    said = in_a_process(write(as_csv([OPEN_A])), tmp_path / "answer.json")

    assert (said[0], said[2:]) == ("0", [])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer.json", "events.csv"]


SOURCES = [f"{category}:XW01:2024-25" for category in ("DFG", "IBCF", "LABCG", "NHS_MIN", "UTLA")]
POLICIES = [
    "",
    "fixed:" + "/".join(f"{source}={weight}" for source, weight in zip(SOURCES, (57, 23, 11, 6, 3), strict=True)),
    f"{SOURCES[0]}/{SOURCES[1]}>{SOURCES[2]}/{SOURCES[3]}>{SOURCES[4]}",
    "fifo",
]


def mixed(rows: int) -> Iterable[dict[str, str]]:
    """Rows of a year in tens: receipts, spend, an accrual and its invoice, a transfer, a refund and a payment."""
    for number in range(rows):
        ten, place = divmod(number, 10)
        key, amount, pool = f"e{number}", f"{number % 900}.{1 + number % 99:02d}", f"POOL{ten % 3}"
        draws = {"pool": pool, "scheme_line": f"2023-25/{ten % 16}", "policy": POLICIES[ten % 4]}
        if place < 3:
            row = a_row(key, "receive", amount, pool=pool, source=SOURCES[number % 5])
        elif place < 5:
            row = a_row(key, "spend", amount, **draws)
        elif place == 5:
            row = a_row(key, "accrue", amount, **draws)
        elif place == 6:
            row = a_row(key, "invoice", amount, of_event=f"e{number - 1}", **draws)
        elif place == 7:
            row = a_row(key, "transfer", amount, pool=pool, to_pool=f"POOL{(ten + 1) % 3}")
        else:
            row = a_row(key, "refund" if place == 8 else "pay", "0.50", of_event=f"e{10 * ten + 6}")
        yield row | {"date": f"2024-{4 + ten % 9:02d}-{1 + ten % 28:02d}"}


def test_a_long_file_is_replayed_whole_in_little_memory(write: Write, tmp_path: Path) -> None:
    # The limit is 500 MB for 100,000 rows, which `make bench` runs with the limit on its time; here a fifth of them.
    said = in_a_process(write(as_csv(mixed(20_000))), tmp_path / "answer.json")

    events = json.loads((tmp_path / "answer.json").read_text())["events"]
    assert len(events) == 20_000
    assert sum(event["accepted"] for event in events) > 16_000
    assert int(said[1]) < 200


def test_the_cost_of_a_row_does_not_grow_with_the_file() -> None:
    def steps(rows: int) -> int:
        numbered = list(enumerate(mixed(rows), start=2))
        return lines_run(lambda: replay(numbered))

    # Four times the rows: 4 times the steps where each costs the same, 16 times where each looks at all before it.
    assert steps(800) < 5 * steps(200)
