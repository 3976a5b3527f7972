"""`python -m api.cli`: the `doorstep` command without its script."""

from api.cli import main

main()
