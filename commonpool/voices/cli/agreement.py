"""`commonpool voices agreement`: how far coders agree, from a file of ratings or of sections."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

if TYPE_CHECKING:
    from commonpool.voices.cli.answers import Answer

UNREADABLE: Final = 2
Found = TypeVar("Found")


# Written out again here, so that the help text loads no array library.
class Asked(StrEnum):
    """The statistics that can be asked for by name."""

    PERCENT_AGREEMENT = "percent_agreement"
    PRESENCE_AGREEMENT = "presence_agreement"
    COHEN_KAPPA = "cohen_kappa"
    FLEISS_KAPPA = "fleiss_kappa"
    SCOTT_PI = "scott_pi"
    KRIPPENDORFF_ALPHA = "krippendorff_alpha"
    GWET_AC1 = "gwet_ac1"
    BRENNAN_PREDIGER = "brennan_prediger"
    UNITIZING_ALPHA = "unitizing_alpha"
    U_ALPHA = "u_alpha"
    U_ALPHA_BINARY = "u_alpha_binary"
    CU_ALPHA = "cu_alpha"
    GAMMA = "gamma"


class AskedLevel(StrEnum):
    """What kind of value the coders gave."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


OF_SECTIONS: Final = frozenset(
    {Asked.UNITIZING_ALPHA, Asked.U_ALPHA, Asked.U_ALPHA_BINARY, Asked.CU_ALPHA, Asked.GAMMA}
)


def agreement(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE.csv]",
            exists=True,
            dir_okay=False,
            help="Columns: unit, coder, value; if you like cluster (the transcript), turn, code, repeats.",
        ),
    ] = None,
    statistic: Annotated[
        Asked | None, typer.Option(help="Without it: krippendorff_alpha, or unitizing_alpha with --units.")
    ] = None,
    level: Annotated[
        AskedLevel, typer.Option(help="Nominal compares values as text, the others as numbers.")
    ] = AskedLevel.NOMINAL,
    units: Annotated[
        Path | None,
        typer.Option(
            "--units",
            metavar="SECTIONS.csv",
            exists=True,
            dir_okay=False,
            help="Sections that coders cut themselves: coder, start, length, value; if you like cluster, continuum.",
        ),
    ] = None,
    continuum: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="With --units: how many positions the text has.")
    ] = None,
    coder: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Compare only these coders. May be repeated.")
    ] = None,
    draws: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="How often to draw again for the interval; 0 for none.")
    ] = 2_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same interval.")] = 1,
    details: Annotated[
        bool, typer.Option("--details", help="JSON too says what lies behind the figure, code by code.")
    ] = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Say how far coders agree beyond chance, with an interval; or why the statistic is undefined.

    Ends with 0; with 2 where a file cannot be used, and every fault of it; with 64 on wrong usage.
    """
    if units is not None:
        if file is not None:
            raise typer.BadParameter("Give a file of ratings or --units, not both.")
        if level is not AskedLevel.NOMINAL:
            raise typer.BadParameter("Sections have codes, which are names. Leave out --level.")
        found = _of_sections(units, continuum, statistic or Asked.UNITIZING_ALPHA, coder or [], draws, seed)
    elif file is not None:
        if continuum is not None:
            raise typer.BadParameter("--continuum goes with --units. Leave it out.")
        found = _of_ratings(file, statistic or Asked.KRIPPENDORFF_ALPHA, level, coder or [], draws, seed)
    else:
        raise typer.BadParameter(
            "There is nothing to compare. Give a file of ratings, or --units with one of sections."
        )
    _show(found, wants_json(output, as_json), details)


def _of_ratings(file: Path, statistic: Asked, level: AskedLevel, coders: list[str], draws: int, seed: int) -> Answer:
    from commonpool.voices.cli.answers import answer_of_ratings
    from commonpool.voices.reading.ratings import read_ratings
    from commonpool.voices.rules.agreement import Level, Statistic

    if statistic in OF_SECTIONS:
        raise typer.BadParameter(f"{statistic} compares sections. Give them with --units.")
    ratings = _told(lambda: read_ratings(file, Level(level), coders))
    return _told(lambda: answer_of_ratings(file.name, ratings, Statistic(statistic), Level(level), draws, seed))


def _of_sections(
    file: Path, continuum: int | None, statistic: Asked, coders: list[str], draws: int, seed: int
) -> Answer:
    from commonpool.voices.cli.answers import answer_of_sections
    from commonpool.voices.reading.sections import read_sections
    from commonpool.voices.rules.agreement import TextStatistic

    if statistic is Asked.KRIPPENDORFF_ALPHA:
        statistic = Asked.UNITIZING_ALPHA  # Krippendorff's alpha of sections
    if statistic not in OF_SECTIONS:
        raise typer.BadParameter(f"{statistic} compares units that are given. Of sections, ask for unitizing_alpha.")
    texts = _told(lambda: read_sections(file, continuum, coders))
    return _told(lambda: answer_of_sections(file.name, texts, TextStatistic(statistic), draws, seed))


def _told(work: Callable[[], Found]) -> Found:
    """The answer, or the command's end with every reason why there is none."""
    from commonpool.sheets import Unreadable
    from commonpool.voices.rules.agreement import AgreementError

    try:
        return work()
    except Unreadable as error:
        refuse(map(str, error.findings), UNREADABLE)
    except AgreementError as error:
        refuse(error.reasons, UNREADABLE)


def _show(found: Answer, is_json: bool, details: bool) -> None:
    from commonpool.voices.cli.answers import as_json, as_text, caution

    if not is_json:
        typer.echo("\n".join(as_text(found)))
        return
    if warning := caution(found.whole):
        # The figure's own object has no place for it, and nobody should miss it.
        typer.echo(warning, err=True)
    print_json(as_json(found, details))
