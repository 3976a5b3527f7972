"""`doorstep evidence`: check the log and its files, hand out checkpoints and bundles, check a bundle."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from field_visits.kernel.ids import OrganisationId

if TYPE_CHECKING:
    from api.house import House
    from api.server.process import Process
    from field_visits.evidence.notes import VerifierKey

_PATIENCE_S = 60.0
_POLL_S = 0.25

_organisation = click.option("--organisation", required=True, help="Its short name, as at sign-in.")


@click.group()
def command() -> None:
    """Check the log and its files, hand out checkpoints and bundles, check a bundle."""


@command.command("fsck")
@click.option("--organisation", help="Its short name, as at sign-in; without it, every organisation.")
@click.option(
    "--key",
    "given",
    multiple=True,
    metavar="KEY",
    help="A public key of the log that you keep elsewhere; by default those of this installation.",
)
def fsck(*, organisation: str | None, given: tuple[str, ...]) -> None:
    """Hash every entry, body and file again, and rebuild every root. Changes nothing.

    Ends with 0 if all is whole and with 1 if not; every part that is not is named.
    """
    trusted = _parsed(given)
    with _opened() as (process, house):
        is_whole = audit(process, house, organisation=organisation, trusted=trusted)
    if not is_whole:
        click.echo(
            "What is named above is not as it was logged. Change nothing; compare with a backup and with a "
            "checkpoint that somebody else holds."
        )
        sys.exit(1)


def audit(
    process: "Process",
    house: "House",
    *,
    organisation: str | None = None,
    trusted: "Sequence[VerifierKey]" = (),
) -> bool:
    """Every entry, body and file was hashed again and each fault told; whether all is whole."""
    from field_visits.dossier.custody import audit_objects
    from field_visits.evidence.fsck import audit_log
    from field_visits.identity.queries import list_organisations

    with house.database.transaction(None) as session:
        found = {slug: one for one, slug in list_organisations(session)}
    if organisation is not None and organisation not in found:
        raise click.ClickException(f"There is no organisation {organisation!r}.")
    is_whole = True
    for slug in [organisation] if organisation is not None else sorted(found):
        keys = trusted or _own_keys(process, house, found[slug])
        with house.database.transaction(found[slug]) as session:
            with _progress(f"{slug}: entries") as tell:
                log = audit_log(session, found[slug], keys, progress=tell)
            with _progress(f"{slug}: files") as tell:
                files = audit_objects(session, house.objects, progress=tell)
        for fault in (*log.faults, *files.faults):
            click.echo(f"{slug}: {fault}")
        erased = f", {log.erased} of them erased as law asks" if log.erased else ""
        counted = (
            f"{log.entries} entries{erased}, {log.checkpoints} checkpoints up to size {log.size}, "
            f"{files.objects} files"
        )
        whole = log.is_whole and files.is_whole
        faults = len(log.faults) + len(files.faults)
        click.echo(f"{slug}: {'WHOLE' if whole else f'DAMAGED in {faults} places'}: {counted}.")
        is_whole = is_whole and whole
    return is_whole


@command.command("checkpoint")
@_organisation
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to this file too, for whoever keeps it outside.",
)
def checkpoint(*, organisation: str, out: Path | None) -> None:
    """Print the newest signed checkpoint of an organisation's log.

    Whoever keeps one can prove later that nothing before it was changed or taken out.
    """
    from field_visits.evidence.log import newest_head

    with _opened() as (_, house):
        org = _find(house, organisation)
        with house.database.transaction(org) as session:
            head = newest_head(session, org)
    if head is None:
        raise click.ClickException("The log is empty: there is no checkpoint yet.")
    click.echo(head.note, nl=False)
    if out is not None:
        out.write_text(head.note, encoding="utf-8")
        click.echo(f"Written to {out}. Give it to somebody outside, and keep it.", err=True)


@command.command("export")
@_organisation
@click.option("--case", "reference", required=True, help="The creditor's reference of the case.")
@click.option("--as", "username", required=True, help="Who answers for it; needs the right to export.")
@click.option("--reason", required=True, help="Why it leaves the house; stands on the cover.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The zip to write."
)
def export(*, organisation: str, reference: str, username: str, reason: str, out: Path) -> None:
    """Ask for a case's bundle, wait until it is built, and write it to a file.

    Both the asking and the fetching are entries of the case's own story.
    """
    from api.server.job_tools import export_signer
    from field_visits.cases.queries import find_by_reference
    from field_visits.dossier import queries, service
    from field_visits.dossier.building import build_requested
    from field_visits.identity.permissions import require
    from field_visits.identity.queries import actor_named
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError
    from field_visits.unit_of_work import Refused

    if out.exists():
        raise click.ClickException(f"{out} is there already. Name another file.")
    with _opened() as (process, house):
        org = _find(house, organisation)
        try:
            with house.database.transaction(org) as session:
                actor = actor_named(session, org, username)
            require(actor, "export:request")
            require(actor, "export:fetch")
            with house.work(actor) as uow:
                asked = service.request_export(uow, find_by_reference(uow, reference), reason=reason)
            if isinstance(asked, Refused):
                raise click.ClickException(asked.detail)
            deadline = time.monotonic() + _PATIENCE_S
            signer = export_signer(process.secrets)
            while True:
                build_requested(lambda: house.work(system_actor(org, "exports")), house.objects, signer)
                with house.work(actor) as uow:
                    row = queries.get_export(uow, asked.row.id)
                    if row.state != "requested":
                        key, digest = service.fetch_bundle(uow, row), row.sha256
                        break
                if time.monotonic() > deadline:
                    raise click.ClickException(
                        "The log has not caught up within a minute, so the bundle waits. Is `doorstep serve` "
                        "running? It will be built by itself; legal's page has it."
                    )
                time.sleep(_POLL_S)
        except DomainError as error:
            raise click.ClickException(error.sentence) from error
        with house.objects.open(key) as stream, out.open("xb") as file:
            while chunk := stream.read(1 << 20):
                file.write(chunk)
    click.echo(f"Written to {out}: {out.stat().st_size:,} bytes, SHA-256 {digest}.")


@command.command("verify")
@click.argument("bundle", type=click.Path(exists=True, path_type=Path))
@click.option("--key", "given", multiple=True, metavar="KEY", help="A key to trust, from outside the bundle.")
def verify(*, bundle: Path, given: tuple[str, ...]) -> None:
    """Check a BUNDLE (the zip, or the folder it unpacks to) with the verifier that every bundle carries.

    Ends with 0 if it is whole, 1 if a part was altered, 2 if one is missing, 3 if it cannot tell.
    """
    from field_visits.dossier import verify as verifier

    sys.exit(verifier.main([str(bundle), *(part for key in given for part in ("--key", key))]))


@command.command("compare")
def compare() -> None:
    """Compare every log with its newest checkpoint outside the database. Ends with 1 on a difference.

    `doorstep serve` does so at each start, before anything is appended.
    """
    from api.server.log_past import refuse_other_past
    from api.server.process import this_process
    from api.server.reaching import reached
    from field_visits.kernel.db import Database

    process = this_process()
    with _sequencer_url(process, reached) as url:
        database = Database(url, pool_size=1)
        try:
            for line in refuse_other_past(process, database):
                click.echo(line)
        finally:
            database.close()


@command.command("open-epoch")
@_organisation
@click.option("--reason", required=True, help="What happened; without names of customers. Stands in the log.")
def open_epoch(*, organisation: str, reason: str) -> None:
    """Let a log go on that is not the one whose checkpoint was given away: after a restored backup.

    What came after the copy was made stays lost, and the log says so from here on: it signs under a new
    origin. Compare the lost stretch with whoever holds checkpoints, bundles and receipts of it.
    """
    from api.server.composing import open_house
    from api.server.log_past import trusted_by
    from api.server.process import this_process
    from api.server.reaching import reached, with_login
    from field_visits.evidence.epochs import OutsideCheckpoints, difference
    from field_visits.evidence.log import newest_head
    from field_visits.identity.epochs import open_epoch as open_it
    from field_visits.kernel.actor import system_actor
    from field_visits.kernel.errors import DomainError
    from field_visits.unit_of_work import Refused

    process = this_process()
    outside = OutsideCheckpoints(process.settings.checkpoints_dir)
    with reached(process) as url:
        house = open_house(with_login(process, url("app")))
        try:
            org = _find(house, organisation)
            with house.work(system_actor(org, "doorstep evidence open-epoch")) as uow:
                found = difference(uow.session, org, outside, trusted_by(process))
                if found is None:
                    raise click.ClickException(
                        "The log fits its newest checkpoint outside: there is nothing to open an epoch for."
                    )
                head = newest_head(uow.session, org)
                done = open_it(
                    uow,
                    from_size=0 if head is None else head.size,
                    outside=outside.read(org) or "",
                    reason=reason,
                )
            if isinstance(done, Refused):
                raise click.ClickException(done.detail)
        except DomainError as error:
            raise click.ClickException(error.sentence) from error
        finally:
            house.close()
    click.echo(f"{organisation}: {found}.")
    click.echo(f"A new epoch is open; receipt {done.receipt.hash}. `doorstep serve` goes on.")


@contextmanager
def _sequencer_url(
    process: "Process", reached: "Callable[[Process], AbstractContextManager[Callable[[str], str]]]"
) -> "Iterator[str]":
    given = process.environment.get("DATABASE_SEQUENCER_URL")
    if given:
        yield given
        return
    with reached(process) as url:
        yield url("sequencer")


@contextmanager
def _opened() -> "Iterator[tuple[Process, House]]":
    from api.server.composing import open_house
    from api.server.process import this_process, with_database
    from field_visits.kernel.errors import DomainError

    process = with_database(this_process())
    house = open_house(process)
    try:
        yield process, house
    except DomainError as error:
        raise click.ClickException(error.sentence) from error
    finally:
        house.close()


def _find(house: "House", slug: str) -> OrganisationId:
    from field_visits.identity.queries import find_organisation

    with house.database.transaction(None) as session:
        found = find_organisation(session, slug)
    if found is None:
        raise click.ClickException(f"There is no organisation {slug!r}.")
    return found


def _own_keys(process: "Process", house: "House", organisation: OrganisationId) -> "Sequence[VerifierKey]":
    """The public halves of this installation's log keys; without its secrets, what the database names."""
    from api.server.log_keys import log_verifiers
    from field_visits.evidence.epochs import epochs_of
    from field_visits.evidence.log import log_keys

    with house.database.transaction(organisation) as session:
        origins = epochs_of(session, organisation).origins
    mine = [key for origin in origins for key in log_verifiers(process.secrets, origin)]
    if mine:
        return mine
    click.echo(
        "The log's keys are taken from the database itself: pass those you keep elsewhere with --key.",
        err=True,
    )
    with house.database.transaction(organisation) as session:
        return [one.key for one in log_keys(session, organisation)]


def _parsed(given: Sequence[str]) -> "list[VerifierKey]":
    from field_visits.evidence.notes import NoteError, parse_vkey

    try:
        return [parse_vkey(one) for one in given]
    except NoteError as error:
        raise click.ClickException(f"--key: {error}") from error


@contextmanager
def _progress(what: str) -> "Iterator[Callable[[int], None] | None]":
    """Counts on a terminal; a file gets only what was found."""
    if not sys.stderr.isatty():
        yield None
        return
    yield lambda done: click.echo(f"\r{what} {done:,}", nl=False, err=True)
    click.echo(err=True)
