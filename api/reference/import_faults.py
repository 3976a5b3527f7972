"""The words for faults of import files, as the screens take them: the same table as the file of errors."""

import json

from field_visits.cases.importing.fault_words import FAULTS_ZH, PARTICULARS_ZH, TELLING, UNKNOWN_ZH


def page() -> str:
    """The table in JSON."""
    told = {
        "words": dict(FAULTS_ZH),
        "unknown": UNKNOWN_ZH,
        "telling": sorted(TELLING),
        "particulars": list(PARTICULARS_ZH.items()),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
