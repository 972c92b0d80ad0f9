"""The figures of the books: registered questions, each of which opens to its entries in at most three steps.

Every question takes the books, a year and both dates, and may be asked by whoever may see the fund's area.
"""

from commonpool.ledger.queries.figures import amounts, contributed, differences, early, year_end
from commonpool.ledger.queries.figures.amounts import shown
from commonpool.ledger.queries.figures.asked import Asked, asked_for, may_ask

__all__ = ["Asked", "amounts", "asked_for", "contributed", "differences", "early", "may_ask", "shown", "year_end"]
