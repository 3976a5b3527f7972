"""A signature drawn by hand: checked, hashed as it came, and drawn again as vectors.

The points are never altered, not even rounded: the hash is of what the phone recorded. Whether the right
person drew it is not decided here; see the signing method and its grade in `document.py`.
"""

import hashlib
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import rfc8785

from field_visits.kernel.errors import Fault, InvalidError

MAX_STROKES: Final = 200
MAX_POINTS: Final = 10_000
MIN_POINTS: Final = 8
MIN_CANVAS_PX: Final = 50
MAX_CANVAS_PX: Final = 10_000
# A finger that slides over the edge is still signing; the page reports it a little outside.
EDGE_SHARE: Final = 0.05
# A full stop or a tap is no signature: this much line, as a share of the canvas width, and this much of its
# breadth or height must be covered.
MIN_INK_SHARE: Final = 0.2
MIN_EXTENT_SHARE: Final = 0.05
# Ten minutes with the pen: more is a page that was left open.
MAX_DURATION_MS: Final = 600_000

Number = int | float


@dataclass(frozen=True, slots=True)
class StrokePoint:
    """One sample of the pen: canvas pixels, milliseconds since the first sample, pressure 0 to 1."""

    x: Number
    y: Number
    t_ms: int
    pressure: Number


@dataclass(frozen=True, slots=True)
class Strokes:
    """A signature that passed `strokes_from_json`."""

    width: int
    height: int
    strokes: tuple[tuple[StrokePoint, ...], ...]

    @property
    def ink_px(self) -> float:
        """Length of all lines drawn, in canvas pixels."""
        return sum(math.dist((a.x, a.y), (b.x, b.y)) for stroke in self.strokes for a, b in pairwise(stroke))

    @property
    def duration_ms(self) -> int:
        return self.strokes[-1][-1].t_ms - self.strokes[0][0].t_ms


def strokes_from_json(value: object) -> Strokes:
    """The signature in `{"width", "height", "strokes": [[{"x", "y", "t_ms", "pressure"}]]}`.

    Raises:
        InvalidError: Not of that form, out of the canvas, time running backwards, too much to be a signature, or
            so little ink that nobody signed; `faults` say where.
    """
    fields = _object(value, "", ("width", "height", "strokes"))
    width = _whole(fields["width"], "/width", MIN_CANVAS_PX, MAX_CANVAS_PX)
    height = _whole(fields["height"], "/height", MIN_CANVAS_PX, MAX_CANVAS_PX)
    lists = fields["strokes"]
    if not isinstance(lists, list) or not 1 <= len(lists) <= MAX_STROKES:
        raise _fault("/strokes", f"must be a list of 1 to {MAX_STROKES} strokes.")
    count = 0
    for index, points in enumerate(lists):
        if not isinstance(points, list) or not points:
            raise _fault(f"/strokes/{index}", "must be a list with at least one point.")
        count += len(points)
        if count > MAX_POINTS:
            raise _fault(f"/strokes/{index}", f"goes beyond {MAX_POINTS} points; a signature needs fewer.")
    signature = Strokes(
        width,
        height,
        tuple(
            tuple(
                _point(point, f"/strokes/{index}/{place}", width=width, height=height)
                for place, point in enumerate(points)
            )
            for index, points in enumerate(lists)
        ),
    )
    _check_time(signature)
    _check_ink(signature, count)
    return signature


def strokes_as_json(signature: Strokes) -> dict[str, object]:
    """The form that `strokes_from_json` reads, equal to what came."""
    return {
        "width": signature.width,
        "height": signature.height,
        "strokes": [
            [{"x": point.x, "y": point.y, "t_ms": point.t_ms, "pressure": point.pressure} for point in stroke]
            for stroke in signature.strokes
        ],
    }


def canonical_bytes(signature: Strokes) -> bytes:
    """RFC 8785 canonical JSON; a browser's JSON.stringify writes the same numbers."""
    return rfc8785.dumps(strokes_as_json(signature))  # type: ignore[arg-type]  # plain JSON values


def strokes_hash(signature: Strokes) -> str:
    """SHA-256, in hex, of `canonical_bytes`."""
    return hashlib.sha256(canonical_bytes(signature)).hexdigest()


