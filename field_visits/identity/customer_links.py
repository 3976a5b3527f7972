"""Links to the page of a customer who is visited: who made them, who holds them, what they open.

The token of a link is derived from its id and the pepper, so that a message can hold a blank in its place until
it is sent, and nothing that is kept opens anything.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from field_visits.identity.models import CustomerLink
from field_visits.identity.permissions import LINK_MAY
from field_visits.identity.throttling import ThrottledError
from field_visits.identity.tokens import Token, TokenKeys
from field_visits.kernel.actor import Actor, ActorKind
from field_visits.kernel.errors import NotFoundError
from field_visits.kernel.ids import AppointmentId, CaseId, CustomerId, CustomerLinkId, OrganisationId
from field_visits.unit_of_work import UnitOfWork

# After the visit a customer still wants the copy, the proof of what was said, or to complain.
LIFE_AFTER: Final = timedelta(days=30)
PROOF_LIFE: Final = timedelta(minutes=30)
CODE_LIFE: Final = timedelta(minutes=10)
# In each hour: wrong codes of any kind, and codes sent. Four more per million guesses: RFC 4226 §7.3.
MAX_FAILURES: Final = 5
MAX_SENDINGS: Final = 3
_COUNTED: Final = timedelta(hours=1)
_BLANK: Final = re.compile(r"\{(page|code) ([0-9a-f]{32})(?: ([0-9]{1,9}))?\}")
# What stands for a secret wherever a message is shown instead of sent.
HIDDEN: Final = "…"


class LinkPurpose(StrEnum):
    """What a link is for, and nothing else."""

    VISIT = "visit"
    PROVED = "proved"  # whoever proved who they are: what was signed


@dataclass(frozen=True, slots=True)
class CustomerPages:
    """Makes links, and fills the blanks that stand for them."""

    keys: TokenKeys
    public_url: str

    def issue(
        self,
        uow: UnitOfWork,
        purpose: LinkPurpose,
        *,
        case_id: CaseId,
        customer_id: CustomerId,
        appointment_id: AppointmentId,
        expires_at: datetime,
    ) -> CustomerLink:
        """A link that opens until `expires_at`."""
        link_id = CustomerLinkId(uow.new_id())
        link = CustomerLink(
            id=link_id,
            org_id=uow.actor.organisation,
            hash=self.keys.hash(self.keys.links(uow.actor.organisation, link_id)[0]),
            purpose=purpose.value,
            case_id=case_id,
            customer_id=customer_id,
            appointment_id=appointment_id,
            expires_at=expires_at,
            revoked_at=None,
            opened_at=None,
            code_number=0,
            code_expires_at=None,
            counted_since=uow.now,
            failures=0,
            sendings=0,
        )
        uow.session.add(link)
        uow.session.flush()
        return link

    def token_of(self, link: CustomerLink) -> Token:
        """The token of a link that was made under the newest pepper."""
        return self.keys.links(link.org_id, link.id)[0]

    def fill(self, organisation: OrganisationId, text: str) -> str:
        """`text` as it is sent: links and codes stand where their blanks did."""

        def told(blank: re.Match[str]) -> str:
            link = UUID(blank[2])
            if blank[1] == "code":
                return self.keys.page_codes(link, int(blank[3] or 0))[0]
            return f"{self.public_url}/d/{self.keys.links(organisation, link)[0].text}"

        return _BLANK.sub(told, text)


def page_blank(link: CustomerLink) -> str:
    """What stands in a message for the address of the page."""
    return f"{{page {link.id.hex}}}"


def code_blank(link: CustomerLink) -> str:
    """What stands in a message for the newest one-time code."""
    return f"{{code {link.id.hex} {link.code_number}}}"


def hide_blanks(text: str) -> str:
    """`text` as it is shown to whoever may not have what it opens."""
    return _BLANK.sub(HIDDEN, text)


def find_holder(session: Session, hashes: list[bytes], now: datetime) -> Actor | None:
    """The customer who holds the link with one of these hashes; None if it opens nothing at `now`."""
    link = session.scalars(
        select(CustomerLink).where(
            CustomerLink.hash.in_(hashes), CustomerLink.expires_at > now, CustomerLink.revoked_at.is_(None)
        )
    ).one_or_none()
    if link is None:
        return None
    return Actor(ActorKind.CUSTOMER, link.org_id, scopes=LINK_MAY[link.purpose], link=link.id)


def own_link(uow: UnitOfWork) -> CustomerLink:
    """The link that the actor holds, locked.

    Raises:
        NotFoundError: the actor is no customer.
    """
    link = None
    if uow.actor.link is not None:
        link = uow.session.get(CustomerLink, uow.actor.link, with_for_update=True)
    if link is None:
        raise NotFoundError("There is no such page.")
    return link


def count_failure(uow: UnitOfWork, link: CustomerLink) -> None:
    """A wrong code was given."""
    _count_from(uow, link)
    link.failures += 1
    uow.session.flush()


def require_tries(uow: UnitOfWork, link: CustomerLink) -> None:
    """A code may be tried.

    Raises:
        ThrottledError: too many were wrong within the hour.
    """
    _count_from(uow, link)
    if link.failures >= MAX_FAILURES:
        raise ThrottledError(_wait_s(uow, link))


def next_code(uow: UnitOfWork, link: CustomerLink) -> None:
    """A fresh one-time code is good for ten minutes, and no older one is.

    Raises:
        ThrottledError: three were sent within the hour.
    """
    _count_from(uow, link)
    if link.sendings >= MAX_SENDINGS:
        raise ThrottledError(_wait_s(uow, link))
    link.sendings += 1
    link.code_number += 1
    link.code_expires_at = uow.now + CODE_LIFE
    uow.session.flush()


def is_newest_code(uow: UnitOfWork, link: CustomerLink, keys: TokenKeys, code: str) -> bool:
    """Whether `code` is the newest one sent, and still good; then it is spent."""
    if link.code_expires_at is None or link.code_expires_at <= uow.now:
        return False
    if code not in keys.page_codes(link.id, link.code_number):
        return False
    link.code_expires_at = None
    uow.session.flush()
    return True


def revoke_links(uow: UnitOfWork, appointment_id: AppointmentId, *, but: CustomerLinkId) -> None:
    """Older links of the appointment open nothing: a newer notice was sent."""
    uow.session.execute(
        update(CustomerLink)
        .where(
            CustomerLink.org_id == uow.actor.organisation,
            CustomerLink.appointment_id == appointment_id,
            CustomerLink.id != but,
            CustomerLink.revoked_at.is_(None),
        )
        .values(revoked_at=uow.now)
    )


def forget_links(uow: UnitOfWork) -> int:
    """Links that ran out are gone; returns how many."""
    gone = uow.session.execute(
        delete(CustomerLink)
        .where(CustomerLink.org_id == uow.actor.organisation, CustomerLink.expires_at <= uow.now)
        .returning(CustomerLink.id)
    )
    return len(gone.all())


def _count_from(uow: UnitOfWork, link: CustomerLink) -> None:
    if uow.now - link.counted_since >= _COUNTED:
        link.counted_since, link.failures, link.sendings = uow.now, 0, 0


def _wait_s(uow: UnitOfWork, link: CustomerLink) -> int:
    return max(1, int((link.counted_since + _COUNTED - uow.now).total_seconds()))
