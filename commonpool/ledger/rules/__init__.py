"""The ledger's rules: plain values in, plain values out. No framework, no database, no clock."""
