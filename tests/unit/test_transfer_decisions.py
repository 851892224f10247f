"""The decisions that a transfer consists of, in the wallet that sends and in the one that receives."""

from typing import ClassVar, Final

import pytest

from tui_ledger.domain.commands import (
    COMMANDS,
    CloseWallet,
    Command,
    DepositMoney,
    PurchaseItem,
    SendMoney,
    WithdrawMoney,
)
from tui_ledger.domain.events import (
    Event,
    MoneyDeposited,
    MoneyWithdrawn,
    TransferReceived,
    TransferReturned,
    TransferSent,
    TransferSettled,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.money import LIMIT
from tui_ledger.domain.transfer import (
    ReceiveTransfer,
    ReturnTransfer,
    SettleTransfer,
    give_back,
    receive,
    settle,
)
from tui_ledger.domain.wallet import ClosedWallet, ImpossibleEvent, OpenWallet, decide
from tui_ledger.testing import given

ANN = UserCreated("ann", "Ann", "USD")
HUNDRED = MoneyDeposited("ann", 100_00, "USD", "")
SENT = TransferSent("ann", "t1", "bob", 30_00, "USD", "rent")
SETTLED = TransferSettled("ann", "t1")
RETURNED = TransferReturned("ann", "t1", 30_00, "USD", "wallet_closed")
SENDING: Final[list[Event]] = [ANN, HUNDRED, SENT]

BOB = UserCreated("bob", "Bob", "USD")
RECEIVED = TransferReceived("bob", "t1", "ann", 30_00, "USD", "rent")
BOB_CLOSED: Final[list[Event]] = [
    BOB,
    RECEIVED,
    MoneyWithdrawn("bob", 30_00, "USD", ""),
    WalletClosed("bob", ""),
]


def send(amount: str = "30", to: str = "bob", **options: object) -> SendMoney:
    """Ann sends money; the command's id is t1."""
    return SendMoney.model_validate({"wallet": "ann", "to": to, "amount": amount, "id": "t1", **options})


def opened(*events: Event | list[Event]) -> OpenWallet:
    """The state after `events`, which is an open wallet."""
    state = given(*events).state
    assert isinstance(state, OpenWallet)
    return state


# The way there


def test_a_transfer_has_the_name_of_the_command_that_sends_it() -> None:
    given(ANN, HUNDRED).when(send(note="rent")).then(SENT)


def test_all_that_is_available_can_be_sent() -> None:
    given(ANN, HUNDRED).when(send("100")).then(TransferSent("ann", "t1", "bob", 100_00, "USD", ""))


def test_what_was_sent_is_received_as_it_was_sent() -> None:
    given(BOB).when(receive(SENT)).then(RECEIVED)


def test_what_was_received_is_settled_with_the_sender() -> None:
    given(SENDING).when(settle(RECEIVED)).then(SETTLED)


def test_what_was_refused_comes_back_whole_with_the_reason() -> None:
    given(SENDING).when(give_back(SENT, "wallet_closed")).then(RETURNED)


def test_a_transfer_without_a_name_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="no id"):
        decide(send(id=None), opened(ANN, HUNDRED))


# What it makes of the two wallets


def test_what_is_on_its_way_is_still_posted_and_cannot_be_spent() -> None:
    state = opened(SENDING)
    assert (state.posted, state.pending, state.available) == (100_00, 30_00, 70_00)
    too_much = (
        WithdrawMoney(wallet="ann", amount="70.01"),
        PurchaseItem(wallet="ann", item="x", price="70.01"),
        send("70.01", id="t2"),
    )
    for command in too_much:
        given(SENDING).when(command).then_rejected("insufficient_funds", available="70.00", needed="70.01")


def test_what_was_settled_is_gone() -> None:
    state = opened(SENDING, SETTLED)
    assert (state.posted, state.pending, state.available) == (70_00, 0, 70_00)


def test_what_came_back_can_be_spent_again() -> None:
    state = opened(SENDING, RETURNED)
    assert (state.posted, state.pending, state.available) == (100_00, 0, 100_00)


def test_what_was_received_can_be_spent_at_once() -> None:
    assert opened(BOB, RECEIVED).available == 30_00


def test_transfers_under_way_at_the_same_time_end_one_by_one() -> None:
    second = TransferSent("ann", "t2", "cy", 5_00, "USD", "")
    state = opened(SENDING, second, SETTLED)
    assert (state.posted, state.pending, state.available) == (70_00, 5_00, 65_00)


def test_a_wallet_with_money_on_its_way_does_not_close() -> None:
    all_of_it = TransferSent("ann", "t1", "bob", 100_00, "USD", "")
    on_its_way = given(ANN, HUNDRED, all_of_it).when(CloseWallet(wallet="ann"))
    on_its_way.then_rejected("wallet_not_empty", balance="100.00")
    given(ANN, HUNDRED, all_of_it, SETTLED).when(CloseWallet(wallet="ann")).then(WalletClosed("ann", ""))


def test_a_closed_wallet_remembers_what_it_received() -> None:
    state = given(BOB_CLOSED).state
    assert isinstance(state, ClosedWallet)
    assert "t1" in state.received


def test_a_wallet_that_is_full_can_take_back_what_it_sent() -> None:
    full: list[Event] = [ANN, MoneyDeposited("ann", LIMIT, "USD", ""), SENT]
    given(full).when(DepositMoney(wallet="ann", amount="0.01")).then_rejected("balance_too_large")
    given(full).when(give_back(SENT, "wallet_closed")).then(RETURNED)


