"""Files of a creditor at the door."""
