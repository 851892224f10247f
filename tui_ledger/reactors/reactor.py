"""What a reactor is: it says which mail an event calls for. Sending it, once, is others' work."""

from collections.abc import Iterable, MutableMapping
from typing import Final, Protocol

import msgspec

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.query_side.view import Document


class Mail(msgspec.Struct, frozen=True):
    """A letter to the owner of a wallet.

    Attributes:
        to: The wallet.
        text: What it says. It may hold people's own words, which are hostile until shown to be safe.
    """

    to: str
    text: str


class Reactor(Protocol):
    """Says what to send when something has happened. It is pure: nothing leaves the house in it."""

    @property
    def name(self) -> str:
        """Its name, which names the file with its checkpoint, too."""

    @property
    def guarded(self) -> bool:
        """Whether its mails are kept from being sent again by a replay. Only for teaching they are not."""

    def react(self, event: RecordedEvent) -> Mail | None:
        """The mail that `event` calls for; None if it calls for none.

        What an event cannot mean is an exception, which stops the reactor at it.
        """


class ReactorView:
    """A reactor in the form of a view, so that a view's worker can run it: its documents are mails.

    Each is under an id that follows from the event, so that it has the same one however often it is made.
    """

    version: Final = 1

    def __init__(self, reactor: Reactor) -> None:
        self.name = reactor.name
        self._reactor = reactor

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        return () if self._reactor.react(event) is None else (self._id(event),)

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        mail = self._reactor.react(event)
        if mail is not None:
            documents[self._id(event)] = {"position": event.position, "to": mail.to, "text": mail.text}

    def _id(self, event: RecordedEvent) -> str:
        return f"{self.name}/{event.id}"
