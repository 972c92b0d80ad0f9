"""Commonpool runs a pooled health-and-care fund: plan, pool, pounds, performance and people's words."""

__version__ = "0.1.0"
