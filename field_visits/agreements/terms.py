"""What the customer can afford, and the lawful instalment plan that follows from it.

Here live the arithmetic, the terms as data, their canonical JSON with its hash, and their exact text in
Chinese and English. Wording of the six blocks is in `wording.py`; states, rows and authority to offer are
elsewhere in this package. `Decimal` appears in this module alone, with its rounding mode at each call.
"""

import hashlib
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal, localcontext
from enum import StrEnum
from typing import Final

import rfc8785

from field_visits.agreements import wording
from field_visits.agreements.wording import BLOCK_KINDS, Language
from field_visits.kernel.errors import Fault, InvalidError
from field_visits.kernel.money import MAX_MINOR, MINOR_DIGITS, Money, total

FORMAT: Final = "doorstep-terms-1"
BASIS_POINTS: Final = 10_000
# Weekly rows of a hundred years: beyond any pack, and small enough to compute at once.
MAX_COUNT: Final = 5_200
# A hundred years likewise.
MAX_MONTHS: Final = 1_200
# No term of MAX_MONTHS that begins by then meets the calendar's end.
LAST_YEAR: Final = 9_800
# 100 % a year; a dearer rate is a typing error or something that this system must not help with.
MAX_ANNUAL_RATE_BP: Final = BASIS_POINTS
MONTHS_A_YEAR: Final = 12
# Digits for rates and powers: a debt has 16, and rounding must not reach its last one.
_PRECISION: Final = 60


class Cycle(StrEnum):
    """How often an instalment falls due."""

    MONTHLY = "monthly"
    FORTNIGHTLY = "fortnightly"
    WEEKLY = "weekly"

    @property
    def per_year(self) -> int:
        return {Cycle.MONTHLY: 12, Cycle.FORTNIGHTLY: 26, Cycle.WEEKLY: 52}[self]


