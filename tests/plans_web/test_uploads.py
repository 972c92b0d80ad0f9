"""Uploading: a plan becomes a version, and nothing bad ever does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from commonpool.plans import actions
from commonpool.plans.actions.uploads import read_received, uploads_folder
from commonpool.plans.contents import content_of
from commonpool.plans.models import Plan, PlanVersion, Upload
from commonpool.plans.template import write_plan
from commonpool.policy.reading import load_round
from tests.funds.builders import a_body, a_person, the_fund_with_partners
from tests.plans.corpus import PLANS, HostilePlan
from tests.plans_web.builders import (
    NOW,
    ROUND,
    YEAR,
    council_lead,
    northmere,
    northmere_lead,
    the_council,
    wendleshire,
    wendleshire_content,
)
from tests.plans_web.test_pages import as_, text_of
from tests.sheets.corpus import CORPUS, NEVER_SENT, hostile_bytes

# The task is told of when the transaction ends, as it is on a site.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.COMMONPOOL_HOME = tmp_path / "home"
    the_fund_with_partners()


def a_workbook(folder: Path, content=None, round_id=ROUND) -> bytes:
    target = folder / "plan.xlsx"
    write_plan(content or wendleshire_content(round_id), load_round(round_id), target)
    return target.read_bytes()


def send(made: bytes, name="Wendleshire plan.xlsx", person=None, body=None):
    client = as_(person or council_lead())
    file = SimpleUploadedFile(name, made)
    url = reverse("plans:upload", args=[wendleshire().uuid])
    return client, client.post(url, {"workbook": file, "body": (body or the_council()).uuid})


def test_an_uploaded_plan_becomes_a_version_that_says_the_same(tmp_path):
    client, response = send(a_workbook(tmp_path))

    shown = client.get(response["Location"], follow=True)
    version = PlanVersion.objects.get()
    assert shown.redirect_chain[-1][0] == reverse("plans:findings", args=[version.uuid])
    assert version.findings.filter(severity__in=["error", "warning"]).count() == 0
    assert [line.pence[YEAR] for line in content_of(version).lines] == [
        line.pence[YEAR] for line in wendleshire_content().lines
    ]
    assert (version.source_file_name, version.body) == ("Wendleshire plan.xlsx", the_council())


def test_findings_name_the_cells_and_the_annotated_copy_has_them(tmp_path):
    content = wendleshire_content()
    cheaper = replace(content.lines[0], pence={YEAR: 1_00})
    client, response = send(a_workbook(tmp_path, replace(content, lines=(cheaper, *content.lines[1:]))))

    page = text_of(client.get(response["Location"], follow=True))
    version = PlanVersion.objects.get()
    annotated = client.get(reverse("plans:annotated", args=[version.uuid]))

    assert "cell" in page and "PLN-01" in page
    assert annotated.content[:2] == b"PK"
    assert "Wendleshire%20plan-annotated.xlsx" in annotated["Content-Disposition"] or (
        "Wendleshire plan-annotated.xlsx" in annotated["Content-Disposition"]
    )
    home = text_of(client.get("/"))
    assert "The plan of Wendleshire, draft v1, has" in home


def test_the_very_file_is_read_once_and_a_corrected_one_is_the_next_version(tmp_path):
    first = a_workbook(tmp_path)
    send(first)
    _, again = send(first, name="Copy of plan.xlsx")
    content = wendleshire_content()
    send(
        a_workbook(tmp_path, replace(content, lines=(replace(content.lines[0], name="Reablement"), *content.lines[1:])))
    )

    versions = list(PlanVersion.objects.order_by("number"))
    assert [version.number for version in versions] == [1, 2]
    assert versions[1].based_on == versions[0]
    assert Upload.objects.get(uuid=again["Location"].split("/")[-2]).version == versions[0]


def test_two_bodies_may_upload_the_same_file_each_for_itself(tmp_path):
    made = a_workbook(tmp_path)
    send(made)
    send(made, person=northmere_lead(), body=northmere())

    assert {version.body for version in PlanVersion.objects.all()} == {the_council(), northmere()}


def test_a_task_that_is_run_again_ends_in_the_same_state(tmp_path):
    send(a_workbook(tmp_path))
    upload = Upload.objects.get()

    again = read_received(upload=upload.uuid, at=NOW)

    assert again.state == Upload.State.DONE
    assert PlanVersion.objects.count() == 1


def test_a_task_killed_half_way_can_be_run_again(tmp_path):
    send(a_workbook(tmp_path))
    version = PlanVersion.objects.get()
    Upload.objects.update(state=Upload.State.READING, version=None, finished_at=None)
    actions.undo_version(actor=council_lead(), at=version.recorded_at, version=version)

    again = read_received(upload=Upload.objects.get().uuid, at=NOW)

    assert (again.state, again.version.number) == (Upload.State.DONE, 2)


def test_an_undone_upload_can_be_uploaded_again(tmp_path):
    made = a_workbook(tmp_path)
    client, _ = send(made)
    version = PlanVersion.objects.get()

    client.post(reverse("plans:undo-version", args=[version.uuid]))
    send(made)

    assert list(PlanVersion.objects.order_by("number").values_list("state", flat=True)) == ["undone", "draft"]


def test_a_workbook_of_another_area_is_refused_and_nothing_is_kept(tmp_path):
    content = wendleshire_content()
    other = replace(content, cover=replace(content.cover, area_name="Calder Valley", area_code=None))

    client, response = send(a_workbook(tmp_path, other))

    page = text_of(client.get(response["Location"]))
    assert "The workbook is of ‘Calder Valley’, but you are uploading a plan of Wendleshire" in page
    assert nothing_is_kept()


def test_nobody_uploads_for_a_body_that_is_not_theirs(tmp_path):
    _, response = send(a_workbook(tmp_path), body=northmere())

    assert response.status_code == 200
    assert nothing_is_kept()


def test_a_trust_that_is_no_partner_cannot_upload(tmp_path):
    from commonpool.people.rules import Role

    trust = a_body("Harbour Trust", "trust")
    _, response = send(a_workbook(tmp_path), person=a_person("m@trust.example", (trust, Role.TRUST_MANAGER)))

    assert response.status_code == 403


def nothing_is_kept() -> bool:
    files = list(uploads_folder().iterdir()) if uploads_folder().exists() else []
    return not files and not Plan.objects.exists() and not PlanVersion.objects.exists()


SENT = [bad for bad in CORPUS if bad.name not in NEVER_SENT]


# One after the other on one site: a database of its own for each would take longer than reading them.
def test_no_hostile_file_breaks_the_site_or_leaves_anything_behind(subtests):
    for bad in SENT:
        with subtests.test(bad.name):
            client, response = send(hostile_bytes(bad), name=bad.name)

            assert response.status_code in (200, 302)
            if response.status_code == 302:
                page = text_of(client.get(response["Location"]))
                assert "could not be read as a plan" in page
                assert "Traceback" not in page
                upload = Upload.objects.get(uuid=response["Location"].split("/")[-2])
                assert uploads_folder().name not in upload.file_name
            assert nothing_is_kept()


@pytest.mark.parametrize("bad", PLANS, ids=[bad.name for bad in PLANS])
def test_a_plan_that_is_wrong_is_told_in_sentences_and_kept_only_if_it_could_be_read(bad: HostilePlan, tmp_path):
    path = tmp_path / bad.name
    bad.make(path)

    client, response = send(path.read_bytes(), name=bad.name)

    assert response.status_code == 302
    page = text_of(client.get(response["Location"], follow=True))
    assert "Traceback" not in page
    if PlanVersion.objects.exists():
        assert "errors, " in page or "error, " in page or "Nothing was found" in page
    else:
        assert "could not be read as a plan" in page
        assert nothing_is_kept()
