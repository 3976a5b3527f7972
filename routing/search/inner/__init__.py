"""The inner loops of the search, compiled to machine code: a day as tables, its clock, its price, and the moves."""
