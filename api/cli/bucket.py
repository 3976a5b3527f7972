"""`doorstep bucket`."""

import click

from api.doctor.objects import objects
from api.server.composing import bucket_settings
from api.server.errors import StartError
from api.server.process import this_process
from media.errors import StoreUnavailableError
from media.s3_requests import make_bucket


@click.command()
@click.option(
    "--object-lock", is_flag=True, help="So that its objects can be retained; only a new bucket can."
)
def command(*, object_lock: bool) -> None:
    """Make the bucket that S3_BUCKET names, if it is not there, and tell what the store was seen to do."""
    process = this_process()
    if process.settings.s3 is None:
        raise StartError("No S3 store is set: without S3_ENDPOINT and its companions files lie in DATA_DIR.")
    settings = bucket_settings(process.settings.s3)
    try:
        is_new = make_bucket(settings, object_lock=object_lock)
    except StoreUnavailableError as error:
        raise StartError(str(error)) from error
    click.echo(f"The bucket {settings.bucket} {'was made' if is_new else 'is there'}.")
    (found,) = objects(process)
    click.echo(found.told)
    if found.level == "bad":
        raise StartError(found.do)
