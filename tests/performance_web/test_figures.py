"""Figures brought by a page: read by a task, reported in full, taken back; hostile files end in a stated result."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from commonpool.audit.models import AuditEvent
from commonpool.pages.waiting import waiting_for
from commonpool.people.models import Person
from commonpool.people.rules import Role
from commonpool.performance import tasks
from commonpool.performance.actions import figures as actions
from commonpool.performance.models import FiguresUpload
from commonpool.performance.store import keeping
from commonpool.performance.store.keeping import loads_of
from commonpool.performance.store.load import load
from commonpool.performance.store.reading import current
from tests.funds.builders import a_body, the_council, wendleshire
from tests.performance.builders import AT, Dtoc, ae_csv
from tests.performance_web.builders import as_, national_reader, somebody, stranger, text_of

pytestmark = pytest.mark.django_db(transaction=True)
State = FiguresUpload.State
UPLOAD = "performance:upload-figures"
OWN = "measure,area,period,numerator,denominator,provenance,not for publication\n"
REVISED = {"901": (31.0, 12.0), "902": (7.0, 0.0)}


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(COMMONPOOL_HOME=tmp_path / "home"):
        yield tmp_path / "home"


@pytest.fixture
def analyst() -> Person:
    return somebody("analyst@evaluators.example", a_body("Evaluators", "other"), Role.EVALUATOR)


@pytest.fixture
def lead() -> Person:
    wendleshire()
    return somebody("lead@wendleshire.example", the_council(), Role.BCF_LEAD)


def april(folder: Path, name: str = "april.xlsx", **more: Any) -> Path:
    return Dtoc(**more).write(folder / name)


def sent(path: Path, name: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name or path.name, path.read_bytes())


def brought(person: Person, *paths: Path, source: str = "recognise", **more: Any) -> Any:
    """What the page says at the end, after every redirect."""
    data = {"source": source, "sent": [sent(path) for path in paths], **more}
    return as_(person).post(reverse(UPLOAD), data, follow=True)


def own_table(folder: Path, *rows: str) -> Path:
    path = folder / "own.csv"
    path.write_text(OWN + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def brought_own(person: Person, path: Path, **more: Any) -> Any:
    address = reverse("performance:upload-own", args=[wendleshire().uuid])
    return as_(person).post(address, {"sent": [sent(path)], **more}, follow=True)


def page(person: Person, name: str, *arguments: Any, **asked: str) -> Any:
    return as_(person).get(reverse(f"performance:{name}", args=arguments), asked)


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


# -- from file to report


def test_an_empty_store_says_how_to_begin_and_to_whom(analyst: Person, lead: Person) -> None:
    assert "Load the files as they were published" in text_of(page(analyst, "figures"))
    assert "A national or regional team, or an evaluator, loads published files" in text_of(page(lead, "figures"))
    assert "Delayed transfers of care by council, NHS England" in text_of(page(lead, "figures"))


def test_published_files_are_recognised_loaded_and_reported(analyst: Person, home: Path, tmp_path: Path) -> None:
    a_body("Harbourne", "hwb_area", ods_code="902")

    said = text_of(brought(analyst, april(tmp_path), april(tmp_path, "may.xlsx", month="May 2031")))

    assert "Delayed transfers of care by council: load 1" in said
    assert "108 figures came from 2 files. Every printed total that can be decided agrees" in said
    assert "by Analyst" in said
    assert "Delayed transfers of care: 1 area that you may see has figures" in said
    assert loads_of(home, "dtoc")[0].about["asked_by"] == str(FiguresUpload.objects.get().uuid)
    assert not (home / "uploads/figures").exists() or not list((home / "uploads/figures").iterdir())
    assert AuditEvent.objects.get(action="performance.load_figures").after["load"] == 1


def test_a_load_leads_to_all_areas_where_the_reader_may_open_none_of_their_own_pages(
    analyst: Person, lead: Person, tmp_path: Path
) -> None:
    brought(analyst, april(tmp_path))

    shown = page(lead, "load", "dtoc", 1)

    assert "none of the areas whose own pages you may open" in text_of(shown)
    assert f'href="{reverse("performance:all-areas", args=["DTOC"])}"' in shown.content.decode()


def test_what_is_held_has_one_row_a_source_and_a_page_of_its_loads(analyst: Person, tmp_path: Path) -> None:
    brought(analyst, april(tmp_path))
    brought(analyst, april(tmp_path, "newer.xlsx", days=REVISED, revised="1st July 2031"))

    said = text_of(page(analyst, "figures"))
    loads = text_of(page(analyst, "source", "dtoc"))
    (row,) = rows_of(page(analyst, "figures", format="csv"))

    assert "1 April 2031 to 30 April 2031" in said and "1 period" in said
    assert "Load 2" in loads and "Replaced" in loads and "later releases have all of it" in loads
    assert (row["source"], row["periods"], row["files"], row["loads"], row["licence"]) == (
        *("dtoc", "1", "1", "2"),
        "OGL v3",
    )


def test_the_report_can_be_downloaded_as_the_command_prints_it(analyst: Person, tmp_path: Path, home: Path) -> None:
    brought(analyst, april(tmp_path, england=(47.0, 12.0, 59.0)))

    whole = json.loads(page(analyst, "load", "dtoc", 1, format="json").content)
    findings = rows_of(page(analyst, "load", "dtoc", 1, format="csv", of="findings"))
    differences = rows_of(page(analyst, "load", "dtoc", 1, format="csv", of="differences"))
    (file,) = rows_of(page(analyst, "load", "dtoc", 1, format="csv", of="files"))

    about = dict(loads_of(home, "dtoc")[0].about)
    del about["asked_by"]
    assert whole == {**about, "withdrawn": None}
    assert "LOAD-19" in {finding["rule"] for finding in findings}
    assert {row["difference"] for row in differences} == {"-10.0"}
    assert (file["file"], file["digest"]) == ("april.xlsx", whole["files"][0]["digest"])
    assert len(rows_of(page(analyst, "load", "dtoc", 1, format="csv", of="coverage"))) == 3
    assert page(analyst, "load", "dtoc", 1, format="csv", of="people")["Content-Type"].startswith("text/html")


def test_the_next_step_leads_to_the_chart_of_an_area(analyst: Person, tmp_path: Path) -> None:
    harbourne = a_body("Harbourne", "hwb_area", ods_code="902")
    brought(analyst, april(tmp_path), april(tmp_path, "may.xlsx", month="May 2031"))

    onward = page(analyst, "load", "dtoc", 1, metric="DTOC", area=str(harbourne.uuid))
    nowhere = page(analyst, "load", "dtoc", 1, metric="DTOC", area="nonsense")

    assert onward.url == reverse("performance:metric", args=[harbourne.uuid, "DTOC"])
    assert "april.xlsx to may.xlsx, 2 files" in text_of(as_(analyst).get(onward.url))
    assert "These figures have nothing of that metric for that area" in text_of(nowhere)


def test_the_result_waits_on_the_home_page_and_the_files_can_be_left_meanwhile(analyst: Person, tmp_path: Path) -> None:
    brought(analyst, april(tmp_path))
    brought(analyst, april(tmp_path, "strange.xlsx", sheet="Another name"))

    waiting = {item.text: item.url for item in waiting_for(analyst)}

    assert set(waiting) == {"‘april.xlsx’: loaded, 54 figures, no findings", "‘strange.xlsx’: not loaded, 1 error"}
    assert all(as_(analyst).get(url, follow=True).status_code == 200 for url in waiting.values())
    brought(analyst, april(tmp_path, "may.xlsx", month="May 2031"))
    assert {item.text for item in waiting_for(analyst)} == {"‘may.xlsx’: loaded, 54 figures, no findings"}


# -- hostile and wrong files: (what is sent, what the page says)


def _bomb(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("april.csv", b"0" * 30_000_000)
    return folder / "bomb.zip"


def _macros(folder: Path) -> Path:
    made = april(folder, "macros.xlsx")
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xcc\x61")
    return made


def _bytes(name: str, content: bytes) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return made


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "bomb": (_bomb, "it unpacks from"),
    "wrong_ending": (_bytes("letter.docx", b"PK\x03\x04"), "‘letter.docx’ is not a workbook (.xls, .xlsx), .csv"),
    "no_workbook": (_bytes("picture.xlsx", b"\x89PNG\r\n\x1a\n"), "‘picture.xlsx’"),
    "empty": (_bytes("empty.csv", b""), "is empty"),
    "long_name": (_bytes(f"{'a' * 160}.csv", b"a,b\n"), "Shorten it"),
    "not_described": (_bytes("x.csv", b"Dear,colleagues\n1,2\n"), "is in no layout that is described"),
    "another_layout": (lambda folder: april(folder, sheet="Another name"), "Expected: dtoc-council-workbook"),
    "own_table": (lambda folder: own_table(folder, "Falls,E1,2031-04,1,2,x,"), "an area’s own figures"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_wrong_file_ends_in_words_and_stores_nothing(analyst: Person, home: Path, tmp_path: Path, case: str) -> None:
    make, words = HOSTILE[case]

    said = text_of(brought(analyst, make(tmp_path)))

    assert words in said
    assert not loads_of(home, "dtoc")
    assert FiguresUpload.objects.exclude(state=State.REFUSED).count() == 0


def test_a_workbook_with_macros_is_read_without_running_them_or_refused_in_words(
    analyst: Person, tmp_path: Path
) -> None:
    said = text_of(brought(analyst, _macros(tmp_path)))

    assert "macro" in said.casefold()


def test_fifty_megabytes_are_refused_before_they_are_read(analyst: Person) -> None:
    sending: dict[str, Any] = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": "50000000"}

    answer = as_(analyst).generic("POST", reverse(UPLOAD), b"", **sending)

    assert answer.status_code == 413
    assert "A file may have up to 40 " in answer.content.decode()


def test_the_same_file_twice_is_nothing_new_and_twice_at_once_is_read_once(analyst: Person, tmp_path: Path) -> None:
    first = april(tmp_path)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(first.read_bytes())

    at_once = text_of(brought(analyst, first, copy))
    again = text_of(brought(analyst, copy))

    assert "the same file as ‘april.xlsx’, byte for byte" in at_once
    assert "Nothing new in ‘copy.xlsx’" in again
    assert FiguresUpload.objects.first().state == State.HELD  # type: ignore[union-attr]


def test_one_month_twice_with_different_values_is_refused_and_a_missing_month_is_told(
    analyst: Person, tmp_path: Path
) -> None:
    differs = brought(analyst, april(tmp_path), april(tmp_path, "again.xlsx", days=REVISED))
    gap = brought(analyst, april(tmp_path, "a.xlsx"), april(tmp_path, "june.xlsx", month="June 2031"))

    assert "was not loaded" in text_of(differs) and "‘again.xlsx’" in text_of(differs)
    assert "lacks 2031-05-01 between 2031-04-01 and 2031-06-30" in text_of(gap)


def test_a_chosen_source_says_all_that_it_expects(analyst: Person, tmp_path: Path) -> None:
    file = ae_csv(tmp_path / "ae.csv", ["E54000001,9,1,3,1,0.1,0.1,April 2031"])

    said = text_of(brought(analyst, file, source="beds"))

    assert "is in none of the layouts of beds" in said and "Expected:" in said


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", ".hidden.csv", "a\x00b.csv"])
def test_a_file_s_name_is_no_path(analyst: Person, home: Path, name: str) -> None:
    upload = actions.receive_figures(actor=analyst, at=AT, files=[actions.Sent(name, [b"a,b\n"])])

    assert "/" not in upload.files[0]["name"] and not upload.files[0]["name"].startswith(".")
    assert not (home / "etc").exists()


# -- killed and run again


def waiting_upload(analyst: Person, path: Path, monkeypatch: pytest.MonkeyPatch) -> FiguresUpload:
    """An upload that no worker has taken up yet."""
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "load_figures", SimpleNamespace(enqueue=lambda upload: None))
        return actions.receive_figures(actor=analyst, at=AT, files=[actions.Sent(path.name, [path.read_bytes()])])


def test_a_page_shows_that_it_waits_and_tells_a_script_when_it_is_done(
    analyst: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = waiting_upload(analyst, april(tmp_path), monkeypatch)

    said = text_of(page(analyst, "upload-progress", upload.uuid))
    before = page(analyst, "upload-progress", upload.uuid, format="json").json()
    actions.load_received(upload=upload.uuid, at=AT)
    after = page(analyst, "upload-progress", upload.uuid, format="json").json()

    assert "Received. Waiting for its turn." in said and "You can leave this page" in said
    assert (before, after) == ({"state": "waiting", "done": False}, {"state": "loaded", "done": True})
    assert page(analyst, "upload-progress", upload.uuid).url == reverse("performance:load", args=["dtoc", 1])


def test_killed_after_the_load_and_before_its_record_it_ends_in_the_same_state(
    analyst: Person, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = waiting_upload(analyst, april(tmp_path), monkeypatch)
    with monkeypatch.context() as patched:
        patched.setattr(actions, "_finish", _killed)
        with pytest.raises(KeyboardInterrupt):
            actions.load_received(upload=upload.uuid, at=AT)
    assert FiguresUpload.objects.get().state == State.READING

    ended = actions.load_received(upload=upload.uuid, at=datetime(2031, 8, 1, tzinfo=UTC))
    again = actions.load_received(upload=upload.uuid, at=datetime(2031, 9, 1, tzinfo=UTC))

    assert (ended.state, ended.load, len(loads_of(home, "dtoc"))) == (State.LOADED, 1, 1)
    assert again.finished_at == ended.finished_at
    assert AuditEvent.objects.filter(action="performance.load_figures").count() == 1


def test_killed_before_the_load_it_is_read_anew(
    analyst: Person, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = waiting_upload(analyst, april(tmp_path), monkeypatch)
    with monkeypatch.context() as patched:
        patched.setattr(keeping, "_settle", _killed)
        with pytest.raises(KeyboardInterrupt):
            actions.load_received(upload=upload.uuid, at=AT)

    ended = actions.load_received(upload=upload.uuid, at=AT)

    assert (ended.state, ended.load, len(current(home, "dtoc"))) == (State.LOADED, 1, 54)


def _killed(*arguments: Any, **more: Any) -> None:
    raise KeyboardInterrupt


def test_a_fault_of_ours_is_told_as_one_and_leaves_no_upload_hanging(
    analyst: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = waiting_upload(analyst, april(tmp_path), monkeypatch)
    monkeypatch.setattr(actions, "load_files", lambda *arguments, **more: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.load_received(upload=upload.uuid, at=AT)

    assert "Something failed on our side" in text_of(page(analyst, "upload-progress", upload.uuid))


# -- taken back


def withdraw(person: Person, source: str = "dtoc", number: int = 1, reason: str = "The wrong year") -> Any:
    address = reverse("performance:withdraw-load", args=[source, number])
    return as_(person).post(address, {"reason": reason}, follow=True)


def test_a_load_is_taken_back_with_a_reason_that_names_no_address(analyst: Person, home: Path, tmp_path: Path) -> None:
    brought(analyst, april(tmp_path))

    said = text_of(withdraw(analyst, reason="Sent by robin@example.org in error"))

    assert "Load 1 no longer counts" in said and "by Analyst: Sent by [an e-mail address] in error" in said
    assert loads_of(home, "dtoc")[0].withdrawn is not None
    assert "none: every load is taken back" in text_of(page(analyst, "figures"))
    assert AuditEvent.objects.get(action="performance.withdraw_load").after["load"] == 1
    assert "taken back already" in text_of(withdraw(analyst))
    assert "load 2" in text_of(brought(analyst, april(tmp_path)))


def test_it_asks_why(analyst: Person, home: Path, tmp_path: Path) -> None:
    brought(analyst, april(tmp_path))

    assert "Write why the load is taken back." in text_of(withdraw(analyst, reason=" "))
    assert loads_of(home, "dtoc")[0].withdrawn is None


def test_a_load_by_the_command_is_shown_and_can_be_taken_back_too(analyst: Person, home: Path, tmp_path: Path) -> None:
    load(home, "dtoc", [april(tmp_path)], at=AT)

    assert "by a command" in text_of(page(analyst, "load", "dtoc", 1))
    assert "no longer counts" in text_of(withdraw(analyst))


# -- who may


def test_published_files_are_loaded_by_those_who_look_after_every_area(
    analyst: Person, lead: Person, tmp_path: Path
) -> None:
    administrator = somebody("accounts@w.example", the_council(), Role.ADMINISTRATOR)
    brought(analyst, april(tmp_path))
    statuses = {
        person.email: [
            page(person, "figures").status_code,
            page(person, "load", "dtoc", 1).status_code,
            page(person, "upload-figures").status_code,
            page(person, "withdraw-load", "dtoc", 1).status_code,
            page(person, "upload-progress", FiguresUpload.objects.get().uuid).status_code,
        ]
        for person in (analyst, national_reader(), lead, administrator, stranger())
    }

    assert list(statuses.values()) == [[200, 200, 200, 200, 302]] * 2 + [[200, 200, 403, 403, 403]] * 3
    assert Client().get(reverse("performance:figures")).status_code == 302


def test_an_area_s_own_figures_are_loaded_for_it_alone_and_seen_by_its_own(lead: Person, tmp_path: Path) -> None:
    rows = [f"EA65,XW01,2031-0{month},12,38400,warehouse," for month in (4, 5)]

    said = text_of(brought_own(lead, own_table(tmp_path, *rows)))

    assert "An area's own figures: load 1" in said and "4 figures came from 1 file" in said
    assert "1 area that you may see has figures" in said
    assert page(stranger(), "load", "local", 1).status_code == 403
    assert "Load 1" not in text_of(page(stranger(), "source", "local"))
    assert page(stranger(), "withdraw-load", "local", 1).status_code == 403
    assert page(national_reader(), "load", "local", 1).status_code == 200
    assert page(national_reader(), "withdraw-load", "local", 1).status_code == 403
    assert "no longer counts" in text_of(withdraw(lead, "local"))


def test_rows_of_another_area_are_refused_with_their_numbers(lead: Person, home: Path, tmp_path: Path) -> None:
    file = own_table(tmp_path, "EA65,XW01,2031-04,12,38400,x,", "EA65,E10000901,2031-04,12,38400,x,")

    said = text_of(brought_own(lead, file))

    assert "was not loaded" in said and "row 3: ‘E10000901’ is not the code of this area" in said
    assert "Write XW01 in the column ‘area’" in said
    assert not loads_of(home, "local")


def test_what_is_not_for_publication_is_shown_to_those_who_write_the_plan(lead: Person, tmp_path: Path) -> None:
    reader = somebody("reader@wendleshire.example", the_council(), Role.READER)

    brought_own(lead, own_table(tmp_path, "EA65,XW01,2031-04,12,38400,x,no"), not_for_publication="on")

    assert page(lead, "load", "local", 1).status_code == 200
    assert page(reader, "load", "local", 1).status_code == 403
    assert page(national_reader(), "load", "local", 1).status_code == 403
    assert "not for publication" in text_of(page(lead, "board", wendleshire().uuid))


def test_a_table_without_a_measure_is_given_one(lead: Person, home: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("area,period,numerator,denominator,provenance\nXW01,2031-04,12,38400,x\n", encoding="utf-8")

    refused = text_of(brought_own(lead, path))
    loaded = text_of(brought_own(lead, path, measure="EA65"))

    assert "was not loaded" in refused
    assert "load 1" in loaded and set(current(home, "local")["measure"]) == {"ea65"}


def test_a_board_without_figures_leads_to_where_they_are_loaded(lead: Person) -> None:
    reader = somebody("reader@wendleshire.example", the_council(), Role.READER)
    own = reverse("performance:upload-own", args=[wendleshire().uuid])

    for person, may in ((lead, True), (reader, False)):
        board = page(person, "board", wendleshire().uuid).content.decode()
        assert (own in board) is may
        assert reverse("performance:figures") in board


@pytest.mark.parametrize("address", ["performance/figures/nonsense/", "performance/figures/dtoc/9/"])
def test_what_is_not_there_is_not_found_or_refused(analyst: Person, address: str) -> None:
    assert as_(analyst).get(f"/{address}").status_code in (403, 404)


@pytest.mark.parametrize("letter", ["字", "é", "\N{GRINNING FACE}"])
def test_a_name_that_people_count_in_letters_fits_a_disk_that_counts_bytes(
    lead: Person, home: Path, tmp_path: Path, letter: str
) -> None:
    table = own_table(tmp_path, "EA65,XW01,2031-04,12,38400,x,")
    address = reverse("performance:upload-own", args=[wendleshire().uuid])

    answer = as_(lead).post(address, {"sent": [sent(table, f"{letter * 140}.csv")]}, follow=True)

    assert "load 1" in text_of(answer)
    (file,) = loads_of(home, "local")[0].about["files"]
    assert file["file"].endswith(f"{letter}.csv") and len(file["file"].encode()) < 255


def test_the_history_of_an_area_has_that_its_own_figures_were_taken_back(lead: Person, tmp_path: Path) -> None:
    brought_own(lead, own_table(tmp_path, "EA65,XW01,2031-04,12,38400,x,"))

    withdraw(lead, "local")

    assert AuditEvent.objects.get(action="performance.withdraw_load").area_uuid == wendleshire().uuid
