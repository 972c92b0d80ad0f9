"""Files from outside: transcripts, projects of other coding programs, tables of codings; every fault with its place."""
