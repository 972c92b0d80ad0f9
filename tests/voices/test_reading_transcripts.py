"""Each kind of file gives the same words, turn by turn; a bad file gives a finding that says what to do."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from commonpool.sheets import Limits, Unreadable
from commonpool.voices.reading.transcripts import ReadTranscript, read_transcript, read_transcripts
from tests.voices.files import LINES, SPOKEN, a_docx, a_docx_with_body, a_pdf, an_odt, with_part

TEXT = "".join(f"{line}\n" for line in LINES)
ROWS = (
    ("00:01", "Anna", "How did the pool go, then?"),
    ("00:05", "Bob", "It went."),
    ("00:09", "Anna", "Why was that?"),
)


def spoken(read: ReadTranscript) -> list[tuple[str | None, str]]:
    return [(turn.speaker, read.transcript.words(turn)) for turn in read.transcript.turns]


def rules(read: ReadTranscript) -> set[str]:
    return {finding.rule for finding in read.findings}


def refusal(path: Path, **more: object) -> str:
    with pytest.raises(Unreadable) as refused:
        read_transcript(path, **more)  # type: ignore[arg-type]
    return str(refused.value)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def a_text(path: Path, text: str = TEXT) -> Path:
    return written(path, text.encode())


RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl\f0 Arial;}I: How did it go? \u-10179?\u-8704? Caf\'e9 \'93talk\'94."
    r"\par P01: The pooled budget caused angst.\par I: And trust?\par}"
)


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: a_docx(folder / "t.docx"),
        lambda folder: an_odt(folder / "t.odt"),
        lambda folder: written(folder / "t.rtf", RTF.encode()),
        lambda folder: a_text(folder / "t.txt"),
        lambda folder: written(folder / "t.txt", TEXT.replace("\n", "\r\n").encode("utf-16")),
        lambda folder: written(folder / "t.txt", TEXT.replace("\n", "\r\n").encode("utf-16-le")),
        lambda folder: written(folder / "t.txt", b"\xef\xbb\xbf" + TEXT.replace("\n", "\r").encode()),
        lambda folder: written(folder / "t.txt", TEXT.encode("utf-32")),
    ],
    ids=["docx", "odt", "rtf", "utf-8", "utf-16 with CRLF", "utf-16 without mark", "mark and CR", "utf-32"],
)
def test_each_kind_of_file_gives_the_same_words(tmp_path, make):
    read = read_transcript(make(tmp_path))

    assert spoken(read) == list(SPOKEN)
    assert read.transcript.text == TEXT


def test_a_pdf_gives_its_lines(tmp_path):
    read = read_transcript(a_pdf(tmp_path / "t.pdf", ["I: How did it go?", "P01: It went", "very well.", "I: Why?"]))

    assert spoken(read) == [("I", "How did it go?"), ("P01", "It went\nvery well."), ("I", "Why?")]


def test_windows_1252_is_read_and_shown_to_be_a_guess(tmp_path):
    words = "I: How did the café’s “pool” go?\r\nP01: It cost £5.\r\n"

    read = read_transcript(written(tmp_path / "t.txt", words.encode("cp1252")))

    assert read.transcript.text == words.replace("\r\n", "\n")
    [finding] = [finding for finding in read.findings if finding.rule == "TEXT-30"]
    assert "café’s “pool”" in finding.problem


def test_an_encoding_that_is_given_is_used(tmp_path):
    path = written(tmp_path / "t.txt", "Доклад: да\nДоклад: нет\n".encode("koi8-r"))

    assert read_transcript(path, encoding="koi8-r").transcript.text.startswith("Доклад: да")
    assert "no name of an encoding" in refusal(path, encoding="klingon")


@pytest.mark.parametrize("make", [a_docx, an_odt])
def test_a_table_keeps_speaker_time_and_speech(tmp_path, make):
    read = read_transcript(make(tmp_path / "t", ["Interview 3"], ROWS))

    turns = read.transcript.turns[1:]
    assert [(turn.speaker, turn.begins_ms) for turn in turns] == [("Anna", 1000), ("Bob", 5000), ("Anna", 9000)]
    assert [read.transcript.words(turn) for turn in turns] == [row[2] for row in ROWS]


def test_word_text_in_insertions_and_controls_is_kept_and_deletions_are_not(tmp_path):
    body = (
        "<w:p><w:r><w:t>I: </w:t></w:r><w:ins><w:r><w:t>typed later </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>end</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>in a control</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )

    read = read_transcript(a_docx_with_body(tmp_path / "t.docx", body))

    assert read.transcript.text == "I: typed later a link\tend\nin a control\n"


def test_words_outside_the_text_are_counted(tmp_path):
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"

    read = read_transcript(a_docx_with_body(tmp_path / "t.docx", f"<w:p>{box}<w:r><w:t>I: yes</w:t></w:r></w:p>"))

    assert "holds 1 text boxes" in next(str(finding) for finding in read.findings if finding.rule == "TEXT-31")


def test_captions_of_one_voice_are_one_turn_and_keep_their_times(tmp_path):
    vtt = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Anna>Hello &amp; <i>you</i></v>\n\n"
        "00:03.000 --> 00:04.500\n<v Anna>again</v>\n\n00:05.000 --> 00:06.000\n<v Bob>yes</v> <v Anna>so</v>\n"
    )

    read = read_transcript(a_text(tmp_path / "t.vtt", vtt))

    assert spoken(read) == [("Anna", "Hello & you again"), ("Bob", "yes"), ("Anna", "so")]
    assert (read.transcript.turns[0].begins_ms, read.transcript.turns[0].ends_ms) == (1000, 4500)
    assert [read.transcript.text[mark.position :][:5] for mark in read.transcript.times] == [
        "Hello",
        "again",
        "yes\nA",
        "so\n",
    ]


def test_subtitles_with_labels_are_turns(tmp_path):
    srt = "".join(
        f"{number}\r\n00:00:0{number},250 --> 00:00:0{number},900\r\n{words}\r\n\r\n"
        for number, words in enumerate(["Anna: How", "was it?", "Bob: Good.", "Anna: Oh."], start=1)
    )

    read = read_transcript(a_text(tmp_path / "t.srt", srt))

    assert spoken(read) == [("Anna", "How was it?"), ("Bob", "Good."), ("Anna", "Oh.")]
    assert read.transcript.turns[0].begins_ms == 1250


def test_a_label_that_is_nobody_is_part_of_the_words(tmp_path):
    path = a_text(tmp_path / "t.txt", "Anna: Hello.\nBob: Yes.\nAim: to learn.\nAnna: Well.\n")

    assert "Aim" in read_transcript(path).transcript.speakers()
    assert spoken(read_transcript(path, nobody=["Aim"]))[1] == ("Bob", "Yes.\nAim: to learn.")


def test_right_to_left_text_and_combining_marks_keep_their_form(tmp_path):
    words = "I: שלום, מה נשמע?\nP01: قال الرجل ذلك e\u0301 👩\u200d⚕️\nI: טוב\n"

    assert read_transcript(a_text(tmp_path / "t.txt", words)).transcript.text == words


def test_many_are_read_in_order_and_a_bad_one_stops_no_other(tmp_path):
    paths = [a_text(tmp_path / f"{number}.txt", f"I: {number}\nP01: x\n") for number in range(5)]
    paths.insert(2, written(tmp_path / "bad.docx", b"PK\x03\x04 cut off"))

    read = list(read_transcripts(paths))

    assert [path for path, _ in read] == paths
    assert [isinstance(one, Unreadable) for _, one in read] == [False, False, True, False, False, False]


def a_zip(path: Path, names: list[str], content: bytes = b"x") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return path


def an_entity_docx(path: Path) -> Path:
    xml = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><d>&b;</d>'
    return with_part(a_docx(path), "word/document.xml", xml)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda p: written(p, b""), "is empty"),
        (lambda p: p, "cannot be opened"),
        (lambda p: written(p, b"PK\x03\x04 junk"), "is damaged"),
        (lambda p: a_zip(p, ["photo.jpg"]), "zip archive of something else"),
        (lambda p: a_zip(p, ["[Content_Types].xml", "xl/workbook.xml"]), "an Excel workbook"),
        (lambda p: a_zip(p, ["project.qde"]), "project of a coding program"),
        (lambda p: a_zip(p, ["[Content_Types].xml", "word/styles.xml"]), "part word/document.xml is missing"),
        (lambda p: a_zip(p, ["../../x", "word/document.xml"]), "points outside the file"),
        (lambda p: a_zip(p, ["[Content_Types].xml", "word/document.xml"], b"\0" * 30_000_000), "times its packed size"),
        (lambda p: with_part(a_docx(p), "word/document.xml", b"<d><not closed"), "not well-formed"),
        (an_entity_docx, "document type or XML entities"),
        (lambda p: written(p, a_docx(p).read_bytes()[:-3000]), "is damaged"),
        (lambda p: written(p, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "old Word document"),
        (lambda p: written(p, b"\x89PNG\r\n" + bytes(100)), "a picture"),
        (lambda p: written(p, b"%PDF-1.7\nrubbish"), "no PDF reader can open it"),
        (lambda p: written(p, bytes(range(1, 9)) * 50), "is no text"),
        (lambda p: written(p, b"MZ" + bytes(4000)), "is no text"),
        (lambda p: written(p, "odd".encode("utf-16") + b"\x00"), "is no UTF-16"),
        (lambda p: written(p, b" \r\n\t\n"), "no text at all"),
        (lambda p: written(p, b"".join(b"R%d: So.\n" % n for n in range(501))), "such as ‘R0’, and 500 is the most"),
        (lambda p: written(p, b"WEBVTT\n\nno cues"), "no text at all"),
    ],
)
def test_a_bad_file_is_refused_in_plain_words(tmp_path, make, says):
    path = make(tmp_path / "t.docx")

    assert says in refusal(path)


def test_a_transcript_of_50_megabytes_is_refused_by_its_length(tmp_path):
    path = written(tmp_path / "t.txt", b"I: word word word word word word\n" * 1_600_000)

    assert "holds more than 5,000,000 characters" in refusal(path)


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    path = a_docx(tmp_path / "t.docx")

    assert "could not be read within 0.0001 seconds" in refusal(path, limits=Limits(seconds=0.0001))