class Method(StrEnum):
    """How instalments are paid. Cash to a visitor and private accounts are not among them, on purpose."""

    BANK_TRANSFER = "bank_transfer"
    DIRECT_DEBIT = "direct_debit"
    CREDITOR_APP = "creditor_app"


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed when the plan is offered, in one currency."""

    principal: Money
    interest: Money
    fees: Money

    def __post_init__(self) -> None:
        for part in ("principal", "interest", "fees"):
            amount: Money = getattr(self, part)
            if amount.currency != self.principal.currency:
                raise _invalid(
                    f"/debt/{part}", f"is in {amount.currency}; use {self.currency} for every part."
                )
            if amount.amount_minor < 0:
                raise _invalid(f"/debt/{part}", "is negative; a part of a debt is zero or more.")
        if not 0 < self.total_minor <= MAX_MINOR:
            raise _invalid("/debt", "adds up to nothing, or to more than any debt kept here.")

    @property
    def currency(self) -> str:
        return self.principal.currency

    @property
    def total_minor(self) -> int:
        return self.principal.amount_minor + self.interest.amount_minor + self.fees.amount_minor

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Instalment:
    """One row: pay `amount` on `due_on`; `interest` is the part of it that the plan adds to the debt."""

    no: int
    due_on: date
    amount: Money
    interest: Money

    @property
    def repays_minor(self) -> int:
        """The part, in minor units, that brings the debt down."""
        return self.amount.amount_minor - self.interest.amount_minor


@dataclass(frozen=True, slots=True)
class Block:
    """One mandatory block of CN-PLAN-3 in one language, exactly as the customer reads it."""

    kind: str
    language: Language
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Affordability:
    """A month of the customer's own figures, in minor units, and what they leave for a plan.

    `kept_bp` is the share, in basis points, of what is left that stays with the customer: a plan that takes
    the last coin breaks at the first surprise.
    """

    currency: str
    income_minor: int
    essential_minor: int
    other_debts_minor: int
    kept_bp: int

    @property
    def disposable_minor(self) -> int:
        return max(0, self.income_minor - self.essential_minor - self.other_debts_minor)

    @property
    def monthly_minor(self) -> int:
        """What can be paid each month, rounded down in the customer's favour."""
        return self.disposable_minor * (BASIS_POINTS - self.kept_bp) // BASIS_POINTS

    def per_cycle_minor(self, cycle: Cycle) -> int:
        """What can be paid each cycle, rounded down in the customer's favour."""
        return self.monthly_minor * MONTHS_A_YEAR // cycle.per_year

    def as_json(self) -> dict[str, object]:
        return {
            "currency": self.currency,
            "income_minor": self.income_minor,
            "essential_minor": self.essential_minor,
            "other_debts_minor": self.other_debts_minor,
            "kept_bp": self.kept_bp,
            "monthly_minor": self.monthly_minor,
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """The whole of what is agreed, without a name: the parties stand in the document.

    Whoever holds a `Terms` knows: rows are numbered from 1, their dates rise, what they repay is the debt to
    the minor unit, and all six blocks of CN-PLAN-3 are there in each language.
    """

    reference: str
    creditor: str
    agreed_from: date
    debt: Debt
    cycle: Cycle
    method: Method
    pay_to: str
    annual_rate_bp: int
    fees_continue: bool
    instalments: tuple[Instalment, ...]
    languages: tuple[Language, ...]
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        _check_rows(self)
        _check_blocks(self)

    @property
    def currency(self) -> str:
        return self.debt.currency

    @property
    def interest_continues(self) -> bool:
        return self.annual_rate_bp > 0

    @property
    def total_interest(self) -> Money:
        return total((row.interest for row in self.instalments), currency=self.currency)

    @property
    def total_payable(self) -> Money:
        return total((row.amount for row in self.instalments), currency=self.currency)

    @property
    def first_due_on(self) -> date:
        return self.instalments[0].due_on

    @property
    def last_due_on(self) -> date:
        return self.instalments[-1].due_on

    def blocks_in(self, language: Language) -> tuple[Block, ...]:
        """The six blocks in `language`; InvalidError if the terms are not written in it."""
        if language not in self.languages:
            raise _invalid(
                "/language", f"is {language!r}; these terms are written in {', '.join(self.languages)}."
            )
        return tuple(block for block in self.blocks if block.language == language)


def affordability(
    *,
    income_minor: int,
    essential_minor: int,
    currency: str,
    other_debts_minor: int = 0,
    kept_bp: int = 2_000,
) -> Affordability:
    """What the customer can pay each month without going short (UK-PLAN-1, CN-PLAN-1).

    All figures are of one month: net income; what housing, food, health, schooling and care take; what other
    creditors are paid under plans that stand. `kept_bp` of the rest, in basis points, stays with the customer.

    Raises:
        InvalidError: A figure is negative, too large, or not a whole number of minor units.
    """
    faults = [
        Fault(f"/affordability/{name}", "must be a whole number of minor units, zero or more.")
        for name, value in (
            ("income_minor", income_minor),
            ("essential_minor", essential_minor),
            ("other_debts_minor", other_debts_minor),
        )
        if not _is_whole(value) or not 0 <= value <= MAX_MINOR
    ]
    if not _is_whole(kept_bp) or not 0 <= kept_bp < BASIS_POINTS:
        faults.append(Fault("/affordability/kept_bp", f"must be 0 to {BASIS_POINTS - 1} basis points."))
    if currency not in MINOR_DIGITS:
        faults.append(Fault("/affordability/currency", "is not a currency of a released pack."))
    if faults:
        raise InvalidError("The customer's figures cannot be right.", faults=faults)
    return Affordability(currency, income_minor, essential_minor, other_debts_minor, kept_bp)


def due_dates(first_due_on: date, count: int, cycle: Cycle) -> tuple[date, ...]:
    """`count` due dates from `first_due_on` on; months that lack its day use their last day.

    The 31st stays the 31st where there is one: each date is reckoned from the first, not from the one before.
    """
    if not _is_whole(count) or not 1 <= count <= MAX_COUNT:
        raise _invalid("/count", f"must be 1 to {MAX_COUNT} instalments.")
    try:
        return tuple(_step(first_due_on, no, cycle) for no in range(count))
    except (OverflowError, ValueError) as error:
        raise _invalid("/first_due_on", "leads beyond the last year a calendar has.") from error


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    # monthrange raises ValueError beyond year 9999, as date itself does.
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def instalments(
    debt: Money,
    count: int,
    first_due_on: date,
    cycle: Cycle,
    *,
    annual_rate_bp: int = 0,
) -> tuple[Instalment, ...]:
    """`count` nearly equal rows that repay `debt` to the minor unit.

    Without interest no two rows differ by more than one minor unit. With interest they form an annuity: each
    period's interest is taken on what is still owed, at the yearly rate divided by the periods of a year and
    rounded down; rows are equal and the last one, never larger, is what is left.

    Raises:
        InvalidError: The debt is not positive, the rate out of range, or a row would repay nothing.
    """
    if debt.amount_minor <= 0:
        raise _invalid("/debt", "must be more than zero to be paid in instalments.")
    if not _is_whole(annual_rate_bp) or not 0 <= annual_rate_bp <= MAX_ANNUAL_RATE_BP:
        raise _invalid("/annual_rate_bp", f"must be 0 to {MAX_ANNUAL_RATE_BP} basis points a year.")
    dates = due_dates(first_due_on, count, cycle)
    if count > debt.amount_minor:
        raise _invalid("/count", f"is {count}, more rows than the debt has minor units; choose fewer.")
    return tuple(
        Instalment(no, due_on, Money(amount, debt.currency), Money(interest, debt.currency))
        for no, (due_on, (amount, interest)) in enumerate(
            zip(dates, _amounts(debt.amount_minor, count, annual_rate_bp, cycle), strict=True), start=1
        )
    )


def propose(
    debt: Debt,
    means: Affordability,
    *,
    reference: str,
    creditor: str,
    agreed_from: date,
    first_due_on: date,
    cycle: Cycle,
    max_months: int,
    is_willing: bool,
    method: Method,
    pay_to: str,
    languages: Sequence[Language] = ("zh", "en"),
    count: int | None = None,
    annual_rate_bp: int = 0,
    fees_continue: bool = False,
    must_exceed_means: bool = False,
    promises_no_new_card: bool = True,
    grace_days: int = 10,
    other: Mapping[Language, Sequence[str]] | None = None,
) -> Terms:
    """The shortest lawful plan that the customer can afford, or the one of `count` rows if it is both.

    The term is counted from `agreed_from`, the day of the offer, and may last `max_months` (CN-PLAN-2: 60). The
    customer must have said that he wants a plan (`is_willing`, CN-PLAN-1); where the pack says so, the debt must
    also be more than one payment could clear (`must_exceed_means`). `promises_no_new_card` writes the fourth
    block of CN-PLAN-3, False where no such promise may be asked. A missed instalment is a breach `grace_days`
    after its due date. `other` adds clauses to the sixth block, the same number in each of `languages`.

    Raises:
        InvalidError: `faults` say which figure stands against a plan and what would help.
    """
    faults = _plan_faults(
        debt,
        means,
        agreed_from=agreed_from,
        first_due_on=first_due_on,
        max_months=max_months,
        is_willing=is_willing,
        grace_days=grace_days,
        cycle=cycle,
        must_exceed_means=must_exceed_means,
    )
    faults += _wording_faults(
        reference=reference, creditor=creditor, pay_to=pay_to, languages=languages, other=other
    )
    if faults:
        raise InvalidError("No plan can be offered on these figures.", faults=faults)

    rows = _affordable_rows(
        debt.total,
        means.per_cycle_minor(cycle),
        first_due_on=first_due_on,
        last_lawful=add_months(agreed_from, max_months),
        cycle=cycle,
        count=count,
        annual_rate_bp=annual_rate_bp,
        max_months=max_months,
    )
    figures = wording.Figures(
        agreed_from=agreed_from,
        total=debt.total,
        principal=debt.principal,
        interest=debt.interest,
        fees=debt.fees,
        count=len(rows),
        cycle=cycle.value,
        method=method.value,
        pay_to=pay_to,
        first_due_on=rows[0].due_on,
        last_due_on=rows[-1].due_on,
        total_payable=total((row.amount for row in rows), currency=debt.currency),
        plan_interest=total((row.interest for row in rows), currency=debt.currency),
        annual_rate_bp=annual_rate_bp,
        fees_continue=fees_continue,
        promises_no_new_card=promises_no_new_card,
        grace_days=grace_days,
        chinese_prevails="zh" in languages and len(languages) > 1,
    )
    return Terms(
        reference=reference,
        creditor=creditor,
        agreed_from=agreed_from,
        debt=debt,
        cycle=cycle,
        method=method,
        pay_to=pay_to,
        annual_rate_bp=annual_rate_bp,
        fees_continue=fees_continue,
        instalments=rows,
        languages=tuple(languages),
        blocks=tuple(
            Block(kind, language, title, text)
            for language in languages
            for kind, title, text in wording.six_blocks(
                figures, language, other=tuple((other or {}).get(language, ()))
            )
        ),
    )


def canonical_text(terms: Terms, language: Language) -> str:
    """The exact text of the terms in `language`: what a phone shows and what the customer agrees to.

    It is made from the terms alone and ends with their hash, so that screen, document and signature can be
    compared by eye. Lines end with LF; the last one too.
    """
    words = wording.LABELS[language]
    lines = [
        words["title"],
        f"{words['reference']}{terms.reference}",
        f"{words['creditor']}{terms.creditor}",
        words["customer"],
        "",
    ]
    for block in terms.blocks_in(language):
        lines += [block.title, block.text, ""]
    lines.append(words["schedule"])
    lines += [
        words["row"].format(
            no=row.no,
            due_on=row.due_on.isoformat(),
            amount=wording.figure(row.amount),
            currency=terms.currency,
            interest=wording.figure(row.interest),
        )
        for row in terms.instalments
    ]
    lines += [f"{words['sum']}{wording.figure(terms.total_payable)} {terms.currency}", ""]
    lines.append(f"{words['hash']}{terms_hash(terms)}")
    return "\n".join(lines) + "\n"


def canonical_bytes(terms: Terms) -> bytes:
    """The terms as RFC 8785 canonical JSON: these bytes are hashed, kept and attached to the document."""
    return rfc8785.dumps(terms_as_json(terms))  # type: ignore[arg-type]  # plain JSON values, which it cannot know


def terms_hash(terms: Terms) -> str:
    """SHA-256, in hex, of `canonical_bytes`: a signature names it, so it fits these terms and no others."""
    return hashlib.sha256(canonical_bytes(terms)).hexdigest()


def terms_as_json(terms: Terms) -> dict[str, object]:
    """All of the terms as plain JSON values; `terms_from_json` gives back an equal `Terms`."""
    return {
        "format": FORMAT,
        "reference": terms.reference,
        "creditor": terms.creditor,
        "agreed_from": terms.agreed_from.isoformat(),
        "debt": {
            "principal": _money_as_json(terms.debt.principal),
            "interest": _money_as_json(terms.debt.interest),
            "fees": _money_as_json(terms.debt.fees),
        },
        "cycle": terms.cycle.value,
        "method": terms.method.value,
        "pay_to": terms.pay_to,
        "annual_rate_bp": terms.annual_rate_bp,
        "fees_continue": terms.fees_continue,
        "instalments": [
            {
                "no": row.no,
                "due_on": row.due_on.isoformat(),
                "amount": _money_as_json(row.amount),
                "interest": _money_as_json(row.interest),
            }
            for row in terms.instalments
        ],
        "languages": list(terms.languages),
        "blocks": [
            {"kind": block.kind, "language": block.language, "title": block.title, "text": block.text}
            for block in terms.blocks
        ],
    }


def _invalid(pointer: str, detail: str) -> InvalidError:
    return InvalidError("These terms cannot stand.", faults=[Fault(pointer, detail)])


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _step(first: date, steps: int, cycle: Cycle) -> date:
    if cycle is Cycle.MONTHLY:
        return add_months(first, steps)
    return first + timedelta(days=steps * (7 if cycle is Cycle.WEEKLY else 14))


def _amounts(owed: int, count: int, annual_rate_bp: int, cycle: Cycle) -> list[tuple[int, int]]:
    """For each row its amount and the interest in it, in minor units."""
    if annual_rate_bp == 0:
        base, extra = divmod(owed, count)
        return [(base + (no < extra), 0) for no in range(count)]
    level = _level_minor(owed, count, annual_rate_bp, cycle)
    amounts = []
    left = owed
    for no in range(1, count + 1):
        interest = _interest_minor(left, annual_rate_bp, cycle)
        repays = level - interest if no < count else left
        left -= repays
        if repays <= 0 or (left <= 0 and no < count):
            raise _invalid("/count", f"is {count}, too many for so small a debt with interest; choose fewer.")
        amounts.append((repays + interest, interest))
    return amounts


def _level_minor(owed: int, count: int, annual_rate_bp: int, cycle: Cycle) -> int:
    """The largest row of `count`, in minor units; it never rises as `count` does."""
    if annual_rate_bp == 0:
        return -(-owed // count)
    with localcontext() as context:
        context.prec = _PRECISION
        rate = _rate(annual_rate_bp, cycle)
        # Rounded up, and interest down, so that the last row is never larger than the others.
        level = owed * rate / (1 - (1 + rate) ** -count)
        return int(level.quantize(Decimal(1), rounding=ROUND_CEILING))


def _interest_minor(owed: int, annual_rate_bp: int, cycle: Cycle) -> int:
    # In whole numbers: a rate such as 1/260000 has no end in decimals, and 0.999… would lose a minor unit.
    return owed * annual_rate_bp // (BASIS_POINTS * cycle.per_year)


def _rate(annual_rate_bp: int, cycle: Cycle) -> Decimal:
    return Decimal(annual_rate_bp) / BASIS_POINTS / cycle.per_year


def _plan_faults(
    debt: Debt,
    means: Affordability,
    *,
    agreed_from: date,
    first_due_on: date,
    max_months: int,
    is_willing: bool,
    grace_days: int,
    cycle: Cycle,
    must_exceed_means: bool,
) -> list[Fault]:
    faults = []
    if not is_willing:
        faults.append(
            Fault(
                "/is_willing", "CN-PLAN-1: a plan needs a customer who wants one; ask, and record the answer."
            )
        )
    if means.currency != debt.currency:
        faults.append(Fault("/affordability/currency", f"must be the debt's, {debt.currency}."))
    elif must_exceed_means and debt.total_minor <= means.per_cycle_minor(cycle):
        faults.append(
            Fault(
                "/affordability",
                "CN-PLAN-1: the debt can be paid at once from these figures; no plan is needed.",
            )
        )
    if not _is_whole(max_months) or not 1 <= max_months <= MAX_MONTHS:
        faults.append(Fault("/max_months", f"must be 1 to {MAX_MONTHS} whole months."))
    elif agreed_from.year > LAST_YEAR:
        faults.append(Fault("/agreed_from", "lies too far ahead for a calendar."))
    elif first_due_on > add_months(agreed_from, max_months):
        faults.append(Fault("/first_due_on", f"lies beyond the longest term, {max_months} months."))
    if first_due_on <= agreed_from:
        faults.append(
            Fault("/first_due_on", "must lie after the day of the offer; nobody is pressed to pay at once.")
        )
    if not _is_whole(grace_days) or grace_days < 0:
        faults.append(Fault("/grace_days", "must be a whole number of days, zero or more."))
    return faults


def _wording_faults(
    *,
    reference: str,
    creditor: str,
    pay_to: str,
    languages: Sequence[Language],
    other: Mapping[Language, Sequence[str]] | None,
) -> list[Fault]:
    faults = [
        Fault(f"/{name}", "must be one line of text, not empty.")
        for name, value in (("reference", reference), ("creditor", creditor), ("pay_to", pay_to))
        if not _is_line(value)
    ]
    if not languages or len(set(languages)) != len(languages) or not set(languages) <= set(wording.LABELS):
        faults.append(
            Fault("/languages", f"must name each language once, out of {', '.join(wording.LABELS)}.")
        )
    clauses = other or {}
    if clauses and (
        set(clauses) != set(languages) or len({len(clauses[language]) for language in languages}) != 1
    ):
        faults.append(Fault("/other", "must hold the same clauses in every language of the terms."))
    faults += [
        Fault(f"/other/{language}/{index}", "must be one line of text, not empty.")
        for language, texts in clauses.items()
        for index, text in enumerate(texts)
        if not _is_line(text)
    ]
    return faults


def _is_line(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value and "\r" not in value


def _affordable_rows(
    debt: Money,
    affordable_minor: int,
    *,
    first_due_on: date,
    last_lawful: date,
    cycle: Cycle,
    count: int | None,
    annual_rate_bp: int,
    max_months: int,
) -> tuple[Instalment, ...]:
    longest = 1
    most = min(MAX_COUNT, debt.amount_minor)
    while longest < most and _step(first_due_on, longest, cycle) <= last_lawful:
        longest += 1

    def level(number: int) -> Money:
        return Money(_level_minor(debt.amount_minor, number, annual_rate_bp, cycle), debt.currency)

    affordable = Money(affordable_minor, debt.currency)
    if count is None:
        low, high = 1, longest
        while low < high:
            middle = (low + high) // 2
            if level(middle).amount_minor <= affordable_minor:
                high = middle
            else:
                low = middle + 1
        if level(high).amount_minor > affordable_minor:
            raise InvalidError(
                "No lawful plan fits what the customer can pay.",
                faults=[
                    Fault(
                        "/affordability",
                        f"even {longest} instalments, the most that {max_months} months allow, would be {level(high)} "
                        f"each against {affordable}; consider a waiver or a hardship hold.",
                    )
                ],
            )
        return instalments(debt, high, first_due_on, cycle, annual_rate_bp=annual_rate_bp)

    rows = instalments(debt, count, first_due_on, cycle, annual_rate_bp=annual_rate_bp)
    if count > longest:
        raise InvalidError(
            "The plan is longer than the law allows.",
            faults=[
                Fault(
                    "/count",
                    f"CN-PLAN-2: {count} instalments end on {rows[-1].due_on}; the longest term is {max_months} months, "
                    f"to {last_lawful}: {longest} instalments at most.",
                )
            ],
        )
    if level(count).amount_minor > affordable_minor:
        raise InvalidError(
            "The plan asks for more than the customer can pay.",
            faults=[
                Fault(
                    "/count",
                    f"UK-PLAN-1, CN-PLAN-1: an instalment of {level(count)} exceeds the {affordable} that can be paid; "
                    "choose more instalments.",
                )
            ],
        )
    return rows


def _check_rows(terms: Terms) -> None:
    if not terms.instalments:
        raise _invalid("/instalments", "is empty; a plan has at least one row.")
    previous = terms.agreed_from
    for index, row in enumerate(terms.instalments):
        at = f"/instalments/{index}"
        if row.no != index + 1:
            raise _invalid(f"{at}/no", f"is {row.no}; rows are numbered from 1 without a gap.")
        if row.due_on <= previous:
            raise _invalid(f"{at}/due_on", "must lie after the day before it in the plan.")
        if row.amount.currency != terms.currency or row.interest.currency != terms.currency:
            raise _invalid(f"{at}/amount", f"must be in {terms.currency}, as the debt is.")
        if row.interest.amount_minor < 0 or row.repays_minor <= 0:
            raise _invalid(f"{at}/amount", "must repay something, and its interest may not be negative.")
        previous = row.due_on
    repaid = sum(row.repays_minor for row in terms.instalments)
    if repaid != terms.debt.total_minor:
        raise _invalid("/instalments", f"repay {repaid} minor units of a debt of {terms.debt.total_minor}.")
    if not terms.interest_continues and terms.total_interest.amount_minor:
        raise _invalid("/annual_rate_bp", "is 0, yet rows carry interest.")


def _check_blocks(terms: Terms) -> None:
    if not terms.languages or len(set(terms.languages)) != len(terms.languages):
        raise _invalid("/languages", "must name each language once.")
    expected = [(language, kind) for language in terms.languages for kind in BLOCK_KINDS]
    if [(block.language, block.kind) for block in terms.blocks] != expected:
        raise _invalid(
            "/blocks", f"must be the six of CN-PLAN-3 in order, in each language: {', '.join(BLOCK_KINDS)}."
        )
    for index, block in enumerate(terms.blocks):
        if not block.title.strip() or not block.text.strip():
            raise _invalid(f"/blocks/{index}", "has no text; CN-PLAN-3 asks for all six.")


def _money_as_json(money: Money) -> dict[str, object]:
    return {"amount_minor": money.amount_minor, "currency": money.currency}
