"""No address without a rule: every view says who may call it, by a permission of the one table."""

from collections.abc import Iterator
from typing import Any

from api.app import build_app
from api.reference.lifecycles import every_lifecycle
from api.requests import ACCESS
from field_visits.identity.permissions import PERMISSIONS


def views() -> Iterator[tuple[str, str, Any]]:
    """Method, address and the function that serves it."""
    app = build_app()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        view_class = getattr(view, "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, view if view_class is None else getattr(view_class, method.lower())


def test_every_view_names_its_permission_or_why_it_is_public() -> None:
    unnamed = [f"{method} {rule}" for method, rule, view in views() if not hasattr(view, ACCESS)]
    unknown = [
        getattr(view, ACCESS)
        for _, _, view in views()
        if hasattr(view, ACCESS)
        and getattr(view, ACCESS) not in PERMISSIONS
        and not getattr(view, ACCESS).startswith("public: ")
    ]

    assert unnamed == []
    assert unknown == []


def test_a_method_that_changes_something_asks_for_a_verb_and_not_for_a_read() -> None:
    misplaced = [
        f"{method} {rule}"
        for method, rule, view in views()
        if method != "GET" and getattr(view, ACCESS, "").endswith((":read", ":search"))
    ]

    assert misplaced == []


def test_every_verb_of_every_lifecycle_has_a_permission() -> None:
    verbs = {permission for lifecycle in every_lifecycle() for permission in lifecycle.permissions}

    assert verbs - set(PERMISSIONS) == set()


def test_every_permission_is_a_verb_or_is_asked_for_by_a_route() -> None:
    verbs = {permission for lifecycle in every_lifecycle() for permission in lifecycle.permissions}
    asked = {getattr(view, ACCESS, "") for _, _, view in views()}

    assert set(PERMISSIONS) - verbs - asked == set()
