"""A contract as a form holds it: rows of what is typed, from and to the contract's text."""
