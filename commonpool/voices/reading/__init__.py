"""Files from outside: every fault with its place, all at once."""
