"""`commonpool voices keys`: the keys to interviews and the list of real names, in a file sealed by a passphrase."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json

VARIABLE: Final = "COMMONPOOL_KEYS_PASSPHRASE"
NOT_DONE: Final = 2


def keys(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write all keys and names to FILE.")] = None,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE", help="Bring the keys of FILE back.")] = None,
    names: Annotated[bool, typer.Option("--names", help="With --from: print the real names as well.")] = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Copy the keys to interviews, which no backup holds, into a file, or bring them back from one.

    The passphrase is asked for, or taken from COMMONPOOL_KEYS_PASSPHRASE. Without the keys every word is lost.
    """
    if (to is None) == (source is None):
        refuse(["Say either --to FILE, to write the keys, or --from FILE, to bring them back."])
    import django

    django.setup()
    from commonpool.voices.key_files import KeyFileError

    try:
        told, said = _write(to) if to is not None else _bring_back(source or Path(), with_names=names)
    except KeyFileError as refused:
        refuse([str(refused)], NOT_DONE)
    print_json(told) if wants_json(output, as_json) else typer.echo(said)


def _write(to: Path) -> tuple[dict[str, Any], str]:
    from django.utils import timezone

    from commonpool.voices.actions.keys import take_keys_out

    written = take_keys_out(actor=None, at=timezone.now(), path=to, passphrase=_passphrase(is_new=True))
    told = {"keys": len(written.keys), "names": len(written.names), "destroyed": len(written.gone)}
    said = (
        f"Wrote {len(written.keys):,} keys and {len(written.names):,} names to {to}. Keep it apart from the backups, "
        "and write a new one when somebody withdraws: this one holds their key."
    )
    return told, said


def _bring_back(source: Path, *, with_names: bool) -> tuple[dict[str, Any], str]:
    from django.utils import timezone

    from commonpool.voices.actions.keys import bring_keys_back

    found = bring_keys_back(actor=None, at=timezone.now(), path=source, passphrase=_passphrase(is_new=False))
    told: dict[str, Any] = {"came": found.came, "here": found.here, "refused": found.refused}
    refused = f" Destroyed for good, so not brought back: {found.refused:,}." if found.refused else ""
    lines = [f"{found.came:,} keys came back from {source}; {found.here:,} were here already.{refused}"]
    if with_names:
        told["names"] = found.names
        lines += [f"{study}: {pseudonym} is {name}" for study, pseudonym, name in found.names]
    return told, "\n".join(lines)


def _passphrase(*, is_new: bool) -> str:
    given = os.environ.get(VARIABLE)
    return given if given else str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new))
