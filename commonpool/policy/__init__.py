"""Each planning round as dated, sourced data."""
