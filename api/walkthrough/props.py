"""What the story's people hold in their hands: a photograph of a door and a signature drawn by a pen."""

import io
import math
from typing import Any, Final

from PIL import Image, ImageDraw

_SIZE: Final = (1280, 960)
_SAMPLES: Final = 60
_CANVAS: Final = (600, 240)


def photo(caption: str) -> bytes:
    """A JPEG of a painted door with `caption` on it."""
    picture = Image.new("RGB", _SIZE, "#b8c4cc")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((440, 180, 840, 960), fill="#6b4a2f", outline="#3d2a1a", width=12)
    draw.ellipse((770, 560, 810, 600), fill="#d8b24a")
    draw.rectangle((560, 260, 720, 330), fill="#f4f1e8")
    draw.text((580, 285), caption, fill="#222222")
    for row in range(0, _SIZE[1], 40):
        draw.line((0, row, 430, row), fill="#a3afb8", width=2)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def signature() -> dict[str, Any]:
    """Two strokes as a phone records them: canvas pixels, milliseconds, pressure."""
    wave = [
        {
            "x": 60 + 7 * number,
            "y": round(120 + 50 * math.sin(number / 4) * math.cos(number / 15)),
            "t_ms": 16 * number,
            "pressure": 0.5,
        }
        for number in range(_SAMPLES)
    ]
    line = [
        {"x": 80 + 8 * number, "y": 190, "t_ms": 1200 + 12 * number, "pressure": 0.6} for number in range(40)
    ]
    return {"width": _CANVAS[0], "height": _CANVAS[1], "strokes": [wave, line]}
