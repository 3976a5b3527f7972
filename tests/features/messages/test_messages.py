"""Messages go out once their row says so, and alerts are dealt with by people."""

from sqlalchemy import select

from field_visits.kernel.ids import OrganisationId
from field_visits.messages.models import Alert, Message
from field_visits.messages.service import (
    DeliveryError,
    acknowledge_alert,
    close_alert,
    open_alert,
    queue_message,
    retry_message,
    send_queued,
)
from field_visits.messages.templates import LANGUAGES, TEMPLATES, render
from tests.world import World, applied, refused

BLANKS = {
    "organisation": "示例银行",
    "badge": "B-1",
    "date": "2026-11-26",
    "from": "10:00",
    "to": "12:00",
    "purpose": "送达文件",
    "number": "7",
    "page": "https://example.org/d/…",
    "code": "123456",
}


class Post:
    """A gateway that keeps what it carried, and can be told to fail."""

    def __init__(self, *, fails: bool = False) -> None:
        self.carried: list[tuple[str, str]] = []
        self.fails = fails

    def deliver(self, *, channel: str, recipient: str, text: str, reference: str) -> None:
        if self.fails:
            raise DeliveryError("webhook-answered", f"No route for {reference}.")
        assert channel == "sms"
        self.carried.append((recipient, text))


def as_it_stands(organisation: OrganisationId, text: str) -> str:
    """A text without blanks for links or codes."""
    del organisation
    return text


def queued(world: World) -> Message:
    case = world.case()
    with world.work(world.dispatcher) as uow:
        return queue_message(
            uow,
            case,
            template="appointment_notice",
            language="zh",
            channel="sms",
            recipient="13800000000",
            blanks=BLANKS,
        )


def state_of(world: World, message: Message) -> str:
    with world.work() as uow:
        return uow.session.get_one(Message, message.id).state


def test_queued_message_is_sent_once_by_the_sweep(world: World) -> None:
    message, post = queued(world), Post()

    assert send_queued(world.work, post, as_it_stands) == 1
    assert send_queued(world.work, post, as_it_stands) == 0

    assert state_of(world, message) == "sent"
    assert [recipient for recipient, _ in post.carried] == ["13800000000"]


def test_message_that_cannot_go_out_is_failed_with_its_reason(world: World) -> None:
    message = queued(world)

    assert send_queued(world.work, Post(fails=True), as_it_stands) == 0

    assert state_of(world, message) == "failed"
    with world.work() as uow:
        assert uow.session.scalars(select(Alert.kind)).one() == "message_failed"


def test_a_message_that_failed_is_sent_once_more_when_somebody_says_so(world: World) -> None:
    message, post = queued(world), Post()
    send_queued(world.work, Post(fails=True), as_it_stands)

    with world.work(world.dispatcher) as uow:
        applied(retry_message(uow, message.id))
    assert send_queued(world.work, post, as_it_stands) == 1
    assert state_of(world, message) == "sent"
    with world.work(world.dispatcher) as uow:
        refused(retry_message(uow, message.id))


def test_every_template_speaks_every_language_and_of_no_debt() -> None:
    for template in TEMPLATES:
        for language in LANGUAGES:
            text = render(template, language, BLANKS)
            assert "{" not in text
            assert not any(
                word in text.lower() for word in ("debt", "owe", "overdue", "欠", "债", "逾期", "催")
            )


def test_alert_is_acknowledged_then_closed_and_not_twice(world: World) -> None:
    case = world.case()
    with world.work() as uow:
        alert = open_alert(uow, case, kind="breach", detail={"rule": "CN-HOUR-1"})
    with world.work(world.dispatcher) as uow:
        applied(acknowledge_alert(uow, alert.id))
        applied(close_alert(uow, alert.id, note="called the team"))
    with world.work(world.dispatcher) as uow:
        refused(close_alert(uow, alert.id, note="again"))
        assert uow.session.scalars(select(Alert.state)).all() == ["closed"]


def test_why_it_failed_is_kept_as_a_code_until_it_is_tried_again(world: World) -> None:
    message = queued(world)
    send_queued(world.work, Post(fails=True), as_it_stands)

    with world.work(world.dispatcher) as uow:
        assert uow.session.get_one(Message, message.id).failure_code == "webhook-answered"
        applied(retry_message(uow, message.id))
        assert uow.session.get_one(Message, message.id).failure_code is None
