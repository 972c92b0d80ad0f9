"""`commonpool voices suggestions`: how good suggestions are on a study's own codings, and the model's reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.voices.cli.studies import AsOption, StudyOption, member_named, start

if TYPE_CHECKING:
    from fractions import Fraction

    from commonpool.voices.models import TeamMember

Read = Annotated[
    bool, typer.Option("--read", help="First let the sentence model read what it has not, where it is installed.")
]


def suggestions(
    study: StudyOption,
    as_: AsOption,
    read: Read = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say for each code how often suggestions are right on the study's own codings, and in which way they are made."""
    start()
    from commonpool.voices import sentence_model
    from commonpool.voices.queries.suggestions import Suggesting

    member = member_named(study, as_, must_code=read)
    newly = _let_it_read(member) if read else 0
    asked = Suggesting(member)
    model = None if asked.by_meaning is None else sentence_model.NAME
    codes = [
        {"code": code.name, "passages": rate.passages, "rate": _number(rate.rate), "chance": _number(rate.chance)}
        for code, rate in asked.measured()
    ]
    if wants_json(output, as_json):
        facts = {"passages": len(asked.learnt.examples), "known": asked.known, "unread": asked.unread, "read": newly}
        print_json({"study": str(member.study.uuid), "model": model, **facts, "codes": codes})
        return
    way = "wording and meaning" if model else "wording"
    typer.echo(
        f"By {way}, on {len(asked.learnt.examples):,} of {asked.known:,} coded passages of ‘{member.study.title}’."
    )
    if asked.unread:
        typer.echo(f"The model has not read {asked.unread:,} of them. Give --read to let it.")
    _print_table(codes)


def _print_table(codes: Sequence[Mapping[str, Any]]) -> None:
    width = max([4, *(len(str(each["code"])) for each in codes)])
    typer.echo(f"\n{'Code':<{width}}  Passages  Right in the first five  By chance")
    for each in codes:
        shares = f"{_share(each['rate']):>23}  {_share(each['chance']):>9}"
        typer.echo(f"{each['code']:<{width}}  {each['passages']:>8}  {shares}")


def _let_it_read(member: TeamMember) -> int:
    """Has the model read, telling on the error channel how far it is. Ends the command where it is not installed."""
    from django.utils import timezone

    from commonpool.voices.actions.meaning import read_at_once
    from commonpool.voices.errors import StepError

    def told(unread: int, every: int) -> None:
        typer.echo(f"Read {every - unread:,} of {every:,} passages.", err=True)

    try:
        return read_at_once(actor=member.person, at=timezone.now(), study=member.study, told=told)
    except StepError as refused:
        refuse([str(refused)])


def _number(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 4)


def _share(share: Any) -> str:
    return "not known" if share is None else f"{share:.0%}"
