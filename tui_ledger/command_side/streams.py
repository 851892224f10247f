"""The names of the streams."""


def stream_of(wallet: str) -> str:
    """The stream that holds a wallet's events."""
    return f"wallet/{wallet}"
