"""What programs write is accepted with a word about it, what cannot be kept is named, hostile files are refused."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from commonpool.sheets import Limits, Unreadable
from commonpool.voices.reading.exports import write_qdpx
from commonpool.voices.reading.projects import ReadProject, read_coding_project
from commonpool.voices.rules.refi.losses import Fate
from tests.voices.projects import (
    CODE,
    SOURCE,
    TEXT,
    a_qde,
    a_qdpx,
    assert_valid,
    coding,
    g,
    qde_of,
    selection,
    source,
)

WORDS = (TEXT.index("The pooled"), TEXT.index("The pooled") + len("The pooled budget"))


def read(path: Path, **more: object) -> ReadProject:
    return read_coding_project(path, **more)  # type: ignore[arg-type]


def said(read_: ReadProject) -> str:
    return "\n".join(map(str, read_.losses))


def words(read_: ReadProject) -> list[str | None]:
    return [passage.words for passage in read_.project.codings()]


def refusal(path: Path, **more: object) -> str:
    with pytest.raises(Unreadable) as refused:
        read(path, **more)
    return str(refused.value)


CODED = source(selection(1, *WORDS))


@pytest.mark.parametrize(
    ("qde", "files", "inner", "says"),
    [
        (a_qde(CODED), None, "Trial.qde", "its file name ‘Trial.qde’"),
        (a_qde(CODED), {f"Sources/{SOURCE}.txt": TEXT, "Sources/.root": ""}, "project.qde", "folder's name ‘Sources’"),
        (a_qde(CODED, namespace="urn:QDA-XML:project:1:0"), None, "project.qde", "its namespace"),
        (a_qde(CODED).replace("CodeBook>", "Codebook>"), None, "project.qde", ""),
        (a_qde(CODED.replace("internal://", "internal://sources/")), None, "project.qde", "It should read internal://"),
        (a_qde(CODED.replace("internal://", "")), None, "project.qde", "It should read internal://"),
        (a_qde(CODED, extra='basePath="/somewhere/ann"'), None, "project.qde", "its basePath"),
        (a_qde(CODED, more="<Notes/><Sets/><Graphs/>"), None, "project.qde", "the empty element"),
        (a_qde(CODED, extra='flavour="x"'), None, "project.qde", "its attribute flavour"),
        (a_qde(CODED, more="<Extras><Extra/></Extras>"), None, "project.qde", "Extras: all of it, inside Project"),
        (a_qde(CODED.replace(CODE, f"{{{CODE.lower()}}}")), None, "project.qde", ""),
        (a_qde(CODED), {f"sources/{SOURCE}.TXT": TEXT.encode("cp1252", "replace")}, "project.qde", ""),
        (a_qde(CODED).replace('isCodable="true"', ""), None, "project.qde", "its isCodable, which is missing"),
        (
            a_qde(CODED).replace('isCodable="true"', 'isCodable="1" color="red"'),
            None,
            "project.qde",
            "It is no RGBType",
        ),
    ],
)
def test_what_real_programs_write_is_accepted_with_a_word(shared_data, tmp_path, qde, files, inner, says):
    found = read(a_qdpx(tmp_path / "p.qdpx", qde, files, inner))

    assert words(found) == ["The pooled budget"]
    assert says in said(found)
    write_qdpx(tmp_path / "out.qdpx", found.project, found.files)
    assert_valid(shared_data, qde_of(tmp_path / "out.qdpx"))


@pytest.mark.parametrize(
    ("qde", "says", "codings"),
    [
        (a_qde(source(selection(1, 0, 4, coding(2, code=g(99))))), "the reference to a code", 0),
        (a_qde(source(selection(1, 0, 4, f'<Coding guid="{g(2)}"/>'))), "It has no CodeRef", 0),
        (a_qde(source(selection(1, 0, 4, coding(2, user=g(98))))), f"its creatingUser {g(98)}", 1),
        (a_qde(source(selection(1, 5, 9_999))), "It runs from 5 to 9999, which is no stretch", 0),
        (a_qde(source(selection(1, -3, 4))), "It runs from -3 to 4", 0),
        (a_qde(source(selection(1, 9, 4))), "It runs from 9 to 4", 0),
        (a_qde(source(selection(1, "four", 9))), "It has no usable startPosition", 0),
        (a_qde(source(selection(1, 10**30, 9))), "It has no usable startPosition", 0),
        (a_qde(source(selection(1, 4, 4))), "It covers no words; it is kept as a place", 1),
        (a_qde(source(selection(1, 0, 4) + selection(1, 5, 9))), "Another object has it; a new one was made", 2),
        (a_qde(source(selection(1, 0, 4)).replace(g(1), "not-an-id")), "It is no GUID, so one was made from it", 1),
        (a_qde(source(selection(1, 0, 4)).replace(f'guid="{g(1)}" ', "")), "It had none, so one was made", 1),
        (a_qde(source(selection(1, 0, 4), 'plainTextPath="internal://none.txt"')), "The file does not hold it", 1),
        (a_qde(source(selection(1, 0, 4), 'plainTextPath="absolute:///etc/passwd"')), "is never followed", 1),
        (a_qde(source(selection(1, 0, 4), 'plainTextPath="internal://../../etc/passwd"')), "does not hold it", 1),
        (
            a_qde(
                source(selection(1, 0, 4)),
                f'<Links><Link guid="{g(5)}" originGUID="{g(1)}" targetGUID="{g(77)}" direction="Sideways"/></Links>',
            ),
            "It is no directionType",
            1,
        ),
        (
            a_qde(
                source(selection(1, 0, 4)),
                f'<Graphs><Graph guid="{g(5)}"><Vertex guid="{g(6)}" firstX="1" firstY="1" representedGUID="{g(7)}"/>'
                f'<Edge guid="{g(8)}" sourceVertex="{g(6)}" targetVertex="{g(9)}"/></Graph></Graphs>',
            ),
            "One of its ends is not in the graph",
            1,
        ),
    ],
)
def test_what_cannot_be_kept_is_named_and_the_rest_is_kept(shared_data, tmp_path, qde, says, codings):
    found = read(a_qdpx(tmp_path / "p.qdpx", qde))

    assert says in said(found)
    assert len(list(found.project.codings())) == codings
    write_qdpx(tmp_path / "out.qdpx", found.project, found.files)
    assert_valid(shared_data, qde_of(tmp_path / "out.qdpx"))


def test_memos_as_descriptions_and_as_notes_are_both_read(tmp_path):
    note = f'<Notes><Note guid="{g(7)}" name="why"><PlainTextContent>they said so</PlainTextContent></Note></Notes>'
    inner = f'<Description>a memo</Description>{coding(2)}<NoteRef targetGUID="{g(7)}"/>'

    found = read(a_qdpx(tmp_path / "p.qdpx", a_qde(source(selection(1, 0, 4, inner)), note)))

    [passage] = found.project.sources[0].selections
    assert (passage.description, passage.notes) == ("a memo", (g(7),))
    assert [one.text for one in found.project.notes] == ["they said so"]


MEDIA = (
    f'<AudioSource guid="{g(20)}" name="call" path="internal://{g(21)}.m4a"><Transcript guid="{g(22)}" '
    f'plainTextPath="internal://{g(23)}.txt"><SyncPoint guid="{g(24)}" timeStamp="10" position="6"/>'
    f'<TranscriptSelection guid="{g(25)}" fromSyncPoint="{g(24)}">{coding(26)}</TranscriptSelection></Transcript>'
    f'</AudioSource><PDFSource guid="{g(30)}" name="paper" path="internal://{g(31)}.pdf"><PDFSelection guid="{g(32)}" '
    f'page="1" firstX="1" firstY="1" secondX="9" secondY="9">{coding(33)}</PDFSelection>'
    f'<Representation guid="{g(34)}" plainTextPath="internal://{SOURCE}.txt">{selection(35, *WORDS)}</Representation>'
    "</PDFSource>"
)
FILES = {
    f"sources/{SOURCE}.txt": TEXT,
    f"sources/{g(23)}.txt": "\ufeffone\r\ntwo\r\n",
    f"sources/{g(21)}.m4a": b"sound" * 1000,
    f"sources/{g(31)}.pdf": b"%PDF paper",
}


def test_media_and_boxes_are_kept_aside_and_written_back(shared_data, tmp_path):
    path = a_qdpx(tmp_path / "p.qdpx", a_qde(MEDIA), FILES)
    (tmp_path / "files").mkdir()

    found = read(path, unpack_to=tmp_path / "files")
    write_qdpx(tmp_path / "out.qdpx", found.project, found.files)

    assert words(found) == ["The pooled budget"]
    assert {loss.kind for loss in found.losses.of(Fate.ASIDE)} == {"AudioSource", "PDFSource"}
    assert_valid(shared_data, qde_of(tmp_path / "out.qdpx"))
    with zipfile.ZipFile(tmp_path / "out.qdpx") as archive:
        assert archive.read(f"sources/{g(21)}.m4a") == FILES[f"sources/{g(21)}.m4a"]
        assert archive.read(f"sources/{g(31)}.pdf") == FILES[f"sources/{g(31)}.pdf"]
    again = read(tmp_path / "out.qdpx")
    assert (again.project.media, again.project.sources) == (found.project.media, found.project.sources)
    [transcript] = again.project.media[0].all("Transcript")
    assert transcript.children[0].text == "one\ntwo\n"


def test_a_recording_larger_than_the_memory_allowed_is_written_back(tmp_path):
    path, name = a_qdpx(tmp_path / "p.qdpx", a_qde(MEDIA), FILES), f"sources/{g(40)}.mp4"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, bytes(100_000_000))
    (tmp_path / "files").mkdir()

    found = read(path, unpack_to=tmp_path / "files", limits=Limits(file_bytes=200_000_000, memory_bytes=190_000_000))

    place = found.files[f"{g(40)}.mp4".lower()]
    assert place is not None
    assert place.stat().st_size == 100_000_000


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_recording_that_is_not_what_it_was_is_refused(tmp_path, method):
    path = a_qdpx(tmp_path / "p.qdpx", a_qde())
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr(f"sources/{g(40)}.mp4", random.Random(1).randbytes(3_000_000))
    content = bytearray(path.read_bytes())
    content[2_000_000] ^= 0xFF
    path.write_bytes(content)
    (tmp_path / "files").mkdir()

    assert "is damaged" in refusal(path, unpack_to=tmp_path / "files")


def crlf_twice() -> str:
    return TEXT.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("raw", "key", "place"),
    [
        (TEXT, "code-points", lambda at: at),
        (TEXT, "utf-16", lambda at: at + 1),
        (crlf_twice(), "code-points", lambda at: at),
        (crlf_twice(), "code-points+crlf", lambda at: at + 1),
        (crlf_twice(), "utf-16+crlf", lambda at: at + 2),
        ("\ufeff" + TEXT, "code-points+mark", lambda at: at + 1),
        ("\ufeff" + crlf_twice(), "utf-16+crlf+mark", lambda at: at + 3),
    ],
)
def test_positions_are_understood_as_each_program_counts_them(tmp_path, raw, key, place):
    passages = ["The pooled budget", "caused", "P01", "angst"]
    places = [(TEXT.index(one), TEXT.index(one) + len(one)) for one in passages]
    inner = "".join(selection(n, place(start), place(end)) for n, (start, end) in enumerate(places, start=1))

    found = read(a_qdpx(tmp_path / "p.qdpx", a_qde(source(inner)), {f"sources/{SOURCE}.txt": raw}))
    chosen = read(tmp_path / "p.qdpx", offsets=key)

    assert words(chosen) == passages
    assert words(found) == passages


def test_two_ways_that_fit_equally_well_are_a_question(tmp_path):
    text = "😀 a b c d e f g"
    path = a_qdpx(tmp_path / "p.qdpx", a_qde(source(selection(1, 4, 5))), {f"sources/{SOURCE}.txt": text})

    assert "in 2 ways, which fit equally well: code-points codes “b”; utf-16 codes “”." in refusal(path)
    assert words(read(path, offsets="code-points")) == ["b"]


def bomb(path: Path) -> Path:
    return a_qdpx(path, a_qde(), {"sources/x.bin": bytes(50_000_000)})


LAUGHS = '<!DOCTYPE Project [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (bomb, "times its packed size"),
        (lambda p: a_qdpx(p, a_qde(), {f"../{SOURCE}.txt": "x"}), "points outside the file"),
        (lambda p: a_qdpx(p, a_qde(), {"/etc/x.txt": "x"}), "points outside the file"),
        (lambda p: a_qdpx(p, a_qde(), {"C:\\x.txt": "x"}), "points outside the file"),
        (lambda p: a_qdpx(p, a_qde(), {"sources/a.txt": "x", "sources/A.TXT": "y"}), "twice"),
        (lambda p: a_qdpx(p, a_qde().replace("?>", f"?>{LAUGHS}", 1)), "document type or XML entities"),
        (
            lambda p: a_qdpx(p, a_qde().replace("?>", f"?>{LAUGHS}", 1).replace("utf-8", "utf-16").encode("utf-16")),
            "document type",
        ),
        (lambda p: a_qdpx(p, '<!DOCTYPE Project SYSTEM "file:///etc/passwd"><Project/>'), "document type"),
        (lambda p: a_qdpx(p, a_qde()[:-30]), "not well-formed XML"),
        (lambda p: a_qdpx(p, "<html/>"), "begins with an element ‘html’"),
        (lambda p: a_qdpx(p, a_qde(), {"other.qde": a_qde()}, "first.qde"), "several project files"),
        (lambda p: a_qdpx(p, a_qde(), {}, "folder/project.qde"), "without a project file"),
        (lambda p: a_qdpx(p, a_qde(codes=deep(200))), "nests elements more than 100 deep"),
        (lambda p: written(p, b"PK\x03\x04 cut"), "is damaged"),
        (lambda p: written(p, b""), "is empty"),
        (lambda p: written(p, bytes(range(256))), "not well-formed XML"),
        (lambda p: written(p, a_qdpx(p, a_qde()).read_bytes()[:-40]), "is damaged"),
    ],
)
def test_a_hostile_or_damaged_project_is_refused_in_plain_words(tmp_path, make, says):
    assert says in refusal(make(tmp_path / "p.qdpx"))


def deep(levels: int) -> str:
    opened = "".join(f'<Code guid="{g(n + 100)}" name="c{n}" isCodable="true">' for n in range(levels))
    return opened + "</Code>" * levels


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_more_parts_than_any_project_has_are_refused(tmp_path):
    path = a_qdpx(tmp_path / "p.qdpx", a_qde(), {f"sources/{n}.txt": "" for n in range(30)})

    assert "30 parts" in refusal(path, limits=Limits(entries=29)) or "31 parts" in refusal(
        path, limits=Limits(entries=29)
    )


def test_a_way_of_counting_that_is_none_is_named(tmp_path):
    assert "‘bytes’ is no way of counting" in refusal(a_qdpx(tmp_path / "p.qdpx", a_qde()), offsets="bytes")
