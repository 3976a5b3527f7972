"""Examples of teams and shifts for the matrix; see tests/api/test_matrix.py."""

SAMPLES = {
    "team_id": lambda api: api.world.team_id,
    "shift_id": lambda api: api.world.shift(api.world.collector).id,
    "absence_id": lambda api: api.world.absence(api.world.collector).id,
}
BODIES = {"PUT /v1/teams/{team_id}/members": lambda api: {"members": [str(api.world.collector.user)]}}
