"""Metrics as Ibis expressions: one expression each, run by DuckDB in this process or by a Spark Connect server."""
