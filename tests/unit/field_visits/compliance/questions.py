"""Questions to the rules, written shortly. Times are local wall clock at the address unless they end in Z."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from field_visits.compliance.facts import Action, Channel, Facts, NoticeFact, Window
from field_visits.compliance.packs import RuleBook, effective, load_packs
from field_visits.compliance.settings import RuleSetting, RuleSettings

SHANGHAI = "Asia/Shanghai"
URUMQI = "Asia/Urumqi"
NEW_YORK = "America/New_York"

DAY = date(2026, 11, 24)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """`2026-11-24 09:30` in `zone`, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def window(start: datetime, minutes: int = 30) -> Window:
    return Window(start, start + timedelta(minutes=minutes))


def noticed(start: datetime) -> NoticeFact:
    return NoticeFact(sent_at=start - timedelta(days=3))


def visit(start: datetime, minutes: int = 30, **changes: Any) -> Facts:
    """A departure to a visit that nothing forbids but, perhaps, its time."""
    facts: dict[str, Any] = {
        "action": Action.DEPART,
        "channel": Channel.VISIT,
        "zones": (SHANGHAI,),
        "window": window(start, minutes),
        "notice": noticed(start),
        "crew_size": 2,
    }
    return Facts(**(facts | changes))


def book(*packs: str, rules: tuple[RuleSetting, ...] = (), on: date = DAY) -> RuleBook:
    return effective(load_packs(), on, RuleSettings(packs or ("cn",), rules))
