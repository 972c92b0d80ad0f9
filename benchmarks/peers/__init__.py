"""Other ledgers, run as peers in `.bench`, an environment of their own: none of them is a dependency of ours."""
