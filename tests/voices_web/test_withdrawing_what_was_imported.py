"""A withdrawal reaches what came with a text in a coding project: documents, names of passages, and their copies."""

from __future__ import annotations

import zipfile
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from commonpool.voices.actions.projects import keep_project, receive_project
from commonpool.voices.actions.speakers import map_speakers
from commonpool.voices.errors import KeyDestroyedError
from commonpool.voices.models import KeptAside, KeptFile, Participant, ProjectImport, Study, Transcript
from commonpool.voices.queries.codings import seen_by
from commonpool.voices.queries.project_files import project_file
from commonpool.voices.queries.texts import text_of, typed_label
from commonpool.voices.rules.refi.model import Source
from commonpool.voices.rules.refi.tree import Node
from commonpool.voices.rules.refi.withdrawn import files_named, without_words
from commonpool.voices.sealing import the_keys
from tests.voices.projects import a_qde, a_qdpx, coding, g
from tests.voices_web.builders import NOW, a_participant, a_study, an_interview, as_member, lead_of
from tests.voices_web.test_withdrawing import gone

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Anna: The heron flew.\nBen: The badger slept.\nAnna: It flew on.\nBen: It slept on.\n"
BESIDE = {
    "sources/talk.docx": "a document with heron and badger",
    "sources/other.docx": "a document that is somebody else's",
    "sources/talk.mp3": "a recording",
}
OTHER = "<PlainTextContent>X</PlainTextContent>"
MEDIA = f'<AudioSource guid="{g(88)}" name="Tape" path="internal://talk.mp3"/>'


def named(number: int, words: str) -> str:
    """A passage that bears its words as its name, as programs write it, with a remark."""
    start = TEXT.index(words)
    where = f'guid="{g(number)}" name="{words}" startPosition="{start}" endPosition="{start + len(words)}"'
    return f"<PlainTextSelection {where}>{coding(number + 1000)}</PlainTextSelection>"


