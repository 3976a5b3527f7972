"""Which sweeps there are, and doing one kind of them for every organisation.

A sweep finds its work from rows, does it in units of work of its own, and may be run at any time, by any
number of processes. One that fails is written down and does not keep the next from running.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from field_visits.agreements.service.certificates import SealKey
from field_visits.agreements.service.sealing import seal_signed
from field_visits.agreements.service.watching import meet_instalments
from field_visits.appointments.sweeps import expire_past, remind_of_visits, suspend_held, tell_who_comes
from field_visits.attachments.sweeps import settle_expected, verify_received
from field_visits.cases.importing.running import carry_out_waiting
from field_visits.cases.importing.staging import forget_old
from field_visits.cases.judging import Rules
from field_visits.cases.places.searching import forget_old as forget_old_places
from field_visits.cases.places.searching import search_waiting
from field_visits.cases.service.holds import expire_holds
from field_visits.cases.service.promises import judge_promises
from field_visits.complaints.sweeps import alarm_complaints
from field_visits.dossier.building import build_requested
from field_visits.dossier.clock_alarms import alarm_limitation
from field_visits.dossier.keys import ExportSigner
from field_visits.identity.customer_links import CustomerPages
from field_visits.identity.portraits import erase_withdrawn
from field_visits.identity.queries import list_organisation_ids
from field_visits.identity.sweeps import forget_first_answers, forget_tokens, tell_failed_sign_ins
from field_visits.kernel.actor import Actor, system_actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.messages.service import Gateway, send_queued
from field_visits.planning.running import carry_out_waiting as plan_waiting
from field_visits.planning.running import forget_old as forget_old_plans
from field_visits.sync.sweeps import alarm_silent
from field_visits.unit_of_work import UnitOfWork, Wake, Work, unit_of_work
from media.store import ObjectStore
from routing.distance import Travel
from routing.places.finding import Finder

# The sequencer is at most a second behind while it is well.
LOG_PATIENCE_S = 5.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What sweeps work with."""

    database: Database
    clock: Clock
    objects: ObjectStore
    gateway: Gateway
    pages: CustomerPages
    seal_keys: Sequence[SealKey]
    export_signer: ExportSigner
    rules: Rules = field(default_factory=Rules)
    finder: Finder | None = None
    roads: Travel | None = None
    wake: Callable[[frozenset[Wake]], None] | None = None

    def work_as(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """A unit of work in the name of whoever asked for what a sweep carries out."""
        return unit_of_work(self.database, self.clock, actor, wake=self.wake)


Sweep = Callable[[Work, Tools], int]


def _expire_holds(work: Work, tools: Tools) -> int:
    del tools
    with work() as uow:
        return expire_holds(uow)


def _judge_promises(work: Work, tools: Tools) -> int:
    del tools
    with work() as uow:
        return judge_promises(uow)


def _forget_imports(work: Work, tools: Tools) -> int:
    del tools
    with work() as uow:
        return forget_old(uow)


def _forget_plans(work: Work, tools: Tools) -> int:
    del tools
    with work() as uow:
        return forget_old_plans(uow)


def _forget_places(work: Work, tools: Tools) -> int:
    del tools
    with work() as uow:
        return forget_old_places(uow)


# Kind of wake-up -> its sweeps by name, in the order in which they help each other.
SWEEPS: Mapping[Wake, Mapping[str, Sweep]] = {
    Wake.MESSAGES: {
        "send messages": lambda work, tools: send_queued(work, tools.gateway, tools.pages.fill),
    },
    Wake.ATTACHMENTS: {
        "verify files": lambda work, tools: verify_received(work, tools.objects),
        "settle expected files": lambda work, tools: settle_expected(work, tools.objects),
        "take out withdrawn portraits": lambda work, tools: erase_withdrawn(work, tools.objects),
    },
    Wake.AGREEMENTS: {
        "seal what was signed": lambda work, tools: seal_signed(work, tools.objects, tools.seal_keys),
        "meet instalments": lambda work, _: meet_instalments(work).total,
    },
    Wake.EXPORTS: {
        "build bundles": lambda work, tools: build_requested(
            work, tools.objects, tools.export_signer, patience_s=LOG_PATIENCE_S
        )
    },
    Wake.IMPORTS: {
        "take in files": lambda work, tools: carry_out_waiting(work, tools.work_as),
    },
    Wake.PLANS: {
        "plan days": lambda work, tools: plan_waiting(work, tools.work_as, tools.rules, tools.roads),
    },
    Wake.PLACES: {
        "look up doors": lambda work, tools: search_waiting(work, tools.finder),
    },
    Wake.CALENDAR: {
        "alarm silent collectors": lambda work, _: alarm_silent(work),
        "expire holds": _expire_holds,
        "judge promises": _judge_promises,
        "alarm complaints": lambda work, _: alarm_complaints(work),
        "alarm limitation": lambda work, _: alarm_limitation(work),
        "suspend what a hold forbids": lambda work, _: suspend_held(work),
        "expire what has passed": lambda work, _: expire_past(work),
        "tell failed sign-ins": lambda work, _: tell_failed_sign_ins(work),
        "forget first answers": lambda work, _: forget_first_answers(work),
        "forget imports": _forget_imports,
        "forget plans": _forget_plans,
        "forget places": _forget_places,
        "tell who comes": lambda work, tools: tell_who_comes(work, tools.rules),
        "remind of visits": lambda work, tools: remind_of_visits(work, tools.rules),
        "forget tokens": lambda work, _: forget_tokens(work),
    },
}


def sweep_everywhere(tools: Tools, wake: Wake) -> int:
    """Every sweep of one kind ran once for every organisation; returns how many things were done."""
    return sum(sweep(tools, wake, organisation) for organisation in list_organisation_ids(tools.database))


def sweep(tools: Tools, wake: Wake, organisation: OrganisationId) -> int:
    """Every sweep of one kind ran once for one organisation; returns how many things were done."""
    done = 0
    for name, run in SWEEPS.get(wake, {}).items():
        try:
            done += run(partial(_work, tools, organisation, name), tools)
        except Exception:  # noqa: BLE001 - logged whole; one poisoned row must not stop the others
            _LOG.exception("The sweep «%s» failed; the next one tries again.", name)
    return done


def _work(tools: Tools, organisation: OrganisationId, name: str) -> AbstractContextManager[UnitOfWork]:
    return unit_of_work(tools.database, tools.clock, system_actor(organisation, name), wake=tools.wake)
