"""Looking up where a door is: one queue an organisation, only where it said so, proposals that a person decides on."""
