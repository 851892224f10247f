"""What can have happened: facts in the past tense, frozen. A mistake is reversed by a new one, never edited.

An event holds what `data` holds in the log. Amounts are integers of minor units. The position, the time
and all else that is the same for every event is in the envelope, `RecordedEvent`.
"""

from typing import Final, get_args

import msgspec


class _Fact(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    wallet: str


class UserCreated(_Fact, frozen=True):
    """A wallet was opened. `owner` is personal and may be empty."""

    owner: str
    currency: str


class MoneyDeposited(_Fact, frozen=True):
    """Money came in from outside."""

    amount: int
    currency: str
    source: str


class MoneyWithdrawn(_Fact, frozen=True):
    """Money went out."""

    amount: int
    currency: str
    destination: str


class ItemPurchased(_Fact, frozen=True):
    """Something was bought and paid."""

    item: str
    amount: int
    currency: str
    category: str
    merchant: str


class PurchaseRefunded(_Fact, frozen=True):
    """A purchase was paid back, in part or whole; `purchase` is its event id, the rest says what it was."""

    amount: int
    currency: str
    purchase: str
    item: str
    category: str
    merchant: str
    purchased_at: str


class WalletClosed(_Fact, frozen=True):
    """A wallet was closed, at a balance of zero."""

    reason: str


Event = UserCreated | MoneyDeposited | MoneyWithdrawn | ItemPurchased | PurchaseRefunded | WalletClosed

EVENT_TYPES: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}
"""Every event type by the name that the log gives it."""

SCHEMA: Final = 1
"""The schema version in which this program writes events."""


class RecordedEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An event as the log holds it: the fact, `data`, and its envelope.

    `version` counts within the stream and `position` within the whole log, both from 1. `occurred_at`
    is when it happened, `recorded_at` when the log took it in.
    """

    position: int
    stream: str
    version: int
    id: str
    type: str
    schema: int
    data: Event
    occurred_at: str
    recorded_at: str
    command_id: str | None
    correlation_id: str | None
    causation_id: str | None
    hash: str
