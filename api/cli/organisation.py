"""`doorstep organisation`: the tenants of an installation."""

import click


@click.group()
def command() -> None:
    """Found organisations."""


@command.command("found")
@click.option("--slug", required=True, help="How people name it when they sign in: a-z, 0-9, hyphens.")
@click.option("--name", required=True, help="As it is shown.")
@click.option("--country", required=True, help="Two letters of ISO 3166-1, such as CN.")
@click.option("--timezone", required=True, help="An IANA time zone, such as Asia/Shanghai.")
@click.option("--currency", required=True, help="Three letters of ISO 4217, such as CNY.")
@click.option("--pack", "packs", required=True, multiple=True, help="A rule pack that binds it. Repeatable.")
def found(
    *, slug: str, name: str, country: str, timezone: str, currency: str, packs: tuple[str, ...]
) -> None:
    """Found an organisation; its first administrator comes from `doorstep user create --role admin`."""
    from api.server.composing import open_house
    from api.server.process import this_process, with_database
    from field_visits.identity.service import found_organisation
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError
    from field_visits.kernel.ids import OrganisationId, new_id
    from field_visits.unit_of_work import Refused

    house = open_house(with_database(this_process()))
    try:
        known = sorted({pack.id for pack in house.packs})
        if unknown := sorted(set(packs) - set(known)):
            raise click.ClickException(f"There is no rule pack {unknown[0]!r}; there are {', '.join(known)}.")
        organisation = OrganisationId(new_id(house.clock.now()))
        with house.work(system_actor(organisation, "doorstep organisation found")) as uow:
            outcome = found_organisation(
                uow,
                slug=slug,
                name=name,
                country=country,
                timezone=timezone,
                currency=currency,
                packs=packs,
            )
    except DomainError as error:
        faults = "".join(f" {fault.pointer[1:]}: {fault.detail}" for fault in error.faults)
        raise click.ClickException(f"{error.detail}{faults}") from error
    finally:
        house.database.close()
    if isinstance(outcome, Refused):
        raise click.ClickException(outcome.detail)
    click.echo(f"Founded {slug} with id {organisation}.")
