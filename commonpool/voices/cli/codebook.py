"""`commonpool voices codebook`: a codebook shown as a tree, or written as REFI-QDA, CSV, YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.voices.reading.codebooks import ReadCodebook
    from commonpool.voices.rules.refi.losses import LossReport

NOT_READABLE: Final = 2
KINDS: Final = (".qdc", ".csv", ".yaml", ".json")
File = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A .yaml or .qdc; without it, the starter.")]
Study = Annotated[str, typer.Option("--study", metavar="ID", help="The codebook of a study here, by its id or title.")]
Version = Annotated[str, typer.Option("--version", metavar="LABEL", help="With --study: a version, such as v0.2.")]
Target = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="What to write: .qdc, .csv, .yaml or .json.")]


def codebook(
    file: File = None,
    to: Target = None,
    study: Study = "",
    version: Version = "",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Show a codebook, or write it for another program. Without a file: the themes that Commonpool starts with.

    Ends with 0, or with 2 where the file or the study cannot be used; then nothing is written.
    """
    if study and file is not None:
        refuse([f"Give {file.name} or --study, not both."])
    if version and not study:
        refuse(["--version needs --study: a file has one version."])
    if to is not None and to.suffix.lower() not in KINDS:
        refuse([f"‘{to.name}’ does not end in one of {', '.join(KINDS)}. Give a name that does."])
    if to is not None and not to.absolute().parent.is_dir():
        refuse([f"There is no folder ‘{to.parent}’ to write {to.name} into. Make it, or give another."])
    read = _of_study(study, version) if study else _of_file(file)
    losses = None if to is None else _written(to, read)
    if wants_json(output, as_json):
        print_json(_answer(read, to, losses))
    else:
        typer.echo("\n".join(_lines(read) if to is None else _about_writing(read, to, losses or ())))


def _of_file(file: Path | None) -> ReadCodebook:
    from commonpool.sheets import Unreadable
    from commonpool.voices.reading.codebooks import read_codebook_file, starter_codebook

    try:
        return starter_codebook() if file is None else read_codebook_file(file, file.name)
    except Unreadable as unreadable:
        refuse(map(str, unreadable.findings), NOT_READABLE)


def _of_study(study: str, version: str) -> ReadCodebook:
    """The codebook of a study, as it stands or as it was agreed. Ends the command where there is none."""
    import django

    django.setup()
    from commonpool.voices.models import Study
    from commonpool.voices.queries.codebooks import book_at, book_of
    from commonpool.voices.reading.codebooks import ReadCodebook

    asked = study.strip()
    called = [each for each in Study.objects.all() if asked == each.title or asked.lower() == str(each.uuid)]
    if len(called) > 1:
        ids = ", ".join(str(each.uuid) for each in called)
        refuse([f"{len(called)} studies are called ‘{asked}’. Give the id of one: {ids}."], NOT_READABLE)
    found = called[0] if called else None
    if found is None:
        refuse([f"There is no study ‘{asked}’. Give its title or its id, which stands in its address."], NOT_READABLE)
    title = f"{found.title} (invented)" if found.is_invented else found.title
    if not version:
        return ReadCodebook("The framework as it stands", title, book_of(found))
    labels = {each.label: each for each in found.codebook_versions.all()}
    if version not in labels:
        refuse([f"There is no version ‘{version}’. There are: {', '.join(labels) or 'none yet'}."], NOT_READABLE)
    return ReadCodebook(f"Framework {version}", title, book_at(labels[version]))


def _written(to: Path, read: ReadCodebook) -> LossReport:
    """Write beside the target and put it in its place, so that a fault leaves what was there."""
    from commonpool.voices.reading import exports

    beside = to.with_name(f".{to.name}.part")
    try:
        losses = exports.write_codebook_as(to.suffix.lower(), beside, read.title, read.book)
        beside.replace(to)
    except OSError as error:
        refuse([f"{to.name} cannot be written: {error.strerror}. Give another place."], NOT_READABLE)
    finally:
        beside.unlink(missing_ok=True)
    return losses


def _answer(read: ReadCodebook, to: Path | None, losses: LossReport | None) -> dict[str, Any]:
    from commonpool.voices.reading.exports import codebook_json

    written = {"written": None if to is None else to.name, "losses": [loss.as_json() for loss in losses or ()]}
    return {"file": read.file, **written, **codebook_json(read.title, read.book)}


def _lines(read: ReadCodebook) -> Iterator[str]:
    yield f"{read.file}: {read.title}. {_counted(read)}."
    for code in read.book.in_use():
        indent = "  " * len(read.book.path(code.guid))
        yield f"{indent}{code.name}: {code.definition}" if code.definition else f"{indent}{code.name}"


def _counted(read: ReadCodebook) -> str:
    codes, top = len(read.book.in_use()), len(read.book.beneath(None))
    return f"{codes:,} {'code' if codes == 1 else 'codes'}, {top:,} at the top"


def _about_writing(read: ReadCodebook, to: Path, losses: Iterable[object]) -> Iterator[str]:
    yield f"Wrote {to.name}: {_counted(read)}."
    yield from (f"Out: {loss}" for loss in losses)
