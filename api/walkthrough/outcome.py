"""What came of a walkthrough, as figures: tests hold on to these, people read the printed steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it was told, and the seconds it took."""

    title: str
    lines: tuple[str, ...]
    seconds: float


@dataclass(slots=True)
class WalkthroughResult:
    """Every figure of the story."""

    organisation: str = ""
    packs: list[str] = field(default_factory=list)
    rows: int = 0
    imported: int = 0
    offered: int = 0
    not_offered: list[str] = field(default_factory=list)
    refusal_rule: str = ""
    refusal_source: str = ""
    next_lawful_at: str = ""
    booked: int = 0
    noticed: int = 0
    planned: int = 0
    dropped: dict[str, str] = field(default_factory=dict)
    visit_id: str = ""
    case_id: str = ""
    case_reference: str = ""
    placement: str = ""
    photo_sha256: str = ""
    photo_state: str = ""
    agreement_id: str = ""
    agreement_state: str = ""
    instalments: int = 0
    is_contact_stopped: bool = False
    visit_state_seen_by_dispatcher: str = ""
    timeline_entries: int = 0
    bundle_bytes: int = 0
    is_bundle_whole: bool = False
    whole_verdict: str = ""
    flipped_part: str = ""
    is_flip_found: bool = False
    flip_verdict: str = ""
    steps: list[Step] = field(default_factory=list)


class Telling:
    """Tells each step while it happens, with its figures and how long it took."""

    def __init__(self, result: WalkthroughResult, say: Callable[[str], object]) -> None:
        self.result = result
        self._say = say
        self._lines: list[str] = []

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """What is told inside belongs to this step."""
        self._lines = []
        self._say(f"{len(self.result.steps) + 1:2}. {title}")
        begun = perf_counter()
        yield
        seconds = perf_counter() - begun
        self.result.steps.append(Step(title, tuple(self._lines), seconds))
        self._say(f"      ({seconds:.2f} s)")

    def tell(self, line: str) -> None:
        """One more line of the step under way."""
        self._lines.append(line)
        self._say(f"    {line}")
