"""Pooled funds, the agreements behind them, their partners and sources of money."""
