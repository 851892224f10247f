"""Whether an event can have happened: what comes from elsewhere is held against `decide`.

There is no second set of rules. From the event is made the command that it must have been, and what that
leads to must be the event, in every field.
"""

from typing import Final

from msgspec.structs import fields
from pydantic import ValidationError

from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.money import EXPONENTS, format_amount
from tui_ledger.domain.rejections import SENTENCES, Rejected
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.domain.wallet import Happened, NoWallet, WalletState, decide
from tui_ledger.errors import InputError
from tui_ledger.nearest import shown


class Inadmissible(InputError):
    """An event that no decision can have made. The sentence says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, "inadmissible")


def admissible(state: WalletState, happened: Happened) -> None:
    """Check that some command, decided in `state`, can have led to the event.

    That a person could have given the command is enough: whether anybody did, no state can tell. What stands
    in other wallets, such as the event by which a transfer was sent, is not looked at.

    Raises:
        Inadmissible: none can have.
    """
    event = happened.data
    if not isinstance(event, TransferSettled | WalletClosed):
        _check_currency(event.currency, state, event.wallet)
    try:
        command = command_for(event)
    except ValidationError as error:
        raise Inadmissible(_explain(error)) from None
    leads_to(command, state, event)


def leads_to(command: Command, state: WalletState, event: Event) -> None:
    """Check that `command`, decided in `state`, leads to `event` and nothing else.

    Raises:
        Inadmissible: it is refused, or leads to something else.
    """
    try:
        [made] = decide(command, state)
    except Rejected as refusal:
        raise Inadmissible(f"it cannot have happened. {refusal}") from None
    if made != event:
        raise Inadmissible(_difference(made, event))


def command_for(event: Event) -> Command:  # noqa: C901 - a case for each event
    """The command that `event` must have been decided on.

    Raises:
        ValidationError: there can be no such command.
    """
    wallet = event.wallet
    match event:
        case UserCreated():
            return CreateUser(wallet=wallet, owner=event.owner, currency=event.currency)
        case MoneyDeposited():
            return DepositMoney(wallet=wallet, amount=_amount(event), source=event.source)
        case MoneyWithdrawn():
            return WithdrawMoney(wallet=wallet, amount=_amount(event), destination=event.destination)
        case ItemPurchased():
            return PurchaseItem(
                wallet=wallet,
                item=event.item,
                price=_amount(event),
                category=event.category,
                merchant=event.merchant,
            )
        case PurchaseRefunded():
            return RefundPurchase(wallet=wallet, purchase=event.purchase, amount=_amount(event))
        case TransferSent():
            return SendMoney(
                wallet=wallet, id=event.transfer, to=event.to, amount=_amount(event), note=event.note
            )
        case TransferReceived():
            return _receive(event)
        case TransferSettled():
            return SettleTransfer(wallet=wallet, transfer=event.transfer)
        case TransferReturned():
            if event.reason not in SENTENCES:
                raise Inadmissible(f"{shown(event.reason)} is no reason why a transfer comes back.")
            return ReturnTransfer(wallet=wallet, transfer=event.transfer, reason=event.reason)
        case WalletClosed():
            return CloseWallet(wallet=wallet, reason=event.reason)


_Amounts = (
    MoneyDeposited | MoneyWithdrawn | ItemPurchased | PurchaseRefunded | TransferSent | TransferReceived
)


def _amount(event: _Amounts) -> str:
    return format_amount(event.amount, event.currency)


def _receive(event: TransferReceived) -> ReceiveTransfer:
    """The process takes over what it receives from what was sent, so that it must be fit to be sent."""
    SendMoney(wallet=event.sender, id=event.transfer, to=event.wallet, amount=_amount(event), note=event.note)
    if event.sender == event.wallet:
        raise Inadmissible(f"{event.wallet} cannot receive what it has sent itself.")
    return ReceiveTransfer(
        wallet=event.wallet,
        transfer=event.transfer,
        sender=event.sender,
        amount=event.amount,
        currency=event.currency,
        note=event.note,
    )


def _check_currency(currency: str, state: WalletState, wallet: str) -> None:
    if currency not in EXPONENTS:
        raise Inadmissible(f"{shown(currency)} is no currency; one is an ISO 4217 code such as USD.")
    if not isinstance(state, NoWallet) and state.currency != currency:
        raise Inadmissible(f"{wallet} is kept in {state.currency}, and this is {currency}.")


_NAMES: Final = {"sender": "from"}  # as the log has it


def _difference(made: Event, event: Event) -> str:
    if type(made) is not type(event):
        return f"what was asked for leads to {type(made).__name__}, and this is {type(event).__name__}."
    for field in fields(event):
        here, there = str(getattr(event, field.name)), str(getattr(made, field.name))
        if here != there:
            name = _NAMES.get(field.name, field.name)
            return f"{name} is {shown(here)}, and can only be {shown(there)}."
    raise TypeError(f"{made} and {event} differ in nothing")


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "command"
    reason = str(first.get("ctx", {}).get("error", first["msg"]))
    return f"{name} {shown(str(first['input']))}: {reason}."
