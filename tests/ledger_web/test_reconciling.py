"""Two finance teams' records held against each other: matched, differing, alone, each with its age and likely cause."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonpool.ledger.actions.contributing import receive_cash
from commonpool.ledger.actions.importing import save_mapping
from commonpool.ledger.actions.reconciling import accept_cause, read_record, start_reconciliation
from commonpool.ledger.checklist import checklist
from commonpool.ledger.counterparts import RecordRow, kept_reference
from commonpool.ledger.errors import LedgerError
from commonpool.ledger.files import kept_folder
from commonpool.ledger.models import AcceptedCause, Ledger, LedgerSource, Reconciliation
from commonpool.ledger.queries.reconciling import confirmation_of, our_items, reference_of, result_of
from commonpool.ledger.rules.events import Kind
from commonpool.ledger.rules.extracts import ColumnMapping, Role, Style
from commonpool.ledger.rules.matching import Compares, Terms
from tests.ledger.builders import NHS, NOW, REABLEMENT, opened, partner_of, posted, the_ledger
from tests.ledger_web.builders import typed
from tests.ledger_web.builders_files import a_reader, a_stranger, as_, due, manager, text_of
from tests.sheets.corpus import CORPUS, NEVER_SENT, HostileFile, hostile_bytes

# Tasks are told of when the transaction ends, as they are on a site.
pytestmark = pytest.mark.django_db(transaction=True)
State = Reconciliation.State
JUNE = date(2024, 6, 30)
HEADER = "date,amount,reference\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.COMMONPOOL_HOME = tmp_path


@pytest.fixture
def ledger() -> Ledger:
    """£600.00 is due from the ICB; it has paid £100.00 in April and £200.00 in May, and £50.00 to a provider."""
    made = the_ledger()
    due(made, 600_00)
    paid(made, 100_00, date(2024, 4, 10), "BACS 101")
    paid(made, 200_00, date(2024, 5, 10), "BACS 102")
    posted(made, Kind.PAY_DIRECT, 50_00, line=REABLEMENT, source=NHS, on=date(2024, 5, 20), key="pay_direct/INV 7")
    return made


def paid(ledger: Ledger, pence: int, on: date, reference: str = "") -> None:
    source = LedgerSource.objects.get(ledger=ledger, code=NHS)
    pool = ledger.pools.get(code="MAIN")
    given = {"pool": pool, "source": source, "pence": pence, "on": on, "reference": reference}
    receive_cash(actor=None, at=NOW, ledger=ledger, **given)


def the_terms(**changed: Any) -> Terms:
    given = {"starts_on": date(2024, 4, 1), "our_cut_off": JUNE, "their_cut_off": JUNE, "days": 10}
    return Terms(**{**given, **changed})


def started(ledger: Ledger, *rows: tuple[int, date, str], **changed: Any) -> Reconciliation:
    listed = [RecordRow(f"row {number}", on, pence, ref) for number, (pence, on, ref) in enumerate(rows, start=2)]
    return start_reconciliation(
        actor=None,
        at=NOW,
        ledger=ledger,
        partner=partner_of(ledger.fund, "XN1"),
        as_at=JUNE,
        rows=listed,
        terms=the_terms(**changed),
    )


def send(ledger: Ledger, content: str | bytes, name: str = "icb.csv", who: Any = manager, **changed: Any) -> Any:
    made = content.encode() if isinstance(content, str) else content
    given = {
        "partner": partner_of(ledger.fund, "XN1").uuid,
        "file": SimpleUploadedFile(name, made),
        "compares": "paid",
        "days": "10",
        "pence": "0",
        "threshold_pence": "0",
        **typed(date(2024, 4, 1), "starts_on"),
        **typed(JUNE, "our_cut_off"),
        **typed(JUNE, "their_cut_off"),
        **typed(JUNE, "as_at"),
    }
    return as_(who()).post(reverse("ledger:reconcile", args=[ledger.uuid]), {**given, **changed})


def brought(ledger: Ledger, content: str | bytes, **more: Any) -> Reconciliation:
    response = send(ledger, content, **more)
    assert response.status_code == 302, text_of(response)
    return Reconciliation.objects.get(uuid=response["Location"].split("/")[-2])


def address(held: Reconciliation, name: str = "reconciliation") -> str:
    return reverse(f"ledger:{name}", args=[held.uuid])


def shown(held: Reconciliation, name: str = "reconciliation") -> str:
    return text_of(as_(manager()).get(address(held, name)))


def standings(held: Reconciliation) -> list[tuple[str, int, str]]:
    return [(row.standing, row.difference_pence, row.cause) for row in result_of(held).apart]


AS_OURS = HEADER + "10/04/2024,100.00,BACS 101\n12/05/2024,200.00,BACS 102\n20/05/2024,50.00,INV 7\n"


# -- what is ours


def test_ours_is_what_moved_between_the_partner_and_the_fund(ledger: Ledger) -> None:
    held = started(ledger)

    items = [(each.item.pence, each.item.reference, each.item.line) for each in our_items(held)]
    assert items == [(100_00, "101", ""), (200_00, "102", ""), (50_00, "7", "1")]


def test_what_fell_due_is_held_against_a_list_of_invoices(ledger: Ledger) -> None:
    held = started(ledger, compares=Compares.DUE)

    assert [each.item.pence for each in our_items(held)] == [600_00]


def test_what_a_pool_began_with_and_what_others_paid_is_not_the_partners(ledger: Ledger) -> None:
    opened(ledger, nhs=900_00, council=70_00)

    assert sum(each.item.pence for each in our_items(started(ledger))) == 350_00


def test_money_that_went_back_counts_against_what_came(ledger: Ledger) -> None:
    posted(ledger, Kind.REFUND, 100_00, of="cash/BACS 101", on=date(2024, 6, 3), key="refund/R 9")

    assert [each.item.pence for each in our_items(started(ledger))][-1] == -100_00


def test_only_the_days_that_are_compared_count(ledger: Ledger) -> None:
    held = started(ledger, starts_on=date(2024, 5, 1), our_cut_off=date(2024, 5, 15))

    assert [each.item.pence for each in our_items(held)] == [200_00]


@pytest.mark.parametrize(
    ("key", "kind", "reference"),
    [
        ("cash/BACS 101", "cash", "101"),
        ("cash/BACS-101", "cash", "BACS-101"),
        ("cash/4b2d9c70-0000-4000-8000-000000000000", "cash", ""),
        ("due/NHS_MIN:XN1:2024-25/2024-04-01/v1", "due", ""),
        ("due/Settlement 2024", "due", "2024"),
        ("export:0123456789abcdef", "pay_direct", ""),
    ],
)
def test_a_reference_is_a_documents_number_and_never_a_key_made_here(key: str, kind: str, reference: str) -> None:
    assert reference_of(key, kind) == reference


def test_of_a_reference_no_name_is_kept() -> None:
    assert kept_reference("INV-204 Mrs Invented Testperson") == "INV-204"
    assert kept_reference("Testperson") == ""


# -- the comparison


@pytest.mark.requirement("S20")
def test_what_both_have_matches_and_nothing_is_left(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS)

    page = shown(held)
    assert "The two records agree" in page
    assert "3 transactions match. Our books have £350.00, its record £350.00: the same." in page
    assert "same reference and amount" in page


@pytest.mark.requirement("S20")
def test_an_unmatched_transfer_is_listed_with_days_outstanding_and_its_likely_cause(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n28/06/2024,60.00,BACS 104\n")

    page = shown(held)
    assert "2 differences to settle" in page
    assert "£135.00 apart; the rows below explain that to the penny" in page
    assert "Only theirs 5 June 2024 – £75.00 −£75.00 25 103 5 not known" in page
    assert "Only theirs 28 June 2024 – £60.00 −£60.00 2 104 6 timing: about or after the day" in page
    assert result_of(held).difference_pence == -135_00


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((120_00, date(2024, 4, 10), "101"), ("Differs", -20_00, "one side with VAT, one side without")),
        (
            (10_000_00, date(2024, 4, 10), "101"),
            ("Differs", -9_900_00, "ten or a hundred times too much or too little"),
        ),
        ((-100_00, date(2024, 4, 10), "101"), ("Differs", 200_00, "sign turned round")),
    ],
)
def test_a_slip_is_named(ledger: Ledger, row: tuple[int, date, str], expected: tuple[str, int, str]) -> None:
    held = started(ledger, row, (200_00, date(2024, 5, 10), "102"), (50_00, date(2024, 5, 20), "7"))

    standing, apart, cause = standings(held)[0]
    assert (standing, apart) == expected[:2]
    assert cause.startswith(expected[2])


def test_a_payment_that_they_have_twice_says_so_and_points_to_the_other(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "11/04/2024,100.00,BACS 101\n")

    assert standings(held) == [("Only theirs", -100_00, "posted twice on one side: see £100.00 of 10 April 2024")]


def test_a_correction_in_the_books_makes_the_difference_go_away(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")
    assert len(result_of(held).apart) == 1

    paid(ledger, 75_00, date(2024, 6, 5), "BACS 103")

    assert "The two records agree" in shown(held)


def test_the_differences_can_be_downloaded(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")

    made = as_(manager()).get(address(held) + "?download=csv").content.decode()
    assert "Only theirs,2024-06-05,,75.00,-75.00,25,103,5,not known," in made
    assert "BACS" not in made
    matched = as_(manager()).get(address(held) + "?matched-download=csv").content.decode()
    assert matched.count("\n") == 4


# -- accepting


def accepted(held: Reconciliation, item: str, cause: str, who: Any = manager) -> Any:
    url = address(held, "accept-cause")
    return as_(who()).post(f"{url}?item={item}", {"cause": cause}, follow=True)


def test_a_cause_is_accepted_once_and_stands_beside_its_row(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")

    page = text_of(accepted(held, "theirs:row 5", "Paid to the wrong account, comes back in July"))

    assert "The cause is accepted" in page
    assert "Every difference has an accepted cause" in page
    assert "Paid to the wrong account, comes back in July ( Pool Manager)" in page.replace("(Pool", "( Pool")
    again = text_of(accepted(held, "theirs:row 5", "Another"))
    assert "or a cause is accepted already" in again
    assert AcceptedCause.objects.count() == 1


def test_a_cause_needs_words_and_a_row_that_differs(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")

    assert "Fill in ‘Why do they differ here?’." in text_of(accepted(held, "theirs:row 5", " "))
    assert "do not differ there any more" in text_of(accepted(held, "theirs:row 2", "Because"))
    with pytest.raises(LedgerError, match="do not differ there"):
        accept_cause(actor=None, at=NOW, reconciliation=held, item="theirs:row 2", cause="Because")
    with pytest.raises(LedgerError, match="Say why"):
        accept_cause(actor=None, at=NOW, reconciliation=held, item="theirs:row 5", cause=" ")
    assert AcceptedCause.objects.count() == 0


def test_the_checklist_counts_what_does_not_match_until_it_is_accepted(ledger: Ledger) -> None:
    period = ledger.periods.get(starts_on=date(2024, 6, 1))

    def point() -> tuple[int, str]:
        item = next(each for each in checklist(period, date(2024, 7, 1)) if each.code == "records")
        return item.count, item.sentence

    assert point() == (0, "No partner’s record of 2024-25 has been held against the books.")
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")
    assert point() == (1, "1 transaction does not match between the books and partners’ records.")
    accepted(held, "theirs:row 5", "Comes back in July")
    assert point() == (0, "Partners’ records match the books.")


# -- balances


def test_balances_are_confirmed_to_the_penny_or_said_to_be_apart(ledger: Ledger) -> None:
    agreed = brought(ledger, AS_OURS, their_balance_pence="250.00")
    assert confirmation_of(agreed).difference_pence == 0
    page = shown(agreed, "confirmation")
    assert "Confirmation of balances between Wendleshire County Council and NHS Northmere ICB" in page
    assert "both books show £250.00." in page
    assert "The two books agree to the penny." in page

    apart = brought(ledger, AS_OURS, their_balance_pence="240.00", threshold_pence="5.00")
    page = shown(apart, "confirmation")
    assert "ours £250.00, theirs £240.00, £10.00 apart" in page
    assert "The difference is to be resolved: it is £5.00 or more." in page


def test_a_small_difference_is_shown_and_need_not_be_resolved(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS, their_balance_pence="249.99", threshold_pence="5.00")

    assert "The difference is below the £5.00 from which it is to be resolved." in shown(held, "confirmation")


def test_a_partner_that_has_not_said_what_its_books_show_is_not_taken_to_say_nothing(ledger: Ledger) -> None:
    page = shown(brought(ledger, AS_OURS), "confirmation")

    assert "NHS Northmere ICB has not confirmed £250.00." in page
    assert "not known" in page


def test_different_last_days_are_said(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS, their_balance_pence="250.00", **typed(date(2024, 6, 15), "their_cut_off"))

    assert "Ours end on 2024-06-30, theirs on 2024-06-15." in shown(held, "confirmation")


# -- the file


def test_no_cost_centre_and_no_scheme_line_is_needed(ledger: Ledger) -> None:
    held = brought(ledger, "Payment date,Net amount\n10/04/2024,100.00\n")

    assert [row["pence"] for row in held.theirs] == [100_00]


def test_a_scheme_line_that_the_file_has_is_used(ledger: Ledger) -> None:
    held = brought(ledger, "date,line,amount\n21/05/2024,1,50.00\n01/05/2024,elsewhere,1.00\n")

    assert [row["line"] for row in held.theirs] == ["1", ""]
    assert result_of(held).matched[0].how == "same scheme line and amount, nearest date"


def test_payments_written_with_a_minus_are_payments(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS.replace(",100.00", ",-100.00").replace(",200.00", ",-200.00"))

    assert [row["pence"] for row in held.theirs] == [100_00, 200_00, -50_00]


def test_debit_and_credit_columns_are_read(ledger: Ledger) -> None:
    held = brought(ledger, "date,debit,credit,ref\n10/04/2024,100.00,,101\n11/04/2024,,30.00,102\n")

    assert [row["pence"] for row in held.theirs] == [100_00, -30_00]


def test_the_partners_saved_mapping_is_used_where_it_fits(ledger: Ledger) -> None:
    columns = {Role.DATE: "wann", Role.AMOUNT: "wieviel", Role.COST_CENTRE: "cc", Role.REFERENCE: "beleg"}
    mapping = ColumnMapping(Style.TRANSACTIONS, columns)
    save_mapping(actor=None, at=NOW, ledger=ledger, partner=partner_of(ledger.fund, "XN1"), mapping=mapping)

    held = brought(ledger, "wann,wieviel,cc,beleg\n10/04/2024,100.00,C1,101\n")

    assert [(row["pence"], row["reference"]) for row in held.theirs] == [(100_00, "101")]


def test_no_name_in_a_record_is_kept(ledger: Ledger) -> None:
    text = "date,amount,reference,payee\n10/04/2024,100.00,101 Invented Testperson,Mrs Testperson\n"
    held = brought(ledger, text)

    assert "Testperson" not in f"{held.theirs}{held.findings}"
    assert list(kept_folder().iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("wann,wieviel\n10/04/2024,1.00\n", "could be taken for: date or period; amount."),
        (HEADER + "10/04/2024,12k,A1\n", "‘12k’ is text, not an amount of money."),
        (HEADER + "31/02/2024,1.00,A1\n", "‘31/02/2024’ is not a date as the mapping has it."),
        (HEADER + "10/04/2019,1.00,A1\n", "10 Apr 2019 lies outside the year 2024-25"),
        (HEADER + '10/04/2024,1.00,"A1\n', "ends in the middle of a line"),
        (HEADER + "10/04/2024,£1.00,A1\n", "‘£1.00’ carries £."),
        ("cost centre,Apr-24,May-24\nC1,1.00,2.00\n", "has amounts by month or quarter"),
        (HEADER, "has a header row and nothing below it."),
    ],
)
def test_a_record_that_cannot_be_read_is_refused_in_words_and_nothing_is_kept(
    ledger: Ledger, content: str, said: str
) -> None:
    held = brought(ledger, content)

    page = shown(held)
    assert "could not be read" in page
    assert said in page
    assert (held.state, held.theirs) == (State.REFUSED, [])
    assert list(kept_folder().iterdir()) == []


SENT = [bad for bad in CORPUS if bad.name not in NEVER_SENT]


# One after the other on one site: a database of its own for each would take longer than reading them.
def test_no_hostile_record_breaks_the_site_or_leaves_anything_behind(ledger: Ledger, subtests: pytest.Subtests) -> None:
    for bad in SENT:
        with subtests.test(bad.name):
            _breaks_nothing(ledger, bad)


def _breaks_nothing(ledger: Ledger, bad: HostileFile) -> None:
    response = send(ledger, hostile_bytes(bad), name=bad.name)

    if response.status_code == 200:
        assert "The file is empty" in text_of(response)
        return
    held = Reconciliation.objects.get(uuid=response["Location"].split("/")[-2])
    assert "could not be read" in shown(held)
    assert held.state == State.REFUSED
    assert list(kept_folder().iterdir()) == []


def test_a_task_that_is_run_again_changes_nothing(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS)

    again = read_record(reconciliation=held.uuid, at=NOW)

    assert (again.state, again.theirs) == (State.READ, held.theirs)


def test_a_fault_of_ours_while_a_record_is_read_ends_in_a_sentence(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any) -> Any:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("commonpool.ledger.actions.reconciling.rows_of_record", fails)

    held = brought(ledger, AS_OURS)

    assert held.state == State.REFUSED
    assert "Something failed on our side while the file was read." in shown(held)
    assert list(kept_folder().iterdir()) == []


def test_the_page_of_a_record_that_is_being_read_says_so(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS)
    assert as_(manager()).get(address(held) + "?format=json").json() == {"state": "read", "done": True}
    Reconciliation.objects.update(state=State.WAITING)

    assert "is being read" in shown(held)
    assert as_(manager()).get(address(held) + "?format=json").json() == {"state": "waiting", "done": False}


# -- forms and people


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"partner": ""}, "Choose an answer to ‘Whose record is it?’."),
        ({"file": ""}, "Choose the file, a .csv or .xlsx."),
        ({"days": "-1"}, "greater than or equal to 0"),
        ({"pence": "-1"}, "A limit is not below £0."),
        (typed(date(2024, 3, 1), "their_cut_off"), "A record ends before the first day that is compared."),
        (
            typed(date(2031, 3, 1), "starts_on")
            | typed(date(2031, 3, 2), "our_cut_off")
            | typed(date(2031, 3, 2), "their_cut_off"),
            "1 March 2031 is outside the years of this ledger.",
        ),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused_in_words(
    ledger: Ledger, changed: dict[str, str], said: str
) -> None:
    assert said in text_of(send(ledger, AS_OURS, **changed))
    assert Reconciliation.objects.count() == 0


def test_the_host_keeps_the_books_itself(ledger: Ledger) -> None:
    host = partner_of(ledger.fund, "XWC")

    assert "Select a valid choice" in text_of(send(ledger, AS_OURS, partner=host.uuid))
    with pytest.raises(LedgerError, match="keeps these books itself"):
        start_reconciliation(actor=None, at=NOW, ledger=ledger, partner=host, as_at=JUNE, rows=[], terms=the_terms())


def test_the_list_and_its_empty_state(ledger: Ledger) -> None:
    url = reverse("ledger:reconciliations", args=[ledger.uuid])
    assert "Ask a partner for its list of payments to the pool" in text_of(as_(manager()).get(url))

    brought(ledger, AS_OURS)

    assert "NHS Northmere ICB 30 June 2024 Read 3 icb.csv Pool Manager" in text_of(as_(manager()).get(url))


@pytest.mark.parametrize("who", [a_reader, a_stranger])
def test_who_does_not_keep_the_books_brings_and_accepts_nothing(ledger: Ledger, who: Any) -> None:
    held = brought(ledger, AS_OURS + "05/06/2024,75.00,BACS 103\n")

    assert send(ledger, AS_OURS, who=who).status_code == 403
    assert accepted(held, "theirs:row 5", "Because", who).status_code == 403
    assert (Reconciliation.objects.count(), AcceptedCause.objects.count()) == (1, 0)


def test_a_stranger_sees_no_reconciliation(ledger: Ledger) -> None:
    held = brought(ledger, AS_OURS)

    for name in ("reconciliation", "confirmation"):
        assert as_(a_stranger()).get(address(held, name)).status_code == 403
    assert as_(a_reader()).get(address(held)).status_code == 200
