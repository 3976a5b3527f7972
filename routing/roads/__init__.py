"""Travel from road engines, and what makes any travel true to a city: its own done trips, hour by hour."""
