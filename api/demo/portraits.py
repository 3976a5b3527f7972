"""Drawn portraits of the demo's collectors: nobody's face, and each unlike the others."""

import io

from PIL import Image, ImageDraw

_SIDE = 640
_GROUNDS = ("#dfe9e4", "#e8e1d5", "#dde4ee", "#eadfe4", "#e3e6d8", "#dcebec")
_COATS = ("#2f5d50", "#7a5a2e", "#34507a", "#7a3b56", "#59682c", "#2d6570")
_SKIN, _HAIR = "#e7bf9e", ("#2b2523", "#3a2c22", "#1f2426")


def drawn(number: int) -> bytes:
    """A PNG of the `number`th person: head, hair and shoulders."""
    picture = Image.new("RGB", (_SIDE, _SIDE), _GROUNDS[number % len(_GROUNDS)])
    pen = ImageDraw.Draw(picture)
    hair = _HAIR[number % len(_HAIR)]
    pen.ellipse((90, 450, 550, 860), fill=_COATS[number % len(_COATS)])
    pen.rounded_rectangle((265, 380, 375, 500), radius=50, fill=_SKIN)
    length = 40 * (number % 4)
    pen.rounded_rectangle((195, 110, 445, 330 + length), radius=120, fill=hair)
    pen.ellipse((220, 150, 420, 430), fill=_SKIN)
    pen.pieslice((205, 115, 435, 345), 180, 360, fill=hair)
    for left in (268, 348):
        pen.ellipse((left, 280, left + 22, 302), fill=hair)
    pen.arc((280, 310, 360, 380), 20, 160, fill="#a0563f", width=6)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
