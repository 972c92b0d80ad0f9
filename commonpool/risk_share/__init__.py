"""Who bears what: risk-share contracts as data, that settle a year and are tried out before anybody signs."""
