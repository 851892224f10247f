"""The command side's database: an append-only log of events, and the stores that keep it."""
