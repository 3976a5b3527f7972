"""Terms, parties and a signature that the tests of this package start from."""

import math
from datetime import UTC, date, datetime
from typing import Any

from field_visits.agreements.document import Parties, Signing, SigningMethod
from field_visits.agreements.strokes import Strokes, strokes_from_json
from field_visits.agreements.terms import (
    Affordability,
    Cycle,
    Debt,
    Method,
    Terms,
    affordability,
    propose,
    terms_hash,
)
from field_visits.kernel.money import Money

PARTIES = Parties("欧阳䶮", "310***********1234")
ISSUED_AT = datetime(2026, 11, 24, 7, 40, tzinfo=UTC)
AGREEMENT_ID = "019aa5d2-7c00-7a10-8000-00000000a001"


def debt(
    principal: int = 1_000_000, interest: int = 180_000, fees: int = 54_567, currency: str = "CNY"
) -> Debt:
    return Debt(Money(principal, currency), Money(interest, currency), Money(fees, currency))


def means(**changes: Any) -> Affordability:
    figures: dict[str, Any] = {"income_minor": 800_000, "essential_minor": 740_000, "currency": "CNY"}
    return affordability(**(figures | changes))


def plan(**changes: Any) -> Terms:
    settings: dict[str, Any] = {
        "reference": "SH-2026-000123",
        "creditor": "上海示范银行股份有限公司",
        "agreed_from": date(2026, 11, 24),
        "first_due_on": date(2026, 12, 15),
        "cycle": Cycle.MONTHLY,
        "max_months": 60,
        "is_willing": True,
        "method": Method.BANK_TRANSFER,
        "pay_to": "上海示范银行股份有限公司，还款专户尾号 6688",
    }
    settings |= changes
    owed = settings.pop("debt", debt())
    return propose(owed, settings.pop("means", means()), **settings)


def drawn(points: int = 60) -> dict[str, Any]:
    """Two strokes of a hand: a wave across the canvas and a bow under it."""
    wave = [
        {
            "x": 40 + 4.5 * i,
            "y": round(90 + 35 * math.sin(i / 4) * math.cos(i / 17), 3),
            "t_ms": 12 * i,
            "pressure": 0.5,
        }
        for i in range(points)
    ]
    bow = [
        {
            "x": 60 + 5 * i,
            "y": round(140 - 18 * math.sin(i / 40 * math.pi), 3),
            "t_ms": 900 + 10 * i,
            "pressure": 0.4,
        }
        for i in range(41)
    ]
    return {"width": 360, "height": 180, "strokes": [wave, bow]}


def strokes() -> Strokes:
    return strokes_from_json(drawn())


def signed(terms: Terms, **changes: Any) -> Signing:
    facts: dict[str, Any] = {
        "method": SigningMethod.COLLECTOR_PHONE,
        "strokes": strokes(),
        "terms_hash": terms_hash(terms),
        "language": terms.languages[0],
        "not_before": datetime(2026, 11, 24, 7, 10, 5, tzinfo=UTC),
        "not_after": datetime(2026, 11, 24, 7, 39, 12, tzinfo=UTC),
        "claimed_at": datetime(2026, 11, 24, 7, 32, 10, tzinfo=UTC),
        "zone": "Asia/Shanghai",
        "witness": "王敏（工号 0042）",
    }
    return Signing(**(facts | changes))
