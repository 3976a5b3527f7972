"""What one process has: its database, clock, keys, stores and packs. Composed once, handed to `create_app`."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

from flask import Flask, current_app

from api.settings import DEFAULT_PUBLIC_URL, Settings
from field_visits.cases.judging import Rules
from field_visits.compliance.packs import Pack
from field_visits.dossier.keys import ExportKeys
from field_visits.dossier.limitation import limitation_of
from field_visits.evidence.notes import VerifierKey
from field_visits.identity.customer_links import CustomerPages
from field_visits.identity.passwords import PasswordCost, PasswordHasher
from field_visits.identity.sealing import SealKeys
from field_visits.identity.sign_in import Door
from field_visits.identity.tokens import TokenKeys
from field_visits.kernel.actor import Actor
from field_visits.kernel.clock import Clock
from field_visits.kernel.db import Database
from field_visits.kernel.ids import OrganisationId
from field_visits.unit_of_work import Authenticate, UnitOfWork, Wake, unit_of_work, unit_of_work_by
from media.store import ObjectStore
from routing.distance import Travel

_EXTENSION = "doorstep"


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one purpose each, derived from the token pepper. The first writes, all of them read."""

    tokens: TokenKeys
    cursors: tuple[bytes, ...]
    seals: SealKeys
    fingerprints: tuple[bytes, ...]

    @classmethod
    def derive(cls, pepper: Sequence[bytes]) -> Self:
        """Derive from a keyring, newest first; knowing a derived key tells nothing about the pepper."""
        if not pepper:
            raise ValueError("The token pepper has no key.")

        def derived(purpose: bytes) -> tuple[bytes, ...]:
            return tuple(hmac.digest(key, b"doorstep " + purpose, hashlib.sha256) for key in pepper)

        return cls(
            tokens=TokenKeys(derived(b"tokens")),
            cursors=derived(b"cursors"),
            seals=SealKeys(derived(b"seals")),
            fingerprints=derived(b"fingerprints"),
        )


def _no_wake(jobs: frozenset[Wake]) -> None:
    """Without a job consumer the sweeps find the work by themselves, a little later."""
    del jobs


def _nothing() -> None:
    """Where nothing but the database is open."""


def _no_export_keys(organisation: OrganisationId) -> Sequence[VerifierKey]:
    """Where no bundles are sealed."""
    del organisation
    return ()


@dataclass(frozen=True)
class House:
    """The parts of one process.

    Args:
        database: The application's login.
        clock: The only source of time.
        keys: Derived secrets.
        objects: Where files lie.
        packs: Every released rule pack.
        wake: Called after each commit with the jobs that may have work.
        hang_up: Closes what `wake` goes through.
        settings: What the environment said.
        export_keys: Public halves of the keys that seal an organisation's bundles.
        roads: The road engine; None where plans are made on straight lines.
        password_cost: What one password costs; tests choose a cheap one.
    """

    database: Database
    clock: Clock
    keys: Keys
    objects: ObjectStore
    packs: tuple[Pack, ...] = ()
    wake: Callable[[frozenset[Wake]], None] = _no_wake
    hang_up: Callable[[], object] = _nothing
    settings: Settings = field(default_factory=lambda: Settings(Path("data").absolute(), DEFAULT_PUBLIC_URL))
    export_keys: ExportKeys = _no_export_keys
    roads: Travel | None = None
    password_cost: PasswordCost = field(default_factory=PasswordCost)
    passwords: PasswordHasher = field(init=False)
    rules: Rules = field(init=False)
    door: Door = field(init=False)
    pages: CustomerPages = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", Rules(self.packs or None, limitation_of))
        object.__setattr__(self, "passwords", PasswordHasher(self.password_cost))
        door = Door(self.database, self.clock, self.passwords, self.keys.tokens, self.keys.seals)
        object.__setattr__(self, "door", door)
        object.__setattr__(self, "pages", CustomerPages(self.keys.tokens, self.settings.public_url))

    def close(self) -> None:
        """Its connections are closed: the end of a command."""
        self.hang_up()
        self.database.close()

    def work(self, actor: Actor) -> AbstractContextManager[UnitOfWork]:
        """A unit of work in `actor`'s name; it commits at the end of the block."""
        return unit_of_work(self.database, self.clock, actor, wake=self.wake)

    def work_by(
        self, organisation: OrganisationId, authenticate: Authenticate
    ) -> AbstractContextManager[UnitOfWork]:
        """A unit of work whose actor is found out inside its own transaction."""
        return unit_of_work_by(self.database, self.clock, organisation, authenticate, wake=self.wake)

    def live_in(self, app: Flask) -> None:
        """Make this the house that `current_house` finds in requests of `app`."""
        app.extensions[_EXTENSION] = self


def current_house() -> House:
    """The house of the request that is being served."""
    return cast("House", current_app.extensions[_EXTENSION])