# What is refused


class TestRejections:
    """Every way in which a step of a transfer is refused, and what is said then."""

    cases: ClassVar[dict[str, tuple[list[Event], Command, str, str]]] = {
        "a transfer to the same wallet": (
            [ANN, HUNDRED],
            send(to="ann"),
            "same_wallet",
            "A transfer goes to another wallet, and ann is where this one comes from.",
        ),
        "a transfer of the name of one that is on its way": (
            SENDING,
            send("1"),
            "transfer_under_way",
            "ann has a transfer t1 on its way already; choose another id.",
        ),
        "a transfer of more than there is": (
            [ANN, HUNDRED],
            send("100.01"),
            "insufficient_funds",
            "ann has 100.00 USD, and this needs 100.01 USD.",
        ),
        "a transfer with decimals that the currency has not": (
            [ANN, HUNDRED],
            send("0.001"),
            "bad_amount",
            "0.001 is no amount for ann: USD has 2 decimals; an amount looks like 12.34.",
        ),
        "a transfer from nobody": (
            [],
            send(),
            "unknown_wallet",
            "There is no wallet ann; the command create ann makes it.",
        ),
        "a transfer from a closed wallet": (
            [ANN, WalletClosed("ann", "")],
            send(),
            "wallet_closed",
            "The wallet ann is closed; nothing can happen in it any more.",
        ),
        "a transfer to nobody": (
            [],
            receive(SENT),
            "unknown_wallet",
            "There is no wallet bob; the command create bob makes it.",
        ),
        "a transfer to a closed wallet": (
            [BOB, WalletClosed("bob", "")],
            receive(SENT),
            "wallet_closed",
            "The wallet bob is closed; nothing can happen in it any more.",
        ),
        "a transfer in another currency": (
            [UserCreated("bob", "", "JPY")],
            receive(SENT),
            "other_currency",
            "bob is kept in JPY, and the transfer is in USD.",
        ),
        "a transfer that the wallet has no room for": (
            [BOB, MoneyDeposited("bob", LIMIT, "USD", "")],
            receive(SENT),
            "balance_too_large",
            "bob would hold more than 10000000000000.00 USD, the most that a wallet can hold.",
        ),
        "a transfer that has come in": (
            [BOB, RECEIVED],
            receive(SENT),
            "transfer_known",
            "bob has received the transfer t1 before.",
        ),
        "a transfer that had come in before the wallet was closed": (
            BOB_CLOSED,
            receive(SENT),
            "transfer_known",
            "bob has received the transfer t1 before.",
        ),
        "settling what was never sent": (
            [ANN, HUNDRED],
            settle(RECEIVED),
            "transfer_over",
            "ann has no transfer t1 on its way.",
        ),
        "settling twice": (
            [*SENDING, SETTLED],
            settle(RECEIVED),
            "transfer_over",
            "ann has no transfer t1 on its way.",
        ),
        "settling what came back": (
            [*SENDING, RETURNED],
            settle(RECEIVED),
            "transfer_over",
            "ann has no transfer t1 on its way.",
        ),
        "returning twice": (
            [*SENDING, RETURNED],
            give_back(SENT, "wallet_closed"),
            "transfer_over",
            "ann has no transfer t1 on its way.",
        ),
        "returning what was settled": (
            [*SENDING, SETTLED],
            give_back(SENT, "wallet_closed"),
            "transfer_over",
            "ann has no transfer t1 on its way.",
        ),
        "settling with nobody": (
            [],
            settle(RECEIVED),
            "unknown_wallet",
            "There is no wallet ann; the command create ann makes it.",
        ),
    }

    @pytest.mark.parametrize("case", cases)
    def test_it_is_refused_in_a_sentence(self, case: str) -> None:
        events, command, code, sentence = self.cases[case]
        decided = given(events).when(command)
        decided.then_rejected(code)
        assert str(decided.rejection) == sentence


# What cannot have happened


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ([*SENDING, SENT], "sends the transfer t1 a second time"),
        ([BOB, RECEIVED, RECEIVED], "receives the transfer t1 a second time"),
        ([ANN, HUNDRED, SETTLED], "has no transfer t1 on its way"),
        ([*SENDING, SETTLED, SETTLED], "has no transfer t1 on its way"),
        ([*SENDING, SETTLED, RETURNED], "has no transfer t1 on its way"),
        ([*SENDING, TransferReturned("ann", "t1", 29_99, "USD", "")], "comes back with another amount"),
        ([*SENDING, TransferReturned("ann", "t1", 30_00, "EUR", "")], "kept in USD, and this is EUR"),
        ([BOB, TransferReceived("bob", "t1", "ann", 1, "JPY", "")], "kept in USD, and this is JPY"),
        ([SENT], "does not exist yet"),
        ([SETTLED], "does not exist yet"),
        ([*BOB_CLOSED, RECEIVED], "is closed"),
    ],
)
def test_an_event_that_no_step_can_have_made_is_impossible(events: list[Event], reason: str) -> None:
    with pytest.raises(ImpossibleEvent, match=reason):
        given(events)


def test_the_steps_of_the_process_are_no_commands_that_a_person_can_give() -> None:
    assert not {ReceiveTransfer, SettleTransfer, ReturnTransfer} & set(COMMANDS.values())
    assert not {"receive", "settle", "return"} & COMMANDS.keys()
