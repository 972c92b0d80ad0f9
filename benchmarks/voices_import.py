"""Forty transcripts of 8,000 words taken into a study: by the command, and by the actions behind the page.

python-docx reading the same files, with no turns, no guard, no database and nothing sealed, is the peer.
"""

from __future__ import annotations

import os
import time
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.measure import median_seconds, report, run_command
from benchmarks.voices_text import FILES, WORDS, make_transcript, read_with_python_docx

LIMIT_SECONDS: Final = 10
LIMIT_MB: Final = 200
EMAIL: Final = "lead@study.example"


def main() -> None:
    """Print each figure with its limit; what was kept is counted before it is timed."""
    with TemporaryDirectory() as folder:
        os.environ |= {"COMMONPOOL_HOME": f"{folder}/home", "DJANGO_SETTINGS_MODULE": "commonpool.site.settings"}
        assert run_command("migrate").code == 0, "the database is made"
        paths = [make_transcript(Path(folder) / f"{n}.docx", n, table=n % 4 == 0) for n in range(FILES)]
        theirs = median_seconds(lambda: [read_with_python_docx(path) for path in paths], repeats=1)
        study = _a_study("By command")
        ran = run_command("voices", "import", *paths, "--study", str(study.uuid), "--as", EMAIL, "--unknown", "P01")
        assert ran.code == 0 and ran.output.count(": kept,") == FILES, ran.output[-500:]
        what = f"take {FILES} transcripts of {WORDS:,} words into a study, whole command"
        report(what, ran.seconds, limit=LIMIT_SECONDS, peer="python-docx alone", peer_value=theirs)
        report("its memory", ran.peak_mb, limit=LIMIT_MB, unit="MB")
        _by_the_page(paths)
        _the_list(study)


def _a_study(title: str) -> Any:
    import django

    django.setup()
    from django.utils import timezone

    from commonpool.people.models import Membership, Person
    from commonpool.people.rules import Role
    from commonpool.places.models import Organisation
    from commonpool.voices.actions.studies import begin_study

    body, _ = Organisation.objects.get_or_create(kind="other", name="University of Wendle", is_invented=True)
    person = Person.objects.filter(email=EMAIL).first() or Person.objects.create_user(EMAIL, name="Lead")
    Membership.objects.get_or_create(
        person=person, organisation=body, role=Role.EVALUATOR, ends_on=None, defaults={"starts_on": date(2020, 1, 1)}
    )
    return begin_study(actor=person, at=timezone.now(), title=title, body=body)


def _by_the_page(paths: list[Path]) -> None:
    """The three steps of an upload: it is sealed, read by a task, and kept."""
    from django.utils import timezone

    from commonpool.voices.actions.uploads import keep_upload, read_received, receive_texts
    from commonpool.voices.models import TextUpload, Transcript
    from commonpool.voices.queries.uploads import Choices, Fate, FileChoice, held_texts

    study, now = _a_study("By the page"), timezone.now()
    files = [(path.name, path.read_bytes()) for path in paths]
    times = [time.perf_counter()]
    upload = receive_texts(actor=None, at=now, study=study, files=files)
    times.append(time.perf_counter())
    read_received(upload=upload.uuid)
    times.append(time.perf_counter())
    held = TextUpload.objects.select_related("study").get(pk=upload.pk)
    choices = Choices(
        {text.number: FileChoice(text.stem) for text in held_texts(held)},
        {"I": Fate.INTERVIEWER, "P01": Fate.UNKNOWN},
    )
    times.append(time.perf_counter())
    keep_upload(actor=None, at=now, upload=held, choices=choices)
    times.append(time.perf_counter())
    assert Transcript.objects.filter(study=study).count() == FILES
    sealed, read, shown, kept = (after - before for before, after in pairwise(times))
    report("the same by the page: seal what was sent", sealed, limit=2)
    report("read it in a task", read, limit=LIMIT_SECONDS)
    report("open it for the preview", shown, limit=1)
    report("keep all of them", kept, limit=LIMIT_SECONDS)


def _the_list(study: Any) -> None:
    from commonpool.voices.models import TeamMember
    from commonpool.voices.queries.transcripts import listed_texts

    lead = TeamMember.objects.select_related("study").get(study=study)
    assert len(listed_texts(lead)) == FILES
    report("the list of texts", 1000 * median_seconds(lambda: listed_texts(lead)), limit=100, unit="ms")


if __name__ == "__main__":
    main()