def a_text(guid: UUID, name: str, inner: str, document: str) -> str:
    return f'<TextSource guid="{guid}" name="{name}" richTextPath="internal://{document}">{inner}</TextSource>'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two texts with a document beside each, and a recording. Ids of its own: keys that went do not come back."""
    said = f"<PlainTextContent>{TEXT}</PlainTextContent>" + named(1, "The heron flew") + named(2, "The badger slept")
    texts = a_text(uuid4(), "P01", said, "talk.docx") + a_text(uuid4(), "P02", OTHER, "other.docx")
    return a_qdpx(tmp_path / "study.qdpx", a_qde(texts + MEDIA), BESIDE)


def bring(study: Study, path: Path) -> ProjectImport:
    lead = lead_of(study)
    held = receive_project(actor=None, at=NOW, study=study, name=path.name, content=path.read_bytes())
    return keep_project(actor=None, at=NOW, member=lead, held=held, users={})


def of_two(study: Study) -> tuple[Transcript, Participant, Participant]:
    """The text that came, now of an interview with two people."""
    text = Transcript.objects.get(study=study, name="P01")
    anna, ben = a_participant(study, "Q01"), a_participant(study, "Q02")
    whose = {each.pk: anna if typed_label(each) == "Anna" else ben for each in text.speakers.all()}
    map_speakers(actor=None, at=NOW, transcript=text, interview=an_interview(study, anna, ben), whose=whose)
    return text, anna, ben


def everything_out(study: Study) -> bytes:
    """All bytes of the export, unpacked."""
    content = project_file(lead_of(study), "qdpx").content
    path = Path(the_keys().folder) / "out.zip"
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())


def test_the_document_beside_their_text_goes_and_the_names_of_their_passages(project: Path) -> None:
    study = a_study()
    held = bring(study, project)
    _, anna, _ = of_two(study)
    assert b"heron" in everything_out(study)

    gone(anna)

    out = everything_out(study)
    assert b"heron" not in out and b"talk.docx" not in out
    assert b'name="The badger slept"' in out and b"The badger slept" in out
    assert sorted(KeptFile.objects.filter(brought_by=held).values_list("name", flat=True)) == ["other.docx", "talk.mp3"]
    assert b"somebody else" in out and b"a recording" in out
    assert seen_by(lead_of(study)).count() == 2


def test_a_copy_of_the_database_from_before_cannot_open_them_either(project: Path) -> None:
    study = a_study()
    held = bring(study, project)
    _, anna, _ = of_two(study)
    before = [bytes(row.sealed) for model in (KeptAside, KeptFile) for row in model._default_manager.all()]

    gone(anna)

    for sealed in before:
        with pytest.raises(KeyDestroyedError):
            the_keys().open_bytes(held.uuid, sealed)


def test_where_they_were_heard_alone_every_passage_loses_its_name(project: Path) -> None:
    study = a_study()
    bring(study, project)
    text, anna = Transcript.objects.get(study=study, name="P01"), a_participant(study, "Q01")
    map_speakers(actor=None, at=NOW, transcript=text, interview=an_interview(study, anna), whose={})

    gone(anna)

    assert not [word for word in (b"heron", b"badger", b"flew") if word in everything_out(study)]


def test_bringing_the_file_again_brings_nothing_of_theirs_back(project: Path) -> None:
    study = a_study()
    bring(study, project)
    text, anna, _ = of_two(study)
    gone(anna)

    again = bring(study, project)

    assert Transcript.objects.filter(study=study).count() == 2
    assert b"heron" not in everything_out(study)
    assert [loss["why"] for loss in again.losses if loss["kind"] == "TextSource"] == [
        "Somebody who speaks in it withdrew. What of it can be read is here already."
    ]
    assert "The badger slept" in text_of(text.newest) if text.newest else False
    assert not KeptFile.objects.filter(brought_by=again, name="talk.docx").exists()


def test_a_project_that_left_here_after_the_withdrawal_comes_back_with_all_that_can_be_read(project: Path) -> None:
    study = a_study()
    bring(study, project)
    _, anna, _ = of_two(study)
    gone(anna)
    path = project.with_name("ours.qdpx")
    path.write_bytes(project_file(lead_of(study), "qdpx").content)

    again = bring(study, path)

    assert not [count for count in again.counts if count[0] in ("added", "left out")]


def test_a_crash_before_the_keys_went_is_ended_by_doing_it_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = a_study()
    held = bring(study, project)
    _, anna, _ = of_two(study)
    before = bytes(KeptFile.objects.get(name="talk.docx").sealed)
    with monkeypatch.context() as crash:
        crash.setattr("commonpool.voices.actions.withdrawing._destroy", lambda *_: None)
        gone(anna)
    assert the_keys().open_bytes(held.uuid, before)

    gone(anna)

    with pytest.raises(KeyDestroyedError):
        the_keys().open_bytes(held.uuid, before)
    assert b"a recording" in everything_out(study)


def test_what_is_left_aside_is_destroyed_on_the_imports_page_for_good(project: Path) -> None:
    study = a_study()
    held = bring(study, project)
    client, address = as_member(lead_of(study)), reverse("voices:project-import", args=[held.uuid])
    sealed = bytes(KeptFile.objects.get(name="talk.mp3").sealed)
    assert "and 3 files" in client.get(address).content.decode()

    page = client.post(reverse("voices:forget-asides", args=[held.uuid]), follow=True).content.decode()

    assert "left aside is destroyed" in page and "All of it lies sealed" not in page
    with pytest.raises(KeyDestroyedError):
        the_keys().open_bytes(held.uuid, sealed)
    out = everything_out(study)
    assert b"a recording" not in out and b"The heron flew" in out
    again = client.post(reverse("voices:forget-asides", args=[held.uuid]), follow=True).content.decode()
    assert "Nothing of this import is kept aside." in again


def test_a_file_that_nothing_kept_names_is_not_kept(tmp_path: Path) -> None:
    study = a_study()
    text = f'<TextSource guid="{uuid4()}" name="P01"><PlainTextContent>{TEXT}</PlainTextContent></TextSource>'

    held = bring(study, a_qdpx(tmp_path / "p.qdpx", a_qde(text), {"sources/stray.docx": "whose is it?"}))

    assert not held.files.exists()
    assert [loss["why"] for loss in held.losses if loss["kind"] == "File"] == ["Nothing that is kept here names it."]


def test_a_document_is_named_by_its_path_however_that_is_written() -> None:
    held = Source("G", rich_path="internal://Sources/A.docx", shell=Node("PDFSource", {"path": "sources\\B.pdf"}))

    assert files_named(held) == {"a.docx", "b.pdf"}
    assert files_named(without_words(held, lambda span: False)) == set()
