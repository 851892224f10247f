"""The books behind the events: each event's postings sum to zero, and a wallet's are its balance."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

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
from tui_ledger.domain.postings import Posting, change, postings
from tui_ledger.domain.transfer import ReceiveTransfer, ReturnTransfer, SettleTransfer
from tui_ledger.domain.wallet import ClosedWallet, NoWallet, OpenWallet
from tui_ledger.testing import given as given_events

cents = st.integers(1, 20_000).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
names = st.sampled_from(["t1", "t2", "t3"])
asked = st.one_of(
    st.just(CreateUser(wallet="moyin")),
    st.builds(lambda amount: DepositMoney(wallet="moyin", amount=amount), cents),
    st.builds(lambda amount: WithdrawMoney(wallet="moyin", amount=amount), cents),
    st.builds(
        lambda price, merchant: PurchaseItem(wallet="moyin", item="x", price=price, merchant=merchant),
        cents,
        st.sampled_from(["", "smithy", "world"]),
    ),
    st.builds(
        lambda number, amount: RefundPurchase(wallet="moyin", purchase=str(number), amount=amount),
        st.integers(1, 12),
        st.none() | cents,
    ),
    st.builds(lambda amount, name: SendMoney(wallet="moyin", to="ann", amount=amount, id=name), cents, names),
    st.builds(lambda name: SettleTransfer(wallet="moyin", transfer=name), names),
    st.builds(lambda name: ReturnTransfer(wallet="moyin", transfer=name, reason=""), names),
    st.builds(
        lambda minor, name: ReceiveTransfer(
            wallet="moyin", transfer=name, sender="ann", amount=minor, currency="USD", note=""
        ),
        st.integers(1, 20_000),
        names,
    ),
    st.just(CloseWallet(wallet="moyin")),
)
opening = st.just([CreateUser(wallet="moyin"), DepositMoney(wallet="moyin", amount="500")])


def accepted(commands: list[Command]) -> list[Event]:
    """The events of those commands that the wallet accepts, one after the other; no id is taken twice."""
    events: list[Event] = []
    taken: set[str | None] = set()
    for command in commands:
        if command.id is None or command.id not in taken:
            events += given_events(events).when(command).events
            taken.add(command.id)
    return events


@given(st.builds(list.__add__, opening | st.just([]), st.lists(asked, max_size=25)))
def test_the_books_balance_and_agree_with_the_fold(commands: list[Command]) -> None:
    events = accepted(commands)
    books: Counter[str] = Counter()
    for event in events:
        booked = postings(event)
        assert sum(posting.amount for posting in booked) == 0
        for posting in booked:
            books[posting.account] += posting.amount
    state = given_events(events).state
    assert sum(books.values()) == 0
    assert books["wallet/moyin"] == sum(map(change, events)) >= 0
    if not isinstance(state, NoWallet):
        assert books["wallet/moyin"] == state.available
    if isinstance(state, ClosedWallet):
        assert state.posted == 0
    if isinstance(state, OpenWallet):
        assert state.pending == sum(state.sent.values()) >= 0
        assert all(0 <= bought.refunded <= bought.amount for bought in state.purchases.values())


def test_each_kind_of_event_moves_money_between_its_two_accounts() -> None:
    def flow(event: Event) -> tuple[tuple[str, int], ...]:
        return tuple((posting.account, posting.amount) for posting in postings(event))

    refund = PurchaseRefunded("moyin", 5, "USD", "3", "sword", "", "smithy", "")
    assert flow(UserCreated("moyin", "", "USD")) == ()
    assert flow(MoneyDeposited("moyin", 5, "USD", "")) == (("world", -5), ("wallet/moyin", 5))
    assert flow(MoneyWithdrawn("moyin", 5, "USD", "")) == (("wallet/moyin", -5), ("world", 5))
    assert flow(ItemPurchased("moyin", "x", 5, "USD", "", "smithy")) == (
        ("wallet/moyin", -5), ("merchant/smithy", 5),
    )  # fmt: skip
    assert flow(refund) == (("merchant/smithy", -5), ("wallet/moyin", 5))
    assert flow(TransferSent("moyin", "t", "ann", 5, "USD", "")) == (("wallet/moyin", -5), ("in-flight", 5))
    assert flow(TransferReceived("ann", "t", "moyin", 5, "USD", "")) == (("in-flight", -5), ("wallet/ann", 5))
    assert flow(TransferSettled("moyin", "t")) == ()
    assert flow(TransferReturned("moyin", "t", 5, "USD", "")) == (("in-flight", -5), ("wallet/moyin", 5))
    assert flow(WalletClosed("moyin", "")) == ()


def test_a_posting_is_in_the_events_currency() -> None:
    assert postings(MoneyDeposited("moyin", 5, "JPY", ""))[1] == Posting("wallet/moyin", "JPY", 5)


def test_a_merchant_cannot_pass_for_the_money_in_flight() -> None:
    assert postings(ItemPurchased("moyin", "x", 5, "USD", "", "in-flight"))[1].account != "in-flight"


def test_a_merchant_cannot_pass_for_the_world_or_a_wallet() -> None:
    for merchant in ("", "world", "wallet/moyin", "../world"):
        bought = ItemPurchased("moyin", "x", 5, "USD", "", merchant)
        assert postings(bought)[1].account == f"merchant/{merchant}"
        assert change(bought) == -5
