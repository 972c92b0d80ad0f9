"""Lists that can be filtered, sorted, paged and downloaded, all without JavaScript.

A room declares a list's columns once, reads a request with them, and shows or sends the result:

    LINES = ListPage("scheme-lines", "Scheme lines", (Column("id", "Line", lambda row: row.id), ...), empty="...")

    def lines(request, uuid):
        listing = LINES.read(request.GET, queries.lines(uuid))
        return listing.file() or render(request, "plans/lines.html", {"listing": listing})

and in the template `{% listing listing %}`.
"""

from commonpool.pages.lists.columns import Column, Filter, Kind
from commonpool.pages.lists.listing import Listing, ListPage

__all__ = ["Column", "Filter", "Kind", "ListPage", "Listing"]
