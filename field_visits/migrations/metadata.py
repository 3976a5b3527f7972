"""Every mapped class, imported in one place so that the metadata is whole."""

import field_visits.agreements.models
import field_visits.appointments.models
import field_visits.attachments.models
import field_visits.cases.importing.models
import field_visits.cases.models
import field_visits.cases.places.models
import field_visits.dossier.models
import field_visits.evidence.tables
import field_visits.identity.models
import field_visits.messages.models
import field_visits.planning.models
import field_visits.visits.models
import field_visits.workforce.models  # noqa: F401 - imported for their mapped classes
from field_visits.kernel.db import Base

METADATA = Base.metadata
