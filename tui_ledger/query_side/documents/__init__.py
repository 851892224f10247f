"""Where a view is kept: its documents, its checkpoint and its lease, in one place so that they agree."""
