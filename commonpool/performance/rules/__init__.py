"""The rules of performance: plain values in, plain values out. No framework, no database, no clock."""
