"""The kit for decisions: what can be given, how it goes on, and that it fails, and says why."""

import re
from typing import Any, Final

import pytest

from tui_ledger.domain.commands import (
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
    TransferSent,
    UserCreated,
)
from tui_ledger.domain.wallet import ImpossibleEvent, OpenWallet
from tui_ledger.event_store.codec import decode
from tui_ledger.ledger import Ledger
from tui_ledger.testing import OCCURRED_AT, given
from tui_ledger.testing.given import When

CREATED: Final = UserCreated("moyin", "", "USD")
DEPOSITED: Final = MoneyDeposited("moyin", 1000, "USD", "")
BOUGHT: Final = ItemPurchased("moyin", "sword", 300, "USD", "", "")
WITHDRAWN: Final = MoneyWithdrawn("moyin", 500, "USD", "")
DEPOSIT: Final = DepositMoney(wallet="moyin", amount="10")
WITHDRAWAL: Final = WithdrawMoney(wallet="moyin", amount="5")


def refunded(purchase: str, at: str = OCCURRED_AT) -> PurchaseRefunded:
    """The whole of `BOUGHT`, paid back."""
    return PurchaseRefunded("moyin", 300, "USD", purchase, "sword", "", "", at)


# What can be given


def test_events_are_given_one_by_one_or_in_lists() -> None:
    both: list[Event] = [CREATED, DEPOSITED]
    assert given(CREATED, DEPOSITED, BOUGHT) == given(both, BOUGHT) == given(iter([*both, BOUGHT]))


def test_a_purchase_is_refunded_by_the_number_of_its_event() -> None:
    outcome = given([CREATED, DEPOSITED], BOUGHT).when(RefundPurchase(wallet="moyin", purchase="3"))
    outcome.then(refunded("3"))


async def test_the_events_of_a_ledger_keep_their_ids_and_times(ledger: Ledger) -> None:
    for command in (
        CreateUser(wallet="moyin"),
        DEPOSIT,
        PurchaseItem(wallet="moyin", item="sword", price="3", at="2025-12-24T18:00:00Z"),
    ):
        await ledger.execute(command)
    stored = await ledger.read()
    asked = RefundPurchase(wallet="moyin", purchase=stored[2].id)
    paid_back = refunded(stored[2].id, at="2025-12-24T18:00:00.000000Z")
    given(stored).when(asked).then(paid_back)
    given(map(decode, stored)).when(asked).then(paid_back)
    given(CREATED, stored[1:]).when(asked).then(paid_back)


def test_a_transfer_without_an_id_is_named_after_the_number_of_its_event() -> None:
    send = SendMoney(wallet="moyin", to="ann", amount="1")
    first = TransferSent("moyin", "command-3", "ann", 100, "USD", "")
    second = TransferSent("moyin", "command-4", "ann", 100, "USD", "")
    given(CREATED, DEPOSITED).when(send).then(first).when(send).then(second)


def test_a_transfer_with_an_id_keeps_it() -> None:
    send = SendMoney(wallet="moyin", to="ann", amount="1", id="rent")
    given(CREATED, DEPOSITED).when(send).then(TransferSent("moyin", "rent", "ann", 100, "USD", ""))


# How it goes on


def test_what_happened_is_given_to_the_next_command() -> None:
    story = given(CREATED).when(WITHDRAWAL).then_rejected("insufficient_funds").when(DEPOSIT).then(DEPOSITED)
    buy = PurchaseItem(wallet="moyin", item="sword", price="3")
    refund = RefundPurchase(wallet="moyin", purchase="3")
    state = story.when(buy).then(BOUGHT).when(refund).then(refunded("3")).state
    assert isinstance(state, OpenWallet)
    assert state.posted == 1000


# What is not accepted from a test


def test_the_events_are_those_of_one_wallet() -> None:
    with pytest.raises(ValueError, match="event 3 is of ann, and those before of moyin"):
        given(CREATED, DEPOSITED, MoneyDeposited("ann", 1, "USD", ""))


