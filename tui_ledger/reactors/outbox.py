"""The outbox: a stand-in for the world outside, where what was sent cannot be taken back."""

from typing import Protocol

import msgspec

from tui_ledger.event_store.port import Head
from tui_ledger.reactors.reactor import Mail


class SentMail(msgspec.Struct, frozen=True):
    """A mail that has left the house.

    Attributes:
        id: What it was sent under; no two mails have the same one.
        reactor: Who sent it.
        position: The position of the event that called for it.
        mail: What was sent.
    """

    id: str
    reactor: str
    position: int
    mail: Mail


class Outbox(Protocol):
    """Takes mails, one by one and for good, as a mail service would that refuses an id which it has.

    That makes it an idempotent receiver (Hohpe and Woolf, *Enterprise Integration Patterns*, 2003). It is no
    part of what can be made again from the log, and no transaction of ours reaches into it.

    It also keeps since when each reactor has been at work, so that nobody is ever sent what happened before.

    All raise StorageError, LockedError or IntegrityError where the disk fails them.
    """

    async def open(self) -> None:
        """Get ready, for the first time or again."""

    async def since(self, reactor: str) -> Head | None:
        """After which event a reactor was put to work; None if it never was."""

    async def register(self, reactor: str, since: Head) -> None:
        """Note that a reactor is put to work after that event; what was noted of it before is forgotten."""

    async def send(self, mail_id: str | None, reactor: str, position: int, mail: Mail) -> bool:
        """Send a mail, durable when this returns.

        Args:
            mail_id: Refused if a mail has it already. None makes a new one, so that nothing is ever refused.
            reactor: Who sends it.
            position: The position of the event that called for it.
            mail: The mail.

        Returns:
            False if it was refused.
        """

    async def sent(self) -> list[SentMail]:
        """Every mail, in the order in which they were sent."""

    async def close(self) -> None:
        """Let go of the file."""


class MemoryOutbox:
    """See `Outbox`; nothing outlives the process."""

    def __init__(self) -> None:
        self._since: dict[str, Head] = {}
        self._sent: dict[str, SentMail] = {}

    async def open(self) -> None:
        """Nothing needs opening."""

    async def since(self, reactor: str) -> Head | None:
        return self._since.get(reactor)

    async def register(self, reactor: str, since: Head) -> None:
        self._since[reactor] = since

    async def send(self, mail_id: str | None, reactor: str, position: int, mail: Mail) -> bool:
        key = mail_id or f"{len(self._sent) + 1}"
        if key in self._sent:
            return False
        self._sent[key] = SentMail(key, reactor, position, mail)
        return True

    async def sent(self) -> list[SentMail]:
        return list(self._sent.values())

    async def close(self) -> None:
        """Nothing needs closing."""
