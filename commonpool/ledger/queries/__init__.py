"""Reads: the tables to plain values and figures."""
