"""`doorstep first-administrator`: what `doorstep serve` runs before it serves."""

import click


@click.command(hidden=True)
def command() -> None:
    """Print a link by which the first administrator opens their account, as long as nobody administers."""
    from api.identity.links import first_administrator_link
    from api.server.composing import open_house
    from api.server.process import this_process
    from field_visits.identity.founding import issue_links

    house = open_house(this_process())
    try:
        links = issue_links(house.database, house.clock, keys=house.keys.tokens)
    finally:
        house.database.close()
    for link in links:
        where = (
            "This installation is empty"
            if link.organisation is None
            else f"«{link.organisation}» has no administrator"
        )
        click.echo(f"{where}. Whoever opens this link once within a day administers it:")
        url = house.settings.public_url
        click.echo(f"  {first_administrator_link(url, link.code, link.organisation)}")
