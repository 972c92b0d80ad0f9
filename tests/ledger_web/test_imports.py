"""Partners' files on the pages: sent, looked at, mapped, posted whole or not at all, put aside, taken back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.ledger.actions.files import post_asked, read_received
from commonpool.ledger.actions.reversing import reverse_asked
from commonpool.ledger.actions.spending import credit
from commonpool.ledger.files import kept_file, kept_folder
from commonpool.ledger.models import Entry, ExtractFigure, Held, Import, Ledger, Period, Posting, SavedMapping
from commonpool.ledger.rules.accounts import Account
from tests.ledger.builders import NHS, NOW, partner_of
from tests.ledger_web.builders_files import (
    TRANSACTIONS,
    a_reader,
    a_stranger,
    as_,
    chief_of,
    manager,
    send,
    sent,
    text_of,
    the_books,
    the_council,
)
from tests.sheets.corpus import CORPUS, NEVER_SENT, HostileFile, hostile_bytes

# Tasks are told of when the transaction ends, as they are on a site.
pytestmark = pytest.mark.django_db(transaction=True)
State = Import.State
UNFUNDED = "UNFUNDED:XW01:2024-25"
TWO_ROWS = TRANSACTIONS + "01/05/2024,1,10.00,A1\n02/05/2024,6,5.50,A2\n"
EXTRACT = "cost centre,Apr-24,May-24\nC100,100.00,\nC600,50.00,\n"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.COMMONPOOL_HOME = tmp_path


@pytest.fixture
def ledger() -> Ledger:
    return the_books()


def address(held: Import, name: str = "import") -> str:
    return reverse(f"ledger:{name}", args=[held.uuid])


def press(held: Import, name: str, **given: Any) -> Any:
    return as_(manager()).post(address(held, name), given)


def shown(held: Import) -> str:
    return text_of(as_(manager()).get(address(held)))


def posted(ledger: Ledger, content: str, **more: Any) -> Import:
    held = sent(ledger, content, **more)
    press(held, "post-import")
    held.refresh_from_db()
    return held


def spent() -> dict[str, int]:
    """line -> net pence in the books."""
    found: dict[str, int] = {}
    for line, pence in Posting.objects.filter(account=Account.EXPENDITURE).values_list("line__line_id", "pence"):
        found[line] = found.get(line, 0) + pence
    return found


def mapped(held: Import, **changed: str) -> Any:
    """The mapping's form as the page shows it, sent with these changes."""
    page = as_(manager()).get(address(held, "mapping"))
    form, codes, words = page.context["form"], page.context["codes"], page.context["words"]
    given = {name: form[name].value() or "" for name in form.fields}
    for rows in (codes, words):
        given |= {f"{rows.prefix}-{name}": rows.management_form[name].value() for name in rows.management_form.fields}
        for row in rows.forms:
            given |= {row.add_prefix(name): row[name].value() or "" for name in row.fields}
    return as_(manager()).post(address(held, "mapping"), {**given, **changed})


# -- looking


