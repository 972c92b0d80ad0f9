"""The activity store: published figures as they come, in one long form, with where each of them stands."""