def svg_path(signature: Strokes) -> str:
    """The `d` of an SVG path: each stroke a smooth line through the middles of its samples, a tap a dot."""
    return " ".join(_stroke_path(stroke) for stroke in signature.strokes)


def svg(signature: Strokes, *, ink: str = "#14213d") -> str:
    """A whole SVG picture of the signature, cut to its ink with a margin, the same for the same strokes."""
    points = [point for stroke in signature.strokes for point in stroke]
    pen = max(signature.width, signature.height) / 130
    left = min(point.x for point in points) - 2 * pen
    top = min(point.y for point in points) - 2 * pen
    width = max(point.x for point in points) + 2 * pen - left
    height = max(point.y for point in points) + 2 * pen - top
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.2f} {top:.2f} {width:.2f} {height:.2f}">'
        f'<path d="{svg_path(signature)}" fill="none" stroke="{ink}" stroke-width="{pen:.2f}" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _stroke_path(stroke: tuple[StrokePoint, ...]) -> str:
    first = stroke[0]
    parts = [f"M{first.x:.2f} {first.y:.2f}"]
    for a, b in pairwise(stroke[1:]):
        parts.append(f"Q{a.x:.2f} {a.y:.2f} {(a.x + b.x) / 2:.2f} {(a.y + b.y) / 2:.2f}")
    last = stroke[-1]
    # A line of no length with a round cap is a dot, but some renderers drop it at exactly zero.
    end_x = last.x + (0.01 if len(stroke) == 1 else 0)
    parts.append(f"L{end_x:.2f} {last.y:.2f}")
    return "".join(parts)


def _fault(pointer: str, detail: str) -> InvalidError:
    return InvalidError("This is not a usable signature.", faults=[Fault(pointer, detail)])


def _object(value: object, at: str, names: tuple[str, ...]) -> dict[str, object]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _fault(at, f"must be an object with {', '.join(names)} and nothing else.")
    return value


def _whole(value: object, at: str, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _fault(at, f"must be a whole number from {least} to {most}.")
    return value


def _number(value: object, at: str, least: float, most: float) -> Number:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # NaN fails the comparison as well.
    if not is_number or not least <= value <= most:  # type: ignore[operator]  # a number, as just asked
        raise _fault(at, f"must be a number from {least:g} to {most:g}.")
    return value  # type: ignore[return-value]  # a number, as just asked


def _point(value: object, at: str, *, width: int, height: int) -> StrokePoint:
    fields = _object(value, at, ("x", "y", "t_ms", "pressure"))
    return StrokePoint(
        x=_number(fields["x"], f"{at}/x", -EDGE_SHARE * width, (1 + EDGE_SHARE) * width),
        y=_number(fields["y"], f"{at}/y", -EDGE_SHARE * height, (1 + EDGE_SHARE) * height),
        t_ms=_whole(fields["t_ms"], f"{at}/t_ms", 0, MAX_DURATION_MS),
        pressure=_number(fields["pressure"], f"{at}/pressure", 0, 1),
    )


def _check_time(signature: Strokes) -> None:
    before = 0
    for index, stroke in enumerate(signature.strokes):
        for place, point in enumerate(stroke):
            if point.t_ms < before:
                raise _fault(
                    f"/strokes/{index}/{place}/t_ms", "runs backwards; samples come in the order drawn."
                )
            before = point.t_ms


def _check_ink(signature: Strokes, count: int) -> None:
    points = [point for stroke in signature.strokes for point in stroke]
    breadth = max(point.x for point in points) - min(point.x for point in points)
    rise = max(point.y for point in points) - min(point.y for point in points)
    is_little = (
        count < MIN_POINTS
        or signature.ink_px < MIN_INK_SHARE * signature.width
        or max(breadth / signature.width, rise / signature.height) < MIN_EXTENT_SHARE
    )
    if is_little:
        raise _fault(
            "/strokes", "hold too little ink to be a signature; ask the customer to sign the whole name."
        )
    if signature.duration_ms == 0:
        raise _fault("/strokes", "were drawn in no time at all; a hand takes longer.")
