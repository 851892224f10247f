"""The query side: read models, kept apart from the log and always a little behind it."""
