"""The room `ledger`: what came in, what went out, what is left, by source and to the penny."""
