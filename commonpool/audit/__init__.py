"""One history: who did what to which record, before and after, for ever."""
