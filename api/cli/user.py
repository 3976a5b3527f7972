"""`doorstep user`: people who sign in, for whoever has the terminal and no account yet."""

import secrets

import click

from field_visits.kernel.actor import Role


@click.group()
def command() -> None:
    """Create people and set their passwords."""


@command.command("create")
@click.option("--organisation", required=True, help="The organisation's short name, as at sign-in.")
@click.option("--username", required=True, help="Lower-case letters, digits, dots and hyphens.")
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
@click.option("--ask-password", is_flag=True, help="Ask for a password instead of making one.")
def create(
    *,
    organisation: str,
    username: str,
    name: str,
    badge: str | None,
    roles: tuple[str, ...],
    ask_password: bool,
) -> None:
    """Create a person; prints the password, if one was made."""
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    made = password or secrets.token_urlsafe(15)
    user = _create(
        organisation,
        username=username,
        name=name,
        badge=badge,
        roles=[Role(role) for role in roles],
        password=made,
    )
    click.echo(f"Created {username} ({', '.join(roles)}) with id {user}.")
    if password is None:
        click.echo(f"Password: {made}")
        click.echo("It is shown this once. Hand it over in person and have it changed.")


def _create(
    organisation: str, *, username: str, name: str, badge: str | None, roles: list[Role], password: str
) -> str:
    from api.server.composing import open_house, this_process, with_database
    from field_visits.identity import queries, service
    from field_visits.identity.passwords import check_strength
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError
    from field_visits.unit_of_work import Refused

    house = open_house(with_database(this_process()))
    try:
        check_strength(password, username=username)
        with house.database.transaction(None) as session:
            found = queries.find_organisation(session, organisation)
        if found is None:
            raise click.ClickException(f"There is no organisation {organisation!r}.")
        hashed = house.passwords.hash(password)
        with house.work(system_actor(found, "doorstep user create")) as uow:
            outcome = service.create_user(
                uow, username=username, name=name, badge=badge, roles=roles, password_hash=hashed
            )
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    finally:
        house.close()
    if isinstance(outcome, Refused):
        raise click.ClickException(outcome.detail)
    return str(outcome.user.id)
