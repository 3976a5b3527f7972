"""What is due of itself in identity: totals to tell, and keys that open nothing any more to forget."""

from datetime import timedelta

from sqlalchemy import delete

from field_visits.identity import one_time, repeats, throttling
from field_visits.identity.customer_links import forget_links
from field_visits.identity.models import AccessToken
from field_visits.unit_of_work import Work

# How long a repeated request still gets its first answer.
ANSWERS_KEPT = timedelta(days=3)


def tell_failed_sign_ins(work: Work) -> int:
    """The totals of past minutes stand in the log; returns how many."""
    with work() as uow:
        return throttling.tell_failures(uow)


def forget_first_answers(work: Work) -> int:
    """First answers older than `ANSWERS_KEPT` are gone; returns how many."""
    with work() as uow:
        return repeats.forget(uow, before=uow.now - ANSWERS_KEPT)


def forget_tokens(work: Work) -> int:
    """Access tokens, one-time codes and customers' links that ran out are gone; returns how many."""
    with work() as uow:
        gone = uow.session.execute(
            delete(AccessToken)
            .where(AccessToken.org_id == uow.actor.organisation, AccessToken.expires_at <= uow.now)
            .returning(AccessToken.hash)
        )
        return len(gone.all()) + one_time.forget(uow) + forget_links(uow)
