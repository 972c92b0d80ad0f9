"""From an old service to a new one: what it costs month by month, who invests, who saves, when it pays back."""
