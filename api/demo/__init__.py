"""The demo organisation: an invented agency in Shanghai with people, cases and a day that has visits."""
