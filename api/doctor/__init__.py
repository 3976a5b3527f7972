"""`doorstep doctor`: one look at everything that must be right, in words, with what to do next."""
