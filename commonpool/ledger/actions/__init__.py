"""The only writes to the ledger: each in one transaction, with one event of history."""
