"""A view's keyframes: its documents at some positions of the past, from where time travel begins to fold."""
