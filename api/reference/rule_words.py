"""What rules say, in Chinese, as the screens take it."""

import json

from field_visits.compliance.words_zh import SENTENCES_ZH, WORDS_ZH


def page() -> str:
    """The tables in JSON."""
    told = {"sentences": list(SENTENCES_ZH.items()), "words": dict(WORDS_ZH)}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
