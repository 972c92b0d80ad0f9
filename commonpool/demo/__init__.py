"""The invented region, from a seed."""
