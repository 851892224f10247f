"""A transfer between two wallets: a process that is driven by its events, one command after the other.

    TransferSent ──► ReceiveTransfer ──► TransferReceived ──► SettleTransfer ──► TransferSettled
         └─────────► ReturnTransfer ───► TransferReturned          (where the other wallet refuses)

No transaction spans the two wallets. Each command has an id that derives from the event that calls for
it, so that it is done once however often it is sent, by whichever process. Receiving and returning share
one id: of the two, only one can ever be on record. The pattern is the process manager of Hohpe and Woolf
(*Enterprise Integration Patterns*, 2003); what it replaces is the saga of Garcia-Molina and Salem (1987).
"""

from typing import Final

from tui_ledger.domain.commands import Command
from tui_ledger.domain.events import (
    Event,
    RecordedEvent,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
)

TRANSFER_EVENTS: Final = frozenset(
    kind.__name__ for kind in (TransferSent, TransferReceived, TransferSettled, TransferReturned)
)
"""The types of the events that a transfer consists of."""


class TransferCommand(Command):
    """A command that only the process itself gives, never a person. Amounts are in minor units."""

    wallet: str  # as the event has it: what is no wallet is refused like any that does not exist
    transfer: str


class ReceiveTransfer(TransferCommand):
    """Credit what another wallet has sent."""

    verb = "receive"
    sender: str
    amount: int
    currency: str
    note: str


class SettleTransfer(TransferCommand):
    """Let go of what has arrived."""

    verb = "settle"


class ReturnTransfer(TransferCommand):
    """Take back what the other wallet has refused; `reason` is the code of its refusal."""

    verb = "return"
    reason: str


def receive(sent: TransferSent) -> ReceiveTransfer:
    """What the other wallet is to do about `sent`."""
    return ReceiveTransfer(
        wallet=sent.to,
        transfer=sent.transfer,
        sender=sent.wallet,
        amount=sent.amount,
        currency=sent.currency,
        note=sent.note,
    )


def give_back(sent: TransferSent, reason: str) -> ReturnTransfer:
    """What the sender is to do where the other wallet has refused `sent`."""
    return ReturnTransfer(wallet=sent.wallet, transfer=sent.transfer, reason=reason)


def settle(received: TransferReceived) -> SettleTransfer:
    """What the sender is to do about `received`."""
    return SettleTransfer(wallet=received.sender, transfer=received.transfer)


def outcome_id(sent: RecordedEvent) -> str:
    """The id of the command that ends the way of `sent`: received, or returned, and never both."""
    return f"{sent.id}:transfer"


def settle_id(received: RecordedEvent) -> str:
    """The id of the command that settles `received`."""
    return f"{received.id}:settle"


def step_id(fact: Event, cause: str) -> str | None:
    """The id of the command that `fact` came of, if the event of the id `cause` called for it.

    That is `outcome_id` or `settle_id`; None if `fact` is nothing that the process does.
    """
    match fact:
        case TransferReceived() | TransferReturned():
            return f"{cause}:transfer"
        case TransferSettled():
            return f"{cause}:settle"
        case _:
            return None
