"""`commonpool people`: invite somebody, list who may do what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import typer

from commonpool.commands import Format, FormatOption, JsonOption, print_json, refuse, wants_json
from commonpool.people.rules import Role

commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Accounts: invite somebody, list who may do what."
)


@commands.command()
def invite(
    email: Annotated[str, typer.Argument(help="The address under which they will sign in.")],
    organisation: Annotated[str, typer.Option(help="GSS, ODS or register code of the organisation.")],
    role: Annotated[Role, typer.Option(help="What they will be there.")],
    kind: Annotated[str | None, typer.Option(help="Which body, where several share a code: icb ...")] = None,
    starts_on: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")] = None,
    site: Annotated[str, typer.Option(help="Address of the site, for the link.")] = "http://127.0.0.1:8000",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Invite somebody: gives the role, and prints the link that opens a fresh account once."""
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from commonpool.people import actions, queries

    now = timezone.now()
    first_day = starts_on.date() if starts_on else timezone.localdate(now)
    try:
        body = queries.organisation_by_code(organisation, kind)
        membership = actions.invite(email=email, organisation=body, role=role, by=None, starts_on=first_day, at=now)
    except ValidationError as error:
        refuse(error.messages)
    person = membership.person
    link = None if person.has_usable_password() else _link(site, actions.invitation_token(person))
    if wants_json(output, as_json):
        print_json({"email": person.email, "organisation": body.name, "role": role, "link": link})
    else:
        typer.echo(f"{person.email} is {role.label} of {body.name} from {first_day:%-d %B %Y}.")
        typer.echo(f"The link that opens the account, once:\n{link}" if link else "The account is open already.")


@commands.command("start-again")
def start_again(
    email: Annotated[str, typer.Argument(help="The address under which they sign in.")],
    site: Annotated[str, typer.Option(help="Address of the site, for the link.")] = "http://127.0.0.1:8000",
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Let somebody who lost password, phone or key open their account again: takes all of them away, gives a link."""
    import django

    django.setup()
    from django.utils import timezone

    from commonpool.people import actions

    try:
        link = _link(site, actions.start_again(_person(email), by=None, at=timezone.now()))
    except actions.InvitationError as error:
        refuse([str(error)])
    if wants_json(output, as_json):
        print_json({"email": email, "link": link})
    else:
        typer.echo(f"Password and second factors of {email} are gone. The link that opens the account, once:\n{link}")


@commands.command()
def anonymise(
    email: Annotated[str, typer.Argument(help="The address under which they sign in.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """Take somebody's name, address and access away for good. What they did stays, under their id."""
    import django

    django.setup()
    from django.utils import timezone

    from commonpool.people import actions

    person = _person(email)
    if not yes and not typer.confirm(f"Remove the details of {person.email} for good?"):
        raise typer.Exit(1)
    actions.anonymise(person, by=None, at=timezone.now())
    if wants_json(output, as_json):
        print_json({"person": str(person.uuid)})
    else:
        typer.echo(f"Their details are gone. What they did stands under the id {person.uuid}.")


def _person(email: str) -> Any:
    from commonpool.people.models import Person

    found = Person.objects.filter(email=email.strip().lower()).first()
    if found is None:
        refuse([f"Nobody has an account under ‘{email}’. See: commonpool people list"])
    return found


def _link(site: str, token: str) -> str:
    from django.urls import reverse

    return site.rstrip("/") + reverse("people:accept", args=[token])


@commands.command("list")
def list_people(
    organisation: Annotated[str | None, typer.Option(help="Only people of this organisation, by code.")] = None,
    output: FormatOption = Format.TEXT,
    as_json: JsonOption = False,
) -> None:
    """List who may do what, with the days from which and until which."""
    import django

    django.setup()
    from django.core.exceptions import ValidationError

    from commonpool.people.models import Membership
    from commonpool.people.queries import organisation_by_code

    memberships = Membership.objects.select_related("person", "organisation").order_by(
        "organisation__name", "person__email", "role"
    )
    if organisation:
        try:
            memberships = memberships.filter(organisation=organisation_by_code(organisation))
        except ValidationError as error:
            refuse(error.messages)
    rows = [_row(membership) for membership in memberships]
    if wants_json(output, as_json):
        print_json({"people": rows})
        return
    for row in rows:
        until = f" until {row['ends_on']}" if row["ends_on"] else ""
        state = "" if row["account"] == "open" else f" ({row['account']})"
        typer.echo(f"{row['email']}{state}: {row['role']}, {row['organisation']}, from {row['starts_on']}{until}")
    if not rows:
        typer.echo("Nobody yet. Begin with: commonpool people invite EMAIL --organisation CODE --role administrator")


def _row(membership: Any) -> dict[str, str | None]:
    person = membership.person
    ends_on: date | None = membership.ends_on
    return {
        "email": person.email,
        "organisation": membership.organisation.name,
        "role": membership.get_role_display(),
        "starts_on": membership.starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
        "account": person.account_state,
    }
