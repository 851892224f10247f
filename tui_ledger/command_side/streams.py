"""The names of the streams."""

from typing import Final

_WALLET: Final = "wallet/"


def stream_of(wallet: str) -> str:
    """The stream that holds a wallet's events."""
    return f"{_WALLET}{wallet}"


def wallet_in(stream: str) -> str:
    """The wallet whose events `stream` holds."""
    return stream.removeprefix(_WALLET)
