"""`commonpool serve`, `worker`, `migrate`, `backup` and `restore`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from commonpool.commands import WRONG_USAGE, Format, FormatOption, JsonOption, print_json, refuse, wants_json

NOT_READY: Final = 1


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Web processes; as many as there are cores.")] = 2,
    threads: Annotated[int, typer.Option(min=1, help="Requests that one web process answers at once.")] = 4,
    with_worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Run a task worker as well.")] = True,
) -> None:
    """Run the site and one task worker, until Ctrl-C or a stop signal."""
    _start_django()
    from django.conf import settings
    from django.core.management import call_command

    from commonpool.site.readiness import reasons_not_to_listen, reasons_not_to_start
    from commonpool.site.serving import Address, Supervisor, web_command, worker_command

    if reasons := reasons_not_to_listen(host):
        refuse(reasons, WRONG_USAGE)
    if reasons := reasons_not_to_start():
        refuse(reasons, NOT_READY)
    call_command("collectstatic", interactive=False, verbosity=0)
    address = Address(host, port, settings.ALLOWED_HOSTS[0])
    commands = {"web": web_command(address, workers, threads)}
    if with_worker:
        commands["worker"] = worker_command()
    raise typer.Exit(Supervisor(address, commands, say=typer.echo).run())


def worker() -> None:
    """Run one task worker, until a stop signal; it finishes the task in hand first."""
    _start_django()
    from commonpool.site.readiness import reasons_not_to_start
    from commonpool.site.work import run_worker

    if reasons := reasons_not_to_start():
        refuse(reasons, NOT_READY)
    run_worker()


def migrate(output: FormatOption = Format.TEXT, as_json: JsonOption = False) -> None:
    """Make the database, or bring it up to date, and put its guards in place."""
    _start_django()
    from django.core.management import call_command

    from commonpool.site.readiness import waiting_migrations

    waiting = waiting_migrations()
    call_command("migrate", interactive=False, verbosity=0)
    _tell({"applied": waiting}, "The database is up to date.", wants_json(output, as_json))


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, for example commonpool.tar.gz.")],
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Copy database, uploads and activity into one file, while the site runs. The secret key stays behind."""
    _start_django()
    from commonpool.site.backups import BackupError, write_backup

    try:
        made = write_backup(file)
    except (BackupError, OSError) as error:
        refuse([str(error)], NOT_READY)
    _tell(made.summary(), f"Wrote {file}: {made.sentence()}", wants_json(output, as_json))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Put a backup back in place of what is there now, while the site runs. Checks the file first, and the result."""
    _start_django()
    from commonpool.site.backups import BackupError
    from commonpool.site.restoring import restore_backup

    if not yes and not typer.confirm(f"Replace everything in this site with {file}?"):
        raise typer.Exit(NOT_READY)
    try:
        restored = restore_backup(file)
    except (BackupError, OSError) as error:
        refuse([str(error)], NOT_READY)
    _tell(
        restored.summary(),
        f"Restored {file}: {restored.sentence()} Every check passed.",
        wants_json(output, as_json),
    )


def _start_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonpool.site.settings")
    import django

    django.setup()


def _tell(summary: dict[str, Any], sentence: str, is_json: bool) -> None:
    if is_json:
        print_json(summary)
    else:
        typer.echo(sentence)
