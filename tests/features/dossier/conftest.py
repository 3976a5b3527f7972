from pathlib import Path

import pytest

from field_visits.kernel.db import Database
from tests.features.dossier.scene import Scene
from tests.world import World


@pytest.fixture
def scene(world: World, sequencer_database: Database, tmp_path: Path) -> Scene:
    """The world's organisation with a log and a store; see scene.py."""
    return Scene.open(world, sequencer_database, tmp_path)
