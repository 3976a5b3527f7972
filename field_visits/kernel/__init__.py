"""What every room stands on: ids, clock, money, errors, lifecycles, decisions, points, the database base."""
