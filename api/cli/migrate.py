"""`doorstep migrate`."""

import click

from api.server.errors import StartError
from api.server.process import this_process
from field_visits.migrations.migrate import MissingRolesError, migrate


@click.command()
def command() -> None:
    """Bring the database to the newest version. Needs DATABASE_OWNER_URL."""
    url = this_process().required("DATABASE_OWNER_URL", "the migration")
    try:
        applied = migrate(url)
    except MissingRolesError as error:
        raise StartError(str(error)) from error
    print(f"Migrated: {', '.join(applied)}." if applied else "The database is at the newest version.")
