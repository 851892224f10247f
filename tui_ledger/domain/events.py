"""What can have happened: facts in the past tense, frozen. A mistake is reversed by a new one, never edited.

An event holds what `data` holds in the log. Amounts are integers of minor units. The position, the time
and all else that is the same for every event is in the envelope, `RecordedEvent`.
"""

from typing import ClassVar, Final, get_args

import msgspec


class _Fact(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    schema: ClassVar[int] = 1
    """The schema version in which this program writes events of the type; each type has its own."""

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


class TransferSent(_Fact, frozen=True):
    """Money is on its way to the wallet `to`: it cannot be spent any more, and is not there yet.

    `transfer` names the journey: the id of the command that asked for it. `note` is personal.
    """

    transfer: str
    to: str
    amount: int
    currency: str
    note: str


class TransferReceived(_Fact, frozen=True):
    """Money came from the wallet `sender`, which the log calls `from`. `note` is personal."""

    transfer: str
    sender: str = msgspec.field(name="from")
    amount: int
    currency: str
    note: str


class TransferSettled(_Fact, frozen=True):
    """What was sent has arrived, and is gone for good."""

    transfer: str


class TransferReturned(_Fact, frozen=True):
    """What was sent came back, because the other wallet refused it; `reason` is the code of the refusal."""

    transfer: str
    amount: int
    currency: str
    reason: str


class WalletClosed(_Fact, frozen=True):
    """A wallet was closed, at a balance of zero."""

    reason: str


Event = (
    UserCreated
    | MoneyDeposited
    | MoneyWithdrawn
    | ItemPurchased
    | PurchaseRefunded
    | TransferSent
    | TransferReceived
    | TransferSettled
    | TransferReturned
    | WalletClosed
)

EVENT_TYPES: Final[dict[str, type[Event]]] = {kind.__name__: kind for kind in get_args(Event)}
"""Every event type by the name that the log gives it."""


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
