"""What a view is: a pure fold of events into documents, each made for one screen and read without a join."""

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, Protocol, runtime_checkable

from tui_ledger.domain.events import RecordedEvent
from tui_ledger.errors import InputError
from tui_ledger.event_store.port import Fact
from tui_ledger.nearest import nearest

Document = dict[str, Any]
"""A JSON object. Amounts in it are decimal strings in major units."""


class View(Protocol):
    """A read model: a projection of the whole log.

    It is pure: the same events give the same documents, on every machine and in every batching. Whoever
    changes what it makes of an event raises its version, and its documents are made anew.
    """

    @property
    def name(self) -> str:
        """Its name, which is also that of its file."""

    @property
    def version(self) -> int:
        """Counts up with every change of what the view contains."""

    def keys(self, event: RecordedEvent) -> Iterable[str]:
        """The key of every document that `fold` reads or writes for `event`; none if it does not care."""

    def fold(self, event: RecordedEvent, documents: MutableMapping[str, Document]) -> None:
        """Take `event` into `documents`, which holds those of `keys(event)` that exist.

        A changed document is put there as a new object and never changed in place, since others may be
        reading the old one. What an event cannot mean is an exception, and the view has failed at it.
        """


@runtime_checkable
class Repairable(View, Protocol):
    """A view that has a bug, for teaching, and says so."""

    @property
    def bug(self) -> str:
        """What is wrong with it, in a sentence."""

    def repaired(self) -> View:
        """The same view without the bug."""


def as_repaired(view: View, repaired: bool) -> View:
    """`view`, or what it is without its bug, if it has one and that is wanted."""
    return view.repaired() if repaired and isinstance(view, Repairable) else view


class Gathering(Protocol):
    """What many events do to a view's documents, gathered first and then folded into each of them once.

    The result is exactly that of folding the events one by one. Where it might not be, or an event may be
    impossible, any of these raises anything: the events are then folded one by one, which finds the place.
    This is the combiner of MapReduce (Dean and Ghemawat, 2004).
    """

    def add(self, facts: Iterable[Fact]) -> None:
        """Take in what the events that follow say."""

    def __len__(self) -> int:
        """How many documents will change, more or less."""

    def keys(self) -> Iterator[str]:
        """The key of each document that changes. Asked once, when all events were added."""

    def fold(self, key: str, document: Document | None) -> Document:
        """Asked when all keys were: what becomes of the document under `key`; None if there is none yet."""


@runtime_checkable
class Gatherer(View, Protocol):
    """A view that can gather, and so be filled from a long log many times as fast."""

    def gather(self) -> Gathering:
        """Begin to gather: nothing yet."""


def as_gatherer(view: View) -> Gatherer | None:
    """`view`, if it gathers; None also for a subclass of such a view that folds in another way and has not
    said how to gather that.
    """
    if isinstance(view, Gatherer):
        for kind in type(view).__mro__:
            if "gather" in vars(kind):
                return view
            if "keys" in vars(kind) or "fold" in vars(kind):
                break
    return None


class UnknownView(InputError):
    """There is no view of that name; the sentence says which there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        names = list(known)
        which = f"The views are {', '.join(names)}."
        super().__init__(f"There is no view {name}{nearest(name, names)} {which}", "unknown_view")
