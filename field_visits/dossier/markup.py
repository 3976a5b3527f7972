"""HTML by functions: every text is escaped, so that nothing a customer or a phone wrote can become markup. Pure."""

import base64
from html import escape
from typing import TypeAlias

Child: TypeAlias = "Html | str | int | None"
_VOID = frozenset({"br", "img", "meta", "col"})


class Html(str):
    """Markup that is done; any other text is escaped where it is put in."""

    __slots__ = ()


def el(name: str, *children: Child, **attributes: str) -> Html:
    """One element. `class_` is spelled so because of Python; a child that is None is left out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items()
    )
    if name in _VOID:
        return Html(f"<{name}{told}>")
    return Html(f"<{name}{told}>{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """The children one after another."""
    return Html("".join(_text(child) for child in children))


def table(head: tuple[str, ...], rows: list[tuple[Child, ...]], *, class_: str = "") -> Html:
    """A table with a head that is repeated on each printed page."""
    return el(
        "table",
        el("thead", el("tr", *(el("th", title, scope="col") for title in head))),
        el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows)),
        class_=class_,
    )


def pairs(*rows: tuple[str, Child]) -> Html:
    """A list of what is what; a pair without a value is left out."""
    return el(
        "dl",
        *(el("div", el("dt", title), el("dd", value)) for title, value in rows if value not in (None, "")),
    )


def picture(data: bytes, content_type: str, *, alt: str) -> Html:
    """A picture inside the page itself: a report asks nothing of the network."""
    source = f"data:{content_type};base64,{base64.b64encode(data).decode()}"
    return el("img", src=source, alt=alt)


def page(*, language: str, title: str, style: str, body: Html) -> str:
    """A whole document that loads nothing and runs nothing. `style` is ours, never a user's text."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


def _text(child: Child) -> str:
    if child is None:
        return ""
    return str(child) if isinstance(child, Html) else escape(str(child))
