"""From an address in words to a place: one adapter a provider, all behind `finding.Finder`."""
