"""Pages of the ledger. Who may open them stands in `site/access/`."""
