"""`doorstep user`: people who sign in, for whoever has the terminal and no account yet."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from field_visits.kernel.actor import Role

if TYPE_CHECKING:  # a command imports what it needs when it runs
    from api.house import House
    from field_visits.kernel.ids import OrganisationId


@click.group()
def command() -> None:
    """Create people, and help who lost a password."""


@command.command("create")
@click.option("--organisation", required=True, help="The organisation's short name, as at sign-in.")
@click.option(
    "--username", required=True, help="Letters and digits, and between them dots, hyphens, underscores."
)
@click.option("--name", required=True, help="As shown to colleagues.")
@click.option("--badge", help="The number a customer can check.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="Repeat it for several.",
)
@click.option("--ask-password", is_flag=True, help="Ask for the person's own password.")
def create(
    *,
    organisation: str,
    username: str,
    name: str,
    badge: str | None,
    roles: tuple[str, ...],
    ask_password: bool,
) -> None:
    """Create a person; prints a password for the first sign-in, unless the person types their own."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    made = password or secrets.token_urlsafe(15)
    user = _create(
        organisation,
        username=username,
        name=name,
        badge=badge,
        roles=[Role(role) for role in roles],
        password=made,
        is_given=password is None,
    )
    click.echo(f"Created {username} ({', '.join(roles)}) with id {user}.")
    if password is None:
        click.echo(f"Password: {made}")
        click.echo(
            "It is shown this once. Hand it over in person; the first sign-in asks for one of their own."
        )


@command.command("reset-password")
@click.option("--organisation", required=True, help="The organisation's short name, as at sign-in.")
@click.option("--username", required=True)
def reset_password(*, organisation: str, username: str) -> None:
    """Take a password away; prints the link by which the person chooses a new one."""
    from api.identity.links import new_password_link
    from field_visits.identity import queries, service
    from field_visits.kernel.actor import system_actor
    from field_visits.unit_of_work import Refused

    with _house_of(organisation) as (house, found):
        with house.work(system_actor(found, "doorstep user reset-password")) as uow:
            user = queries.find_user(uow.session, username)
            if user is None:
                raise click.ClickException(f"There is nobody called {username!r}.")
            outcome = service.reset_password(uow, user, keys=house.keys.tokens)
        if isinstance(outcome, Refused):
            raise click.ClickException(outcome.detail)
        click.echo(new_password_link(house.settings.public_url, outcome.code))
        click.echo(f"It is shown this once, and good once and until {outcome.expires_at:%Y-%m-%d %H:%M} UTC.")


def _create(
    organisation: str,
    *,
    username: str,
    name: str,
    badge: str | None,
    roles: list[Role],
    password: str,
    is_given: bool,
) -> str:
    from field_visits.identity import service
    from field_visits.identity.passwords import check_strength
    from field_visits.kernel.actor import system_actor
    from field_visits.unit_of_work import Refused

    with _house_of(organisation) as (house, found):
        check_strength(password, username=username)
        hashed = house.passwords.hash(password)
        with house.work(system_actor(found, "doorstep user create")) as uow:
            outcome = service.create_user(
                uow,
                username=username,
                name=name,
                badge=badge,
                roles=roles,
                password_hash=hashed,
                is_given=is_given,
            )
    if isinstance(outcome, Refused):
        raise click.ClickException(outcome.detail)
    return str(outcome.user.id)


@contextmanager
def _house_of(organisation: str) -> "Iterator[tuple[House, OrganisationId]]":
    """The house of this installation and the organisation's id; errors become sentences in the terminal."""
    from api.server.composing import open_house
    from api.server.process import this_process, with_database
    from field_visits.identity import queries
    from field_visits.kernel.errors import DomainError

    house = open_house(with_database(this_process()))
    try:
        with house.database.transaction(None) as session:
            found = queries.find_organisation(session, organisation)
        if found is None:
            raise click.ClickException(f"There is no organisation {organisation!r}.")
        yield house, found
    except DomainError as error:
        faults = "".join(f" {fault.pointer[1:]}: {fault.detail}" for fault in error.faults)
        raise click.ClickException(f"{error.detail}{faults}") from error
    finally:
        house.database.close()
