"""Phones without signal: they hand in what happened, fetch what they must know, and send their files."""

from typing import Any

from flask.views import MethodView

from api.blueprints import Blueprint
from api.house import current_house
from api.paging import Page, Position, page_of, paged
from api.requests import reads, writes
from api.sync import schemas
from api.sync.commands import read_command
from api.work import current_scope, current_uow
from field_visits.identity.devices import LEASE, from_base64url, heard, needs_new_pin, require_phone_of
from field_visits.identity.models import Device
from field_visits.identity.queries import get_organisation
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import CommandId, UserId
from field_visits.sync.applying import Applying
from field_visits.sync.changes import changes_for
from field_visits.sync.models import Command
from field_visits.sync.queries import list_commands
from field_visits.sync.receiving import receive
from field_visits.sync.tickets import Tickets, tickets_for

blueprint = Blueprint("sync", __name__, description="Phones: commands up, changes down, tickets for files.")
MAX_BATCH_BYTES = 5 * 1024 * 1024


@blueprint.resource("/sync/commands")
class Commands(MethodView):
    @writes("command:receive", keyed=False, max_bytes=MAX_BATCH_BYTES)
    @blueprint.takes(schemas.BatchSchema)
    @blueprint.gives(200, schemas.CommandAnswersSchema)
    def post(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Hand in commands, in order. Each is kept and answered; none blocks the next.

        Needs no Idempotency-Key: the same command gets the same answer for ever. 409 `sequence-gap` says from
        which number on to send. 410: the phone was revoked.
        """
        house, device = current_house(), _device()
        sent = [
            read_command(from_base64url(one["told"]) or b"", from_base64url(one["signature"]))
            for one in batch["commands"]
        ]
        received = receive(
            current_uow(),
            Applying(house.rules, house.objects),
            device,
            sent,
            keys=house.keys.tokens,
        )
        return _heard(device) | {"answers": received.answers, "head": received.head}

    @reads("command:read")
    @blueprint.takes(schemas.CommandQuery, location="query")
    @blueprint.gives(200, page_of(schemas.CommandSchema))
    def get(self, query: dict[str, Any]) -> tuple[Page[Command], int, dict[str, str]]:
        """List what phones handed in, newest first; one's own phone's, for a collector."""

        def fetch(after: Position | None, limit: int) -> list[Command]:
            return list(
                list_commands(
                    current_uow(),
                    scope=current_scope(),
                    user_id=None if query["user_id"] is None else UserId(query["user_id"]),
                    outcomes=() if query["outcome"] is None else (query["outcome"].value,),
                    after=None if after is None else (after[0], CommandId(after[1])),
                    limit=limit,
                )
            )

        return paged(query, fetch, lambda command: (command.received_at, command.id))


@blueprint.resource("/sync/tickets")
class FileTickets(MethodView):
    @writes("command:upload", keyed=False)
    @blueprint.takes(schemas.TicketsQuerySchema)
    @blueprint.gives(200, schemas.TicketsSchema)
    def post(self, asked: dict[str, Any]) -> Tickets:
        """Ask for tickets of files that were announced, and what became of those that were sent."""
        return tickets_for(current_uow(), current_house().objects, _device(), asked["sha256"])


@blueprint.resource("/sync/changes")
class ChangesSince(MethodView):
    @reads("change:read")
    @blueprint.takes(schemas.ChangesQuery, location="query")
    @blueprint.gives(200, schemas.ChangesSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Fetch what is new for one's own phone: stops of today and the two days after, and what was taken away.

        The cursor follows the order of commits. `more` asks to go on at once.
        """
        house, uow, device = current_house(), current_uow(), _device()
        changes = changes_for(uow, house.rules, device, cursor=query["cursor"], keys=house.keys.tokens)
        organisation = get_organisation(uow)
        heard(uow, device)
        pay = None
        if organisation.pay_to is not None and organisation.pay_url is not None:
            pay = {"label": organisation.pay_to, "url": organisation.pay_url}
        return (
            schemas.delta(changes)
            | _heard(device)
            | {
                "timezone": organisation.timezone,
                "pay_to": pay,
                "pin_reset": needs_new_pin(uow.session, device),
            }
        )


def _device() -> Device:
    """The phone that speaks.

    Raises:
        NotFoundError: the request names none.
    """
    uow = current_uow()
    if uow.actor.device is None:
        raise NotFoundError(
            "Send Doorstep-Device with the id of your enrolled phone, or the phone's own token."
        )
    return require_phone_of(uow.session, uow.actor.device, uow.actor.user)


def _heard(device: Device) -> dict[str, Any]:
    now = current_uow().now
    nonce = current_house().keys.tokens.nonce(device.id, now)
    return {"nonce": nonce, "server_time": now, "lease_until": now + LEASE}
