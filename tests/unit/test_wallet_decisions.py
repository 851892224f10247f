"""Every decision of a wallet: given what happened, when this is asked, then that happens or is refused."""

from typing import ClassVar, Final

import pytest

from tui_ledger.domain.commands import (
    CloseWallet,
    Command,
    CreateUser,
    DepositMoney,
    PurchaseItem,
    RefundPurchase,
    WithdrawMoney,
)
from tui_ledger.domain.events import (
    Event,
    ItemPurchased,
    MoneyDeposited,
    MoneyWithdrawn,
    PurchaseRefunded,
    UserCreated,
    WalletClosed,
)
from tui_ledger.domain.money import LIMIT
from tui_ledger.domain.rejections import SENTENCES, Rejected
from tui_ledger.domain.wallet import initial_state
from tui_ledger.testing import OCCURRED_AT, given

CREATED = UserCreated("moyin", "Moyin 莫吟", "USD")
THOUSAND = MoneyDeposited("moyin", 100_000, "USD", "salary")
SWORD = ItemPurchased("moyin", "sword 剣", 20_000, "USD", "weapons", "smithy")
BOUGHT: Final[list[Event]] = [CREATED, THOUSAND, SWORD]
CLOSED: Final[list[Event]] = [CREATED, WalletClosed("moyin", "")]


def refunded(amount: int) -> PurchaseRefunded:
    """A refund of the sword, which is the third event."""
    return PurchaseRefunded("moyin", amount, "USD", "3", "sword 剣", "weapons", "smithy", OCCURRED_AT)


# What happens


def test_creating_a_user_opens_a_wallet_in_their_currency() -> None:
    command = CreateUser(wallet="moyin", owner="Moyin 莫吟", currency="JPY")
    given().when(command).then(UserCreated("moyin", "Moyin 莫吟", "JPY"))


def test_a_wallet_without_a_currency_is_in_dollars() -> None:
    given().when(CreateUser(wallet="moyin")).then(UserCreated("moyin", "", "USD"))


def test_a_deposit_is_recorded_in_minor_units_of_the_wallets_currency() -> None:
    command = DepositMoney(wallet="moyin", amount="1000", source="salary")
    given(CREATED).when(command).then(THOUSAND)


def test_a_withdrawal_may_take_all_there_is() -> None:
    command = WithdrawMoney(wallet="moyin", amount="1000.00", destination="bank")
    given(CREATED, THOUSAND).when(command).then(MoneyWithdrawn("moyin", 100_000, "USD", "bank"))


def test_a_purchase_says_what_was_bought_where() -> None:
    command = PurchaseItem(
        wallet="moyin", item="sword 剣", price="200", category="weapons", merchant="smithy"
    )
    given(CREATED, THOUSAND).when(command).then(SWORD)


def test_a_refund_without_an_amount_pays_back_everything() -> None:
    given(BOUGHT).when(RefundPurchase(wallet="moyin", purchase="3")).then(refunded(20_000))


def test_a_refund_can_be_a_part() -> None:
    given(BOUGHT).when(RefundPurchase(wallet="moyin", purchase="3", amount="0.01")).then(refunded(1))


def test_a_refund_after_a_part_pays_back_what_is_left() -> None:
    given(BOUGHT, refunded(5_000)).when(RefundPurchase(wallet="moyin", purchase="3")).then(refunded(15_000))


def test_an_empty_wallet_closes() -> None:
    command = CloseWallet(wallet="moyin", reason="moved")
    given(CREATED).when(command).then(WalletClosed("moyin", "moved"))


def test_a_wallet_that_was_emptied_closes() -> None:
    emptied: list[Event] = [CREATED, THOUSAND, MoneyWithdrawn("moyin", 100_000, "USD", "")]
    given(emptied).when(CloseWallet(wallet="moyin")).then(WalletClosed("moyin", ""))


def test_a_balance_may_reach_the_limit_exactly() -> None:
    nearly = MoneyDeposited("moyin", LIMIT - 1, "USD", "")
    given(CREATED, nearly).when(DepositMoney(wallet="moyin", amount="0.01")).then(
        MoneyDeposited("moyin", 1, "USD", "")
    )


# What is refused


