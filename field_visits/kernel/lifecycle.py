"""Lifecycles as data: which verb leads from which state to which, and what it is called in evidence.

Two kinds of verb (design §3). *Intent* verbs ask for leave and may be refused. *Witness* verbs tell what
already happened at a door: they apply from every state and move a subject only forward.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class VerbKind(Enum):
    INTENT = "intent"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class Transition:
    """One line of a lifecycle.

    `sources` empty means birth: the subject did not exist before. `target` None means that the state
    stays. `code` names the entry, past tense; a refused intent is recorded under `refused`.
    """

    verb: str
    sources: tuple[str, ...]
    target: str | None
    code: StrEnum
    refused: StrEnum | None = None
    kind: VerbKind = VerbKind.INTENT

    @property
    def is_birth(self) -> bool:
        return not self.sources


@dataclass(frozen=True, slots=True)
class Step:
    """A verb resolved from a state: the state that results, and whether the lifecycle foresaw it."""

    transition: Transition
    source: str | None
    target: str
    in_order: bool


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The verbs of one subject. Building it fails if a state is unreachable or a code is used twice.

    `forward` orders the states for witness verbs: at or past its target the state stays.
    """

    subject: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    forward: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        self._check_names()
        self._check_reachable()

    def _check_names(self) -> None:
        known = set(self.states)
        for transition in self.transitions:
            named = {*transition.sources, *([transition.target] if transition.target else [])}
            if named - known:
                raise ValueError(
                    f"{self.subject}:{transition.verb} names unknown states {sorted(named - known)}."
                )
            if transition.is_birth and transition.target is None:
                raise ValueError(f"{self.subject}:{transition.verb} gives birth to no state.")
            if transition.kind is VerbKind.INTENT and transition.refused is None:
                raise ValueError(f"{self.subject}:{transition.verb} may be refused and needs a code for it.")
            if transition.kind is VerbKind.WITNESS and transition.target not in (None, *self.forward):
                raise ValueError(f"{self.subject}:{transition.verb} has no place in the forward order.")
        codes = [transition.code for transition in self.transitions]
        if len(set(codes)) != len(codes):
            raise ValueError(f"Two verbs of {self.subject} share an evidence code.")
        keys = [(t.verb, source) for t in self.transitions for source in (t.sources or (None,))]
        if len(set(keys)) != len(keys):
            raise ValueError(f"A verb of {self.subject} leads two ways from one state.")

    def _check_reachable(self) -> None:
        reached = {t.target for t in self.transitions if t.is_birth}
        grown = True
        while grown:
            step = {
                t.target
                for t in self.transitions
                if t.target and (reached & set(t.sources) or t.kind is VerbKind.WITNESS)
            }
            grown = not step <= reached
            reached |= step
        if set(self.states) - reached:
            raise ValueError(f"No verb of {self.subject} leads to {sorted(set(self.states) - reached)}.")

    @property
    def verbs(self) -> frozenset[str]:
        return frozenset(transition.verb for transition in self.transitions)

    @property
    def permissions(self) -> frozenset[str]:
        """`subject:verb` for every verb, as the permission table spells them."""
        return frozenset(f"{self.subject}:{verb}" for verb in self.verbs)

    def of(self, verb: str) -> Transition:
        """Any transition of `verb`: for its kind and codes, which a verb's transitions share in kind."""
        for transition in self.transitions:
            if transition.verb == verb:
                return transition
        raise KeyError(f"{self.subject} has no verb {verb!r}.")

    def resolve(self, verb: str, state: str | None) -> Step | None:
        """The step that `verb` takes from `state`, or None where an intent is illegal.

        A witness verb always resolves; `in_order` says whether the lifecycle foresaw it from here.
        """
        fallback = self.of(verb)
        for transition in self.transitions:
            if transition.verb != verb:
                continue
            if state is None and transition.is_birth:
                return Step(transition, None, transition.target or "", in_order=True)
            if state is not None and state in transition.sources:
                return Step(transition, state, transition.target or state, in_order=True)
        if fallback.kind is VerbKind.INTENT or state is None:
            return None
        target = fallback.target or state
        ahead = state not in self.forward or self.forward.index(target) > self.forward.index(state)
        return Step(fallback, state, target if ahead else state, in_order=False)


def codes_of(lifecycles: Iterable[Lifecycle]) -> list[StrEnum]:
    """Every evidence code that the lifecycles use, refusals included, with repetitions across verbs."""
    codes: list[StrEnum] = []
    for lifecycle in lifecycles:
        for transition in lifecycle.transitions:
            codes.append(transition.code)
            if transition.refused is not None:
                codes.append(transition.refused)
    return codes
