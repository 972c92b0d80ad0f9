"""What the books come to: statements, balances, the year's account and partners' journals, from sums of postings.

Everything here takes sums (`Cell`) and what codes are called (`Names`) and gives plain values.
"""
