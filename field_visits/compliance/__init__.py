"""Rule packs and the decision whether a visit is lawful. Pure: no table, no clock, no network."""
