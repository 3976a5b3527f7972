"""Where the compiled search is kept."""

from pathlib import Path

import pytest

from routing.search.inner.compiler import _cache


def test_it_is_kept_in_the_users_cache_and_nowhere_if_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Path(_cache()).parent == tmp_path / "doorstep"
    assert _cache() == _cache()

    no_folder = tmp_path / "file"
    no_folder.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(no_folder))
    assert _cache() == ""