def test_a_file_is_looked_at_and_nothing_is_posted_before_somebody_says_so(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    page = shown(held)
    assert "Nothing stands in the way. Posting writes 2 amounts, £15.50 in all." in page
    assert "Nobody has confirmed yet how this partner’s columns are read" in page
    assert "taken for scheme line" in page
    assert held.state == State.PREVIEWED
    assert spent() == {}


def test_posting_says_what_was_posted_and_that_the_books_agree(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)

    page = shown(held)
    assert held.state == State.POSTED
    assert spent() == {"1": 10_00, "6": 5_50}
    assert "2 amounts were posted, £15.50 in all." in page
    assert "Posted by this file £15.50 £15.50 Yes, to the penny" in page
    assert "2 entries of this file" in page
    assert not kept_file(held.sha256).exists()
    assert SavedMapping.objects.count() == 1


def test_errors_stand_in_the_way_each_with_its_cell(ledger: Ledger) -> None:
    held = sent(ledger, TRANSACTIONS + "01/05/2024,1,12k,A1\n02/05/2024,99,5.50,A2\n")

    page = shown(held)
    assert "2 errors stand in the way. Nothing of the file is posted until they are put right" in page
    assert "cell C2" in page
    assert "‘12k’ is text, not an amount of money." in page
    assert "‘99’ is not a scheme line of the plan" in page
    press(held, "post-import")
    held.refresh_from_db()
    assert held.state == State.PREVIEWED
    assert spent() == {}


def test_findings_can_be_downloaded(ledger: Ledger) -> None:
    held = sent(ledger, TRANSACTIONS + "01/05/2024,1,12k,A1\n")

    answer = as_(manager()).get(address(held) + "?download=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "EXT-10" in answer.content.decode()


def test_of_many_faults_alike_a_page_shows_some_and_the_file_has_all(ledger: Ledger) -> None:
    rows = "".join(f"01/05/2024,1,{number}k,A{number}\n" for number in range(40))
    held = sent(ledger, TRANSACTIONS + rows)

    page = shown(held)
    assert "The first places of each cause are shown, 25 of 40." in page
    assert as_(manager()).get(address(held) + "?download=csv").content.decode().count("EXT-10") == 40


def test_what_no_source_covers_is_posted_and_said(ledger: Ledger) -> None:
    held = posted(ledger, TRANSACTIONS + "01/05/2024,1,1200.00,A1\n")

    page = shown(held)
    assert "£200.00 of it was spent beyond the money for it." in page
    assert "1 Line 1 £200.00" in page
    assert dict(Held.objects.values_list("source__code", "pence")) == {NHS: 0, UNFUNDED: -200_00}


def test_rows_of_an_earlier_file_are_passed_over_and_said(ledger: Ledger) -> None:
    posted(ledger, TWO_ROWS)
    held = posted(ledger, TWO_ROWS + "03/05/2024,1,1.00,A3\n", name="later.csv")

    page = shown(held)
    assert "£15.50 of what the file says was in the books before it came" in page
    assert "2 of 3 rows were posted by an earlier file" in page
    assert spent() == {"1": 11_00, "6": 5_50}


def test_the_same_file_again_posts_nothing(ledger: Ledger) -> None:
    posted(ledger, TWO_ROWS)
    before = Entry.objects.count()

    held = sent(ledger, TWO_ROWS, name="copy.csv")
    assert "There is nothing new in it" in shown(held)
    press(held, "post-import")

    held.refresh_from_db()
    assert held.state == State.REPEATED
    assert "It brought nothing new." in shown(held)
    assert Entry.objects.count() == before


def test_another_file_in_between_is_found_out_when_it_is_posted(ledger: Ledger) -> None:
    first = sent(ledger, TRANSACTIONS + "01/05/2024,1,10.00,A1\n")
    posted(ledger, TRANSACTIONS + "01/05/2024,1,11.00,A1\n", name="other.csv")

    press(first, "post-import")

    first.refresh_from_db()
    page = shown(first)
    assert first.state == State.PREVIEWED
    assert "Nothing was posted" in page
    assert "1 rows have the reference of a row that is posted, with another day, line or amount" in page
    assert spent() == {"1": 11_00}


# -- the mapping


def test_cost_centres_are_mapped_to_lines_on_the_page_and_the_file_is_read_again(ledger: Ledger) -> None:
    held = sent(ledger, EXTRACT)
    assert "‘C100’ is not among the mapping’s cost centres" in shown(held)

    answer = mapped(held, **{"codes-0-line": "1", "codes-1-line": "6"})

    assert answer.status_code == 302, text_of(answer)
    held.refresh_from_db()
    assert held.mapping is not None and held.mapping.version == 1
    assert "Posting writes 2 amounts, £150.00 in all." in shown(held)


def test_a_cost_centre_that_is_not_the_pools_is_left_out(ledger: Ledger) -> None:
    held = sent(ledger, EXTRACT)

    mapped(held, **{"codes-0-line": "1", "codes-1-line": "-"})
    press(held, "post-import")

    assert spent() == {"1": 100_00}


def test_the_saved_mapping_reads_the_next_file(ledger: Ledger) -> None:
    mapped(sent(ledger, EXTRACT), **{"codes-0-line": "1", "codes-1-line": "6"})

    later = sent(ledger, EXTRACT.replace("100.00,", "100.00,20.00"), name="may.csv")

    assert "by version 1 of the partner’s mapping" in shown(later)
    assert later.summary["errors"] == 0


def test_a_mapping_that_makes_no_sense_is_told_and_what_was_typed_stays(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    answer = mapped(held, **{"role-amount": "", "totals": "Sum of all"})

    page = text_of(answer)
    assert "A mapping of transactions needs a column for: amount." in page
    assert 'value="Sum of all"' in answer.content.decode()
    assert SavedMapping.objects.count() == 0


def test_one_column_cannot_be_two_things(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    assert "The column ‘line’ is given two meanings." in text_of(mapped(held, **{"role-reference": "line"}))


def test_signs_are_said_in_the_mapping(ledger: Ledger) -> None:
    held = sent(ledger, TRANSACTIONS + "01/05/2024,1,10.00,A1\n02/05/2024,6,-5.50,A2\n")

    mapped(held, money_out="minus")

    held.refresh_from_db()
    assert held.summary["movement_pence"] == -4_50


def test_a_file_waiting_under_an_older_mapping_can_be_read_by_the_newest(ledger: Ledger) -> None:
    waiting = sent(ledger, EXTRACT)
    mapped(sent(ledger, EXTRACT + "\n", name="twin.csv"), **{"codes-0-line": "1", "codes-1-line": "6"})
    assert "Read it by the newest mapping" in shown(waiting)

    press(waiting, "read-import")

    waiting.refresh_from_db()
    assert waiting.summary["errors"] == 0


def test_no_header_that_is_known_leaves_the_columns_to_be_chosen(ledger: Ledger) -> None:
    held = sent(ledger, "wann,wofuer,wieviel\n01/05/2024,1,10.00\n")
    assert "No column of ‘export.csv’ could be taken for" in shown(held)

    mapped(held, **{"role-date": "wann", "role-scheme_line": "wofuer", "role-amount": "wieviel"})

    held.refresh_from_db()
    assert held.summary["to_post"] == 1


# -- extracts


@pytest.fixture
def extract(ledger: Ledger) -> Import:
    """A first extract, mapped and posted."""
    held = sent(ledger, EXTRACT)
    mapped(held, **{"codes-0-line": "1", "codes-1-line": "6"})
    press(held, "post-import")
    held.refresh_from_db()
    return held


def test_a_later_extract_posts_only_what_moved_and_its_total_is_the_books(ledger: Ledger, extract: Import) -> None:
    later = posted(ledger, "cost centre,Apr-24,May-24\nC100,90.00,120.00\nC600,50.00,0.00\n", name="may.csv")

    page = shown(later)
    assert "Posted by this file £110.00 £110.00 Yes, to the penny" in page
    assert "Year to date £260.00 £260.00 Yes, to the penny" in page
    assert spent() == {"1": 210_00, "6": 50_00}
    assert ExtractFigure.objects.count() == 4


def test_an_extract_is_put_right_by_the_next_one_and_not_by_a_reversal(ledger: Ledger, extract: Import) -> None:
    page = shown(extract)
    assert "so the next extract puts it right" in page
    assert "reverse every entry" not in page

    answer = press(extract, "reverse-import", reason="Wrong file", on_day="1", on_month="6", on_year="2024")

    assert "so the next extract puts it right" in text_of(answer)
    assert spent() == {"1": 100_00, "6": 50_00}


# -- putting aside and taking back


def test_a_file_is_put_aside_and_forgotten(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    press(held, "leave-import")

    held.refresh_from_db()
    assert held.state == State.LEFT
    assert not kept_file(held.sha256).exists()
    assert "Nothing of it was posted" in shown(held)
    press(held, "post-import")
    assert spent() == {}


def test_a_file_that_waits_for_two_partners_stays_until_both_are_dealt_with(ledger: Ledger) -> None:
    first, second = sent(ledger, TWO_ROWS), sent(ledger, TWO_ROWS, who="XN1")

    press(first, "leave-import")
    assert kept_file(second.sha256).exists()

    press(second, "leave-import")
    assert not kept_file(second.sha256).exists()


def test_every_entry_of_a_file_is_reversed_with_a_reason_and_its_money_is_back(ledger: Ledger) -> None:
    held = posted(ledger, TRANSACTIONS + "01/05/2024,1,1200.00,A1\n02/05/2024,1,-30.00,A2\n")
    before = Entry.objects.count()

    answer = press(held, "reverse-import", reason="Of another fund", on_day="1", on_month="6", on_year="2024")

    assert answer.status_code == 302, text_of(answer)
    held.refresh_from_db()
    assert held.state == State.REVERSED
    assert spent() == {"1": 0}
    assert dict(Held.objects.values_list("source__code", "pence")) == {NHS: 1_000_00, UNFUNDED: 0}
    assert Entry.objects.count() == before + 2
    assert AuditEvent.objects.get(action="ledger.reverse_import").after["why"] == "Of another fund"
    assert "was taken back" in shown(held)


def test_what_was_refunded_by_hand_is_not_taken_back_twice(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)
    first = Entry.objects.get(happened_on=date(2024, 5, 1))
    refund = {"of": first.key, "pence": 4_00, "on": date(2024, 5, 3), "why": "Half of it came back"}
    credit(actor=None, at=NOW, ledger=ledger, **refund)

    press(held, "reverse-import", reason="Of another fund", on_day="1", on_month="6", on_year="2024")

    assert spent() == {"1": 0, "6": 0}
    assert sorted(Posting.objects.filter(pence=-6_00).values_list("account", flat=True)) == [Account.EXPENDITURE]


def test_a_reversed_file_can_be_posted_again_and_reversed_again(ledger: Ledger) -> None:
    for _ in range(3):
        held = posted(ledger, TWO_ROWS)
        assert spent() == {"1": 10_00, "6": 5_50}
        press(held, "reverse-import", reason="Wrong lines", on_day="1", on_month="6", on_year="2024")
        assert spent() == {"1": 0, "6": 0}

    assert Import.objects.filter(state=State.REVERSED).count() == 3


def test_rows_of_a_reversed_file_post_on_another_line(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)
    press(held, "reverse-import", reason="Wrong lines", on_day="1", on_month="6", on_year="2024")

    posted(ledger, TWO_ROWS.replace(",6,", ",1,"), name="corrected.csv")

    assert spent() == {"1": 15_50, "6": 0}


def test_a_reversal_that_cannot_be_whole_reverses_nothing_and_says_why(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)
    Period.objects.all().update(state=Period.State.SOFT_CLOSED)

    press(held, "reverse-import", reason="Wrong", on_day="1", on_month="6", on_year="2024")

    held.refresh_from_db()
    assert held.state == State.POSTED
    assert "Nothing was reversed" in shown(held)
    assert "no later period is open" in shown(held)
    assert spent() == {"1": 10_00, "6": 5_50}


def test_a_reversal_wants_a_reason_and_a_day(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)

    page = text_of(press(held, "reverse-import", reason="", on_day="31", on_month="2", on_year="2024"))

    assert "Fill in ‘Why is it taken back?’." in page
    assert "‘31 2 2024’ is not a date." in page
    assert spent() == {"1": 10_00, "6": 5_50}


# -- tasks


def test_a_task_that_is_run_again_changes_nothing(ledger: Ledger) -> None:
    held = posted(ledger, TWO_ROWS)
    before = Entry.objects.count()

    assert read_received(held=held.uuid, at=NOW).state == State.POSTED
    assert post_asked(actor=None, at=NOW, held=held.uuid).state == State.POSTED
    assert reverse_asked(actor=None, at=NOW, held=held.uuid).state == State.POSTED
    assert Entry.objects.count() == before


def test_a_posting_killed_half_way_is_done_when_the_task_is_run_again(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)
    Import.objects.update(state=State.POSTING)

    again = post_asked(actor=None, at=NOW, held=held.uuid)

    assert again.state == State.POSTED
    assert spent() == {"1": 10_00, "6": 5_50}


def fails(*args: Any, **more: Any) -> Any:
    raise RuntimeError("a fault of ours")


def test_a_fault_of_ours_while_a_file_is_read_ends_in_a_sentence(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonpool.ledger.actions.files.look_at", fails)

    held = sent(ledger, TWO_ROWS)

    assert held.state == State.REFUSED
    assert "Something failed on our side while the file was read." in shown(held)


def test_a_fault_of_ours_while_a_file_is_posted_posts_nothing_and_can_be_tried_again(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = sent(ledger, TWO_ROWS)
    with monkeypatch.context() as broken:
        broken.setattr("commonpool.ledger.actions.importing._post_items", fails)
        press(held, "post-import")

    assert "Something failed on our side, and nothing was posted." in shown(held)
    assert spent() == {}
    press(held, "post-import")
    assert spent() == {"1": 10_00, "6": 5_50}


def test_a_fault_of_ours_while_a_file_is_reversed_leaves_it_posted(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = posted(ledger, TWO_ROWS)
    monkeypatch.setattr("commonpool.ledger.actions.reversing._take_back", fails)

    press(held, "reverse-import", reason="Wrong", on_day="1", on_month="6", on_year="2024")

    assert "Nothing was reversed" in shown(held)
    assert spent() == {"1": 10_00, "6": 5_50}


def test_a_file_that_is_gone_is_refused_in_a_sentence(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)
    kept_file(held.sha256).unlink()
    Import.objects.update(state=State.POSTING)

    post_asked(actor=None, at=NOW, held=held.uuid)

    assert "is no longer kept here" in shown(held)
    assert spent() == {}


def test_the_page_of_a_file_at_work_says_so_and_answers_a_program(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)
    assert as_(manager()).get(address(held) + "?format=json").json() == {"state": "previewed", "done": True}

    Import.objects.update(state=State.POSTING)
    assert "is being posted" in shown(held)
    assert as_(manager()).get(address(held) + "?format=json").json() == {"state": "posting", "done": False}
    Import.objects.update(state=State.WAITING)
    assert "is being read" in shown(held)


# -- lists, people, refusals


def test_the_list_says_of_each_file_what_became_of_it(ledger: Ledger) -> None:
    url = reverse("ledger:imports", args=[ledger.uuid])
    assert "No partner’s file has been uploaded yet" in text_of(as_(manager()).get(url))

    posted(ledger, TWO_ROWS)

    page = text_of(as_(manager()).get(url))
    assert "export.csv Wendleshire County Council" in page
    assert "Posted 2 £15.50 2024-25 Pool Manager" in page
    assert "export.csv" in as_(manager()).get(url + "?download=csv").content.decode()


def test_the_home_page_says_which_of_my_files_wait(ledger: Ledger) -> None:
    sent(ledger, TRANSACTIONS + "01/05/2024,1,12k,A1\n")

    assert "‘export.csv’ for Wendleshire Better Care Fund has 1 error" in text_of(as_(manager()).get("/"))


def test_entries_of_a_file_can_be_downloaded_and_paged(ledger: Ledger) -> None:
    rows = "".join(f"01/05/2024,1,1.00,A{number}\n" for number in range(60))
    held = posted(ledger, TRANSACTIONS + rows)

    assert "Page 1 of 2" in shown(held)
    assert "Page 2 of 2" in text_of(as_(manager()).get(address(held) + "?page=2"))
    made = b"".join(as_(manager()).get(address(held, "import-entries")).streaming_content).decode()
    assert made.count("\n") == 61
    assert "1 Line 1,Spend,1.00" in made


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"partner": ""}, "Choose an answer to ‘Whose export is it?’."),
        ({"file": ""}, "Choose the file, a .csv or .xlsx."),
        ({"year": "1999-00"}, "1999-00 is not one of the available choices"),
    ],
)
def test_an_upload_that_lacks_something_is_told(ledger: Ledger, changed: dict[str, str], said: str) -> None:
    given = {
        "partner": partner_of(ledger.fund, "XWC").uuid,
        "pool": ledger.pools.get(code="MAIN").uuid,
        "year": "2024-25",
    }
    answer = as_(manager()).post(reverse("ledger:upload", args=[ledger.uuid]), {**given, **changed})

    assert said in text_of(answer)
    assert Import.objects.count() == 0


def test_who_only_reads_sees_what_became_of_files_and_not_their_rows(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    page = text_of(as_(a_reader()).get(address(held)))
    assert "First rows of the file" not in page
    assert "Put it aside" not in page


@pytest.mark.parametrize("who", [a_reader, a_stranger, lambda: chief_of(the_council())])
@pytest.mark.parametrize("name", ["post-import", "leave-import", "read-import", "reverse-import", "mapping"])
def test_who_does_not_keep_the_books_changes_no_file(ledger: Ledger, who: Any, name: str) -> None:
    held = sent(ledger, TWO_ROWS)

    assert as_(who()).post(address(held, name)).status_code == 403
    assert send(ledger, TWO_ROWS, person=who()).status_code == 403
    assert spent() == {}


def test_a_stranger_does_not_see_that_there_is_a_file(ledger: Ledger) -> None:
    held = sent(ledger, TWO_ROWS)

    assert as_(a_stranger()).get(address(held)).status_code == 403
    assert as_(a_stranger()).get(reverse("ledger:imports", args=[ledger.uuid])).status_code == 403


SENT = [bad for bad in CORPUS if bad.name not in NEVER_SENT]
# Two are CSV under another name, which is no fault here.
TABLES = {"text.xlsx", "utf16.xlsx"}


# One after the other on one site: a database of its own for each would take longer than reading them.
def test_no_hostile_file_breaks_the_site_or_leaves_anything_behind(
    ledger: Ledger, subtests: pytest.Subtests, settings: Any, tmp_path: Path
) -> None:
    for bad in SENT:
        settings.COMMONPOOL_HOME = tmp_path / bad.name
        with subtests.test(bad.name):
            _breaks_nothing(ledger, bad)


def _breaks_nothing(ledger: Ledger, bad: HostileFile) -> None:
    response = send(ledger, hostile_bytes(bad), name=bad.name)

    assert spent() == {}
    if response.status_code == 200:
        assert "The file is empty" in text_of(response)
        return
    held = Import.objects.get(uuid=response["Location"].split("/")[-2])
    page = shown(held)
    assert "Traceback" not in page
    if held.state == State.REFUSED:
        assert "could not be read" in page
        assert list(kept_folder().iterdir()) == []
    else:
        # It is a table, and nothing in it could be taken for an amount: the columns can still be chosen.
        assert bad.expect != "unreadable" or bad.name in TABLES
        assert "stand in the way" in page or "stands in the way" in page


def test_a_file_with_a_long_name_is_refused_before_it_is_kept(ledger: Ledger) -> None:
    answer = send(ledger, TWO_ROWS, name="x" * 250 + ".csv")

    assert "longer than 200 characters" in text_of(answer)
    assert not kept_folder().exists()


def test_an_entry_of_a_file_counts_on_its_own_day(ledger: Ledger) -> None:
    posted(ledger, TWO_ROWS)

    days = Entry.objects.filter(kind="actual").values_list("happened_on", flat=True)
    assert list(days) == [date(2024, 5, 1), date(2024, 5, 2)]