class TestRejections:
    """Every code that `decide` can give is here; those of transfers and the handler have their own tests."""

    by_handler: ClassVar = {"in_the_future", "conflict"}
    of_transfers: ClassVar = {
        "same_wallet",
        "other_currency",
        "transfer_known",
        "transfer_over",
        "transfer_under_way",
    }
    cases: ClassVar[dict[str, tuple[list[Event], Command, str, dict[str, str]]]] = {
        "a second creation": ([CREATED], CreateUser(wallet="moyin"), "wallet_exists", {"wallet": "moyin"}),
        "a creation after closing": (CLOSED, CreateUser(wallet="moyin"), "wallet_exists", {}),
        "a deposit to nobody": ([], DepositMoney(wallet="nobody", amount="1"), "unknown_wallet", {}),
        "a withdrawal from nobody": ([], WithdrawMoney(wallet="nobody", amount="1"), "unknown_wallet", {}),
        "a purchase by nobody": (
            [],
            PurchaseItem(wallet="nobody", item="x", price="1"),
            "unknown_wallet",
            {},
        ),
        "a refund to nobody": ([], RefundPurchase(wallet="nobody", purchase="3"), "unknown_wallet", {}),
        "closing nothing": ([], CloseWallet(wallet="nobody"), "unknown_wallet", {"wallet": "nobody"}),
        "a deposit when closed": (CLOSED, DepositMoney(wallet="moyin", amount="1"), "wallet_closed", {}),
        "a withdrawal when closed": (CLOSED, WithdrawMoney(wallet="moyin", amount="1"), "wallet_closed", {}),
        "a purchase when closed": (
            CLOSED,
            PurchaseItem(wallet="moyin", item="x", price="1"),
            "wallet_closed",
            {},
        ),
        "a refund when closed": (CLOSED, RefundPurchase(wallet="moyin", purchase="3"), "wallet_closed", {}),
        "closing twice": (CLOSED, CloseWallet(wallet="moyin"), "wallet_closed", {}),
        "a withdrawal of too much": (
            [CREATED, THOUSAND],
            WithdrawMoney(wallet="moyin", amount="1000.01"),
            "insufficient_funds",
            {"available": "1000.00", "needed": "1000.01", "currency": "USD"},
        ),
        "a purchase of too much": (
            BOUGHT,
            PurchaseItem(wallet="moyin", item="horse", price="800.01"),
            "insufficient_funds",
            {"available": "800.00", "needed": "800.01"},
        ),
        "closing with money in it": (
            [CREATED, THOUSAND],
            CloseWallet(wallet="moyin"),
            "wallet_not_empty",
            {"balance": "1000.00", "currency": "USD"},
        ),
        "decimals that the currency has not": (
            [UserCreated("moyin", "", "JPY")],
            DepositMoney(wallet="moyin", amount="12.5"),
            "bad_amount",
            {"reason": "JPY has no decimals; an amount looks like 1234"},
        ),
        "three decimals of a dollar": (
            [CREATED],
            DepositMoney(wallet="moyin", amount="0.001"),
            "bad_amount",
            {"amount": "0.001"},
        ),
        "a price with three decimals": (
            [CREATED, THOUSAND],
            PurchaseItem(wallet="moyin", item="x", price="0.001"),
            "bad_amount",
            {},
        ),
        "an amount beyond the limit": (
            [CREATED],
            DepositMoney(wallet="moyin", amount="10000000000000.01"),
            "bad_amount",
            {},
        ),
        "a deposit that the wallet has no room for": (
            [CREATED, MoneyDeposited("moyin", LIMIT, "USD", "")],
            DepositMoney(wallet="moyin", amount="0.01"),
            "balance_too_large",
            {"limit": "10000000000000.00"},
        ),
        "a refund that the wallet has no room for": (
            [*BOUGHT, MoneyDeposited("moyin", LIMIT - 80_000, "USD", "")],
            RefundPurchase(wallet="moyin", purchase="3"),
            "balance_too_large",
            {},
        ),
        "a refund of what was never bought": (
            BOUGHT,
            RefundPurchase(wallet="moyin", purchase="4"),
            "unknown_purchase",
            {"purchase": "4"},
        ),
        "a refund of a deposit": (
            BOUGHT,
            RefundPurchase(wallet="moyin", purchase="2"),
            "unknown_purchase",
            {},
        ),
        "a refund of more than the price": (
            BOUGHT,
            RefundPurchase(wallet="moyin", purchase="3", amount="200.01"),
            "refund_too_large",
            {"left": "200.00", "needed": "200.01"},
        ),
        "a refund of more than is left": (
            [*BOUGHT, refunded(15_000)],
            RefundPurchase(wallet="moyin", purchase="3", amount="50.01"),
            "refund_too_large",
            {"left": "50.00", "needed": "50.01"},
        ),
        "a refund of what was refunded": (
            [*BOUGHT, refunded(20_000)],
            RefundPurchase(wallet="moyin", purchase="3"),
            "refund_too_large",
            {"left": "0.00", "needed": "200.00"},
        ),
        "a refund with decimals that the currency has not": (
            BOUGHT,
            RefundPurchase(wallet="moyin", purchase="3", amount="0.001"),
            "bad_amount",
            {},
        ),
    }

    @pytest.mark.parametrize("case", cases)
    def test_it_is_refused(self, case: str) -> None:
        events, command, code, details = self.cases[case]
        given(events).when(command).then_rejected(code, **details)

    def test_every_code_has_a_case(self) -> None:
        here = {code for _, _, code, _ in self.cases.values()}
        assert here | self.by_handler | self.of_transfers == SENTENCES.keys()

    def test_the_sentence_says_the_details(self) -> None:
        rejection = Rejected(
            "insufficient_funds", wallet="moyin", available="5.00", needed="6.00", currency="USD"
        )
        assert str(rejection) == "moyin has 5.00 USD, and this needs 6.00 USD."

    def test_braces_in_what_a_person_wrote_are_not_filled_in(self) -> None:
        rejection = Rejected("unknown_purchase", wallet="moyin", purchase="{wallet.__class__}")
        assert "{wallet.__class__}" in str(rejection)


def test_a_command_that_nobody_decides_is_a_mistake_of_the_programmer() -> None:
    class Steal(Command):
        verb = "steal"

    with pytest.raises(TypeError, match="no decision for Steal"):
        given(CREATED).when(Steal(wallet="moyin"))


def test_before_the_first_event_there_is_no_wallet() -> None:
    assert given().state == initial_state()