def test_the_command_is_about_the_wallet_of_the_events() -> None:
    with pytest.raises(ValueError, match="about ann, and the events are of moyin"):
        given(CREATED).when(DepositMoney(wallet="ann", amount="1"))


@pytest.mark.parametrize("pinned", [{"expect": 7}, {"at": "2999-01-01"}], ids=["expect", "at"])
def test_what_a_decision_does_not_look_at_is_not_taken_for_tested(pinned: dict[str, Any]) -> None:
    command = DepositMoney(wallet="moyin", amount="1", **pinned)
    with pytest.raises(ValueError, match="expect and at are checked by a ledger"):
        given(CREATED).when(command)


@pytest.mark.parametrize("wrong", [DEPOSIT, 5], ids=["a command", "a number"])
def test_what_is_no_event_is_named(wrong: Any) -> None:
    with pytest.raises(TypeError, match=rf"^events can be given, and this is {re.escape(repr(wrong))}$"):
        given(CREATED, wrong)


def test_an_event_that_cannot_be_is_named_with_its_number() -> None:
    with pytest.raises(ImpossibleEvent) as caught:
        given([CREATED, DEPOSITED], MoneyDeposited("moyin", 1, "JPY", "tip"))
    [note] = caught.value.__notes__
    assert note.startswith("This is event 3: MoneyDeposited(wallet='moyin', amount=1, currency='JPY'")


def test_what_happened_is_checked_to_follow_from_what_was_given() -> None:
    forged = When(given(CREATED), (CREATED,), None)
    with pytest.raises(ImpossibleEvent, match="created a second time"):
        forged.then(CREATED)


# How it fails


def test_other_events_are_shown_line_by_line() -> None:
    outcome = given(CREATED).when(DEPOSIT)
    with pytest.raises(AssertionError) as caught:
        outcome.then(MoneyDeposited("moyin", 1500, "USD", ""), WITHDRAWN)
    assert str(caught.value).splitlines() == [
        "something else happened (+) than expected (-):",
        "  - MoneyDeposited(wallet='moyin', amount=1500, currency='USD', source='')",
        "  ?                                        ^",
        "  + MoneyDeposited(wallet='moyin', amount=1000, currency='USD', source='')",
        "  ?                                        ^",
        "  - MoneyWithdrawn(wallet='moyin', amount=500, currency='USD', destination='')",
    ]


def test_that_something_happened_is_noticed_where_nothing_was_expected() -> None:
    with pytest.raises(AssertionError, match=r"\n  \+ MoneyDeposited\("):
        given(CREATED).when(DEPOSIT).then()


def test_a_refusal_is_said_with_its_reason_and_what_was_expected() -> None:
    message = "rejected with insufficient_funds: moyin has 0.00 USD, and this needs 5.00 USD."
    with pytest.raises(AssertionError, match=rf"^{re.escape(message)}\nexpected was:\n  MoneyWithdrawn\("):
        given(CREATED).when(WITHDRAWAL).then(WITHDRAWN)
    with pytest.raises(AssertionError, match=r"expected was: nothing$"):
        given(CREATED).when(WITHDRAWAL).then()


def test_that_nothing_was_refused_is_said_with_what_happened() -> None:
    with pytest.raises(AssertionError, match=r"^not rejected with wallet_closed; .*:\n  MoneyDeposited\("):
        given(CREATED).when(DEPOSIT).then_rejected("wallet_closed")


def test_another_code_or_detail_is_noticed() -> None:
    outcome = given(CREATED).when(WITHDRAWAL)
    outcome.then_rejected("insufficient_funds", needed="5.00")
    with pytest.raises(AssertionError, match=r"^rejected with insufficient_funds, and not wallet_closed: "):
        outcome.then_rejected("wallet_closed")
    with pytest.raises(AssertionError, match=r"details are {'needed': '5.00'}, and not {'needed': '6.00'}"):
        outcome.then_rejected("insufficient_funds", needed="6.00")
    with pytest.raises(AssertionError, match=r"details are {'cake': None}"):
        outcome.then_rejected("insufficient_funds", cake="")
