"""Transcripts of each kind, made afresh by the libraries that people use to write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

SPOKEN = (("I", "How did it go? 😀 Café “talk”."), ("P01", "The pooled budget caused angst."), ("I", "And trust?"))
LINES = tuple(f"{label}: {words}" for label, words in SPOKEN)


def a_docx(path: Path, paragraphs: Sequence[str] = LINES, rows: Sequence[Sequence[str]] = ()) -> Path:
    """Word, written by python-docx: paragraphs, then one table."""
    from docx import Document

    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for number, row in enumerate(rows):
            for cell, text in zip(table.rows[number].cells, row, strict=True):
                cell.text = text
    document.save(str(path))
    return path


def a_docx_with_body(path: Path, body: str) -> Path:
    """Word with exactly this XML in its body."""
    a_docx(path, [])
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {w}><w:body>{body}</w:body></w:document>'
    return with_part(path, "word/document.xml", xml.encode())


def an_odt(path: Path, paragraphs: Sequence[str] = LINES, rows: Sequence[Sequence[str]] = ()) -> Path:
    """OpenDocument, written by odfdo: paragraphs, then one table."""
    from odfdo import Document, Paragraph, Table

    document = Document("text")
    document.body.clear()
    for text in paragraphs:
        document.body.append(Paragraph(text))
    if rows:
        table = Table("T", width=len(rows[0]), height=len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                table.set_value((column, number), text)
        document.body.append(table)
    document.save(str(path))
    return path


def a_pdf(path: Path, lines: Sequence[str]) -> Path:
    """PDF with one page of Helvetica; ASCII only."""
    shown = b"BT /F1 12 Tf 14 TL 50 780 Td " + b"".join(
        b"(%s) Tj T* " % line.replace("(", r"\(").encode("ascii") for line in lines
    )
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s ET\nendstream" % (len(shown) + 3, shown),
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, part in enumerate(parts, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, part))
    table = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % table)
    path.write_bytes(out.getvalue())
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The archive with one part replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {part.filename: archive.read(part) for part in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, kept in {**parts, name: content}.items():
            archive.writestr(part, kept)
    return path
