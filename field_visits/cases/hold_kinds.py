"""What each kind of contact hold means: whom it protects, when it ends or is looked at again, who lifts it.

Terms are house defaults of the product, longer ones may be given; law's own figures are cited.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from field_visits.compliance.facts import HoldKind
from field_visits.kernel.actor import Actor, ActorKind, Role

# `lifted_by_role` of a hold that only the agreement's own life lifts.
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class HoldRule:
    """The house's rule for one kind.

    Attributes:
        lifted_by: The role that may lift it, or `system`.
        is_personal: It protects the person, so it binds in every case of the customer; else only its debt.
        review_after: When a person looks at it again, where no expiry is given.
        expires_after: When it ends by itself, where no expiry is given.
    """

    lifted_by: str
    is_personal: bool
    review_after: timedelta | None = None
    expires_after: timedelta | None = None


HOLD_RULES: Mapping[HoldKind, HoldRule] = {
    # 信用卡办法 art. 69, US-VAL-2: the debt is verified before anybody goes on.
    HoldKind.DISPUTE: HoldRule(Role.LEGAL.value, is_personal=False, review_after=timedelta(days=15)),
    # 银行卡规定 art. 4-5.
    HoldKind.FRAUD: HoldRule(Role.LEGAL.value, is_personal=False, review_after=timedelta(days=15)),
    HoldKind.HARDSHIP: HoldRule(Role.SUPERVISOR.value, is_personal=True, expires_after=timedelta(days=90)),
    HoldKind.VULNERABLE: HoldRule(Role.SUPERVISOR.value, is_personal=True, review_after=timedelta(days=30)),
    HoldKind.MINOR: HoldRule(Role.LEGAL.value, is_personal=True, review_after=timedelta(days=180)),
    # US-CEASE-1.
    HoldKind.CEASE: HoldRule(Role.LEGAL.value, is_personal=True, review_after=timedelta(days=180)),
    # US-ATTY-1.
    HoldKind.REPRESENTED: HoldRule(Role.LEGAL.value, is_personal=True, review_after=timedelta(days=90)),
    HoldKind.DECEASED: HoldRule(Role.LEGAL.value, is_personal=True, review_after=timedelta(days=180)),
    # UK-HOLD-1: 60 days.
    HoldKind.BREATHING_SPACE: HoldRule(Role.LEGAL.value, is_personal=True, expires_after=timedelta(days=60)),
    # CN-PLAN-4: until the plan is broken or completed; looked at when it should have ended.
    HoldKind.PLAN_RUNNING: HoldRule(SYSTEM, is_personal=False, review_after=timedelta(days=365)),
}

PERSONAL_KINDS = frozenset(kind for kind, rule in HOLD_RULES.items() if rule.is_personal)


def may_lift(actor: Actor, lifted_by: str) -> bool:
    """Whether `actor` may lift a hold that `lifted_by` may lift. The system may lift what ends."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    return lifted_by != SYSTEM and Role(lifted_by) in actor.roles
