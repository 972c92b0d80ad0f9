"""Loading: what is kept, what is odd, what a revision does; and files that are wrong change nothing."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from commonpool.audit.models import AuditEvent
from commonpool.places.loading import LoadReport, State, load
from commonpool.places.models import Dataset, Footprint, Nesting, OddRow, Organisation, PatchPopulation, SmallAreaChange
from commonpool.places.queries import read_ground
from commonpool.places.rules import overlap
from tests.places.builders import ICB, PEOPLE, TIERS, TINY, write_files

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 4, 1, 9, tzinfo=UTC)
LATER = datetime(2031, 5, 1, 9, tzinfo=UTC)


def loaded(folder: Path, at: datetime = NOW) -> LoadReport:
    return load(folder, at=at, home=folder.parent / "home")


def of(report: LoadReport, name: str):
    return next(file for file in report.files if file.file == name)


def body(kind: str, code: str) -> Organisation:
    return next(one for one in Organisation.objects.filter(kind=kind) if one.code == code)


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Dataset, Organisation, Footprint, Nesting, OddRow, AuditEvent))


def test_a_folder_of_published_files_becomes_bodies_that_cover_people(tmp_path: Path):
    report = loaded(write_files(tmp_path / "files", TINY))

    assert {file.state for file in report.files} == {State.LOADED}
    assert of(report, "ltla23_utla23.csv").rows_kept == 3
    assert of(report, "ltla23_utla23.csv").left_out == {"outside England": 1}
    ground = read_ground()
    county, icb = body("upper_tier", "E10000901"), body("icb", "E54000901")
    on = datetime(2031, 1, 1, tzinfo=UTC).date()
    found = overlap(ground.cover(county.pk, on), ground.cover(icb.pk, on), ground.people)
    # 1,000 in Mill 1, and 51 of the 101 in Mill 3, whose first part takes the odd one.
    assert (found.people_of_a, found.people_of_b, found.people_of_both) == (1601, 1051, 1051)


def test_split_areas_are_shared_equally_and_marked_as_assumed(tmp_path: Path):
    report = loaded(write_files(tmp_path / "files", TINY))

    split = SmallAreaChange.objects.filter(is_assumed=True)
    assert {(row.old.code, Fraction(row.share_parts, row.share_whole)) for row in split} == {
        ("E01000003", Fraction(1, 2))
    }
    torn = PatchPopulation.objects.filter(people_assumed__gt=0)
    assert sorted(torn.values_list("people_assumed", flat=True)) == [50, 51]
    assert "1 of them were split" in " ".join(of(report, "lsoa11_lsoa21_ltla22.csv.gz").notes)


def test_each_upper_tier_has_one_area_of_a_health_and_wellbeing_board(tmp_path: Path):
    tiers = [*TINY["ltla23_utla23.csv"], "E06000052,Cornwall,E06000052,Cornwall", "E06000053,Scilly,E06000053,Scilly"]
    loaded(write_files(tmp_path / "files", {**TINY, "ltla23_utla23.csv": tiers}))

    areas = Organisation.objects.filter(kind="hwb_area")

    assert {area.gss_code: area.name for area in areas} == {
        "E10000901": "Wendleshire",
        "E06000901": "Harbourne",
        "E06000052": "Cornwall and Isles of Scilly",
    }
    members = Nesting.objects.filter(outer__gss_code="E06000052", outer__kind="hwb_area")
    assert {row.inner.gss_code for row in members} == {"E06000052", "E06000053"}


def test_the_same_again_changes_nothing(tmp_path: Path):
    files = write_files(tmp_path / "files", TINY)
    loaded(files)
    before = everything()

    report = loaded(files, at=LATER)

    assert {file.state for file in report.files} == {State.UNCHANGED}
    assert everything() == before


def test_a_revision_supersedes_and_what_was_said_before_stays(tmp_path: Path):
    loaded(write_files(tmp_path / "files", TINY))
    people = [*TINY["population_mid2020.csv"][:2], *TINY["population_mid2020.csv"][3:]]
    revised = write_files(tmp_path / "revised", {"population_mid2020.csv": people})

    report = loaded(revised, at=LATER)

    assert of(report, "population_mid2020.csv").state is State.REVISED
    assert sum(PatchPopulation.objects.values_list("people", flat=True)) == 1601
    first, second = Dataset.objects.filter(key="population-lsoa11-mid2020").order_by("loaded_at")
    assert (first.superseded_at, second.superseded_at) == (LATER, None)
    event = AuditEvent.objects.filter(action="places.load").first()
    assert event and event.subject_uuid == second.uuid and event.before == {"sha256": first.sha256}


def test_a_body_that_got_a_new_code_is_the_same_body(tmp_path: Path):
    loaded(write_files(tmp_path / "files", TINY))
    recoded = [line.replace("E54000901", "E54000963") for line in TINY["lsoa21_icb24.csv"]]

    loaded(write_files(tmp_path / "revised", {"lsoa21_icb24.csv": recoded}), at=LATER)

    icb = Organisation.objects.get(kind="icb", ods_code="QX1")
    assert icb.gss_code == "E54000963"
    assert [former.gss_code for former in icb.former_codes.all()] == ["E54000901"]


def test_rows_that_name_an_unknown_body_wait_until_a_file_brings_it(tmp_path: Path):
    shares = [
        "nhs_trust22_code,ltla21_code,proportion_trust_came_from_ltla",
        "XT1,E07000901,0.75",
        "XT1,E07000902,0.25",
    ]
    trusts = ["nhs_trust22_name,nhs_trust22_code,status,longitude,latitude", "Tarn Hospital,XT1,open,0,0"]
    catchment = write_files(tmp_path / "catchment", {"shares.csv": shares})
    first = loaded(catchment)

    loaded(write_files(tmp_path / "files", {**TINY, "trusts.csv": trusts}))
    second = loaded(catchment, at=LATER)

    assert [odd.reason for odd in of(first, "shares.csv").odd] == ["no file loaded here names XT1"] * 2
    assert (of(second, "shares.csv").rows_kept, OddRow.objects.count()) == (2, 0)
    assert "rows wait for a body" in "\n".join(first.files[0].lines())
    assert second.files[0].waiting == 0


def test_a_group_that_merged_early_ends_then_and_not_with_its_whole_kind(tmp_path: Path):
    groups = ["ccg21_code,ccg21_nhs_code,ccg21_name,stp21_code,stp21_nhs_code,stp21_name"]
    groups += [f"E3800095{n},9{n}X,Group {n},E54000951,QX9,Partnership" for n in (1, 2)]
    followed = ["old_code,new_code,date", "91X,92X,2020-04-01"]

    loaded(write_files(tmp_path / "files", {**TINY, "ccg21.csv": groups, "successors.csv": followed}))

    ends = {one.ods_code: str(one.ends_on) for one in Organisation.objects.filter(kind="ccg")}
    assert ends == {"91X": "2020-03-31", "92X": "2022-06-30"}


ODD_ROWS = {
    "a row with a cell too few": ("ltla23_utla23.csv", "E07000903,Tarn,E10000901", "it has 3 cells and the header 4"),
    "a code that is none": ("ltla23_utla23.csv", "E070009,Tarn,E10000901,Wendleshire", "‘E070009’ is not a code"),
    "a body without a name": ("ltla23_utla23.csv", "E07000903,,E10000901,Wendleshire", "E07000903 has no name"),
    "a district in two counties": (
        "ltla23_utla23.csv",
        "E07000901,Ashby Vale,E10000902,Other",
        "in another upper_tier",
    ),
    "an area twice": ("lsoa21_icb24.csv", TINY["lsoa21_icb24.csv"][1], "E01000001 stands in an earlier row"),
    "an area in two bodies": (
        "lsoa21_icb24.csv",
        "Mill 1,E01000001,South Wendle - 1,E38000902,91B,NHS South Wendle,E54000902,QX2",
        "an earlier row has E01000001 in another sub_icb",
    ),
    "two bodies known by one row": (
        "lsoa21_icb24.csv",
        "Mill 9,E01000009,Northmere - 1,E38000901,91B,NHS Northmere,E54000901,QX1",
        "E38000901 and 91B are recorded as two bodies",
    ),
    "an unknown kind of change": (
        "lsoa11_lsoa21_ltla22.csv.gz",
        "Mill 8,E01000008,Q,Mill 8,E01000008,Fenwick,E07000902",
        "‘Q’ is not one of the changes",
    ),
    "people that are no number": (
        "population_mid2020.csv",
        "Mill 1,E01000009,many,1,1,1,1,1",
        "‘many’ is not a number",
    ),
    "people below nought": ("population_mid2020.csv", "Mill 1,E01000009,-1,0,0,0,0,-1", "‘-1’ is not a number"),
    "bands that do not add up": (
        "population_mid2020.csv",
        "Mill 1,E01000009,9,1,1,1,1,1",
        "add up to 5, not to its total",
    ),
}


@pytest.mark.parametrize(("file", "row", "reason"), ODD_ROWS.values(), ids=ODD_ROWS.keys())
def test_an_odd_row_is_kept_with_its_reason_and_the_rest_is_loaded(tmp_path: Path, file: str, row: str, reason: str):
    files = write_files(tmp_path / "files", {**TINY, file: [*TINY[file], row]})

    report = loaded(files)

    odd = OddRow.objects.get()
    assert reason in odd.reason
    assert (odd.line, odd.text, odd.dataset.file_name) == (len(TINY[file]) + 1, row, file)
    assert of(report, file).rows_kept == len(TINY[file]) - 1 - of(report, file).left_out.total()


def truncated(data: bytes) -> bytes:
    return gzip.compress(data * 50, mtime=0)[:-20]


REFUSED = {
    "a gzip cut short": ("lsoa21.csv.gz", truncated("\n".join(TINY["lsoa21_icb24.csv"]).encode()), "cut short"),
    "no gzip at all": ("lsoa21.csv.gz", ICB.encode(), "damaged or cut short"),
    "text that is not UTF-8": ("tiers.csv", TIERS.encode() + b"\nE07000901,Caf\xe9,E10000901,W\n", "not UTF-8"),
    "a NUL in it": ("tiers.csv", TIERS.encode() + b"\nE07000901,A\x00B,E10000901,W\n", "NUL"),
    "a quote that never ends": ("tiers.csv", TIERS.encode() + b'\n"E07000901,A,E10000901,W\n' + b"x" * 50, "not CSV"),
    "one endless line": ("tiers.csv", TIERS.encode() + b"\n" + b"x" * 300_000, "line is longer"),
    "a bomb": ("tiers.csv.gz", gzip.compress(b"0" * 30_000_000, mtime=0), "line is longer"),
    "borders that are none": ("borders.geojson", b"[1, 2]", "no list of features"),
    "borders nested without end": ("borders.geojson", b"[" * 100_000, "not GeoJSON"),
    "a population without its year": ("people.csv", PEOPLE.encode() + b"\n", "does not say the year"),
}


@pytest.mark.parametrize(("name", "data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_read_is_refused_in_words_and_stores_nothing(tmp_path: Path, name, data, said):
    files = write_files(tmp_path / "files", {})
    (files / name).write_bytes(data)

    report = loaded(files)

    told = of(report, name)
    assert told.state is State.REFUSED, told.notes
    assert re.search(said, " ".join(told.notes)), told.notes
    assert Organisation.objects.count() == Footprint.objects.count() == 0


def test_a_file_that_nobody_knows_is_named_with_what_it_lacks(tmp_path: Path):
    unknown = ["ltla23_code,ltla23_name,utla23_code", "E07000901,A,E10000901"]

    report = loaded(write_files(tmp_path / "files", {"tiers.csv": unknown, "notes.txt": ["hello"], "empty.csv": []}))

    assert {file.file: file.state for file in report.files} == dict.fromkeys(
        ("tiers.csv", "notes.txt", "empty.csv"), State.UNKNOWN
    )
    assert "it lacks utla23_name" in of(report, "tiers.csv").notes[0]


def test_one_wrong_file_does_not_keep_the_others_out(tmp_path: Path):
    files = write_files(tmp_path / "files", TINY)
    (files / "lsoa11_ccg.csv.gz").write_bytes(b"\x1f\x8b nonsense")

    report = loaded(files)

    assert [file.file for file in report.refused] == ["lsoa11_ccg.csv.gz"]
    assert sum(PatchPopulation.objects.values_list("people", flat=True)) == 2101
