"""`python -m commonpool` is the `commonpool` command."""

from commonpool.cli import main

main()
