"""Who covers which people, on a date."""
