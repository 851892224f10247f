"""Writing down what happens just as the command side and the transfer manager would."""

import msgspec

from tui_ledger.domain.events import (
    Event,
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
from tui_ledger.domain.money import format_amount
from tui_ledger.event_store.codec import encode
from tui_ledger.event_store.port import PastEvent
from tui_ledger.simulation.history.calendar import Day
from tui_ledger.simulation.history.content import content_of
from tui_ledger.simulation.history.market import Offer
from tui_ledger.simulation.history.people import Person
from tui_ledger.simulation.history.stamps import Stamp, Stamps
from tui_ledger.simulation.history.totals import Totals
from tui_ledger.simulation.history.wallet import Wallet


class Bought(msgspec.Struct, gc=False):
    """A purchase that may be paid back: how much of it is `left` to be."""

    wallet: Wallet
    offer: Offer
    left: int
    year: int
    occurred_at: str
    event_id: str
    command_id: str


class Forged(msgspec.Struct, frozen=True):
    """A deposit that no command caused."""

    position: int
    event: str
    wallet: str
    amount: str
    occurred_at: str


class Recorder:
    """Makes the events, and keeps the totals.

    Each method is about an event `at` so many milliseconds after midnight of the day that has begun. None
    checks whether it can be: that is known to whoever calls it.

    Attributes:
        totals: The running ledger.
        written: How many events have been made.
        forged: The deposit that was forged; None as long as none was.
    """

    def __init__(self, seed: int) -> None:
        self.totals = Totals()
        self.written = 0
        self.forged: Forged | None = None
        self._year = 0
        self._stamps = Stamps(seed)
        self._events: list[PastEvent] = []

    def begin(self, day: Day) -> None:
        """Go on to that day."""
        if self._year and day.date.year != self._year:
            self.end_year()
        self._year = day.date.year
        self._stamps.begin(day)

    def end_year(self) -> None:
        """Nothing more happens in this year."""
        self.totals.end_year(self._year)

    def taken(self) -> list[PastEvent]:
        """The events since this was asked last."""
        events, self._events = self._events, []
        return events

    def create(self, at: int, person: Person) -> Wallet:
        """A wallet is opened."""
        wallet = Wallet(person, self.totals.market(person.currency))
        wallet.events = 1
        self.totals.wallets.append(wallet)
        content = content_of("create", wallet=wallet.name, owner=wallet.owner, currency=wallet.currency)
        self._asked(
            self._stamps.next(at), wallet, UserCreated(wallet.name, wallet.owner, wallet.currency), content
        )
        return wallet

    def deposit(self, at: int, wallet: Wallet, amount: int, source: str) -> None:
        """Money comes in."""
        wallet.put_in(amount)
        self.totals.moved[wallet.currency]["deposited"] += amount
        content = content_of("deposit", wallet=wallet.name, amount=_text(amount, wallet), source=source)
        event = MoneyDeposited(wallet.name, amount, wallet.currency, source)
        self._asked(self._stamps.next(at), wallet, event, content)

    def withdraw(self, at: int, wallet: Wallet, amount: int, destination: str) -> None:
        """Money goes out."""
        wallet.take_out(amount)
        self.totals.moved[wallet.currency]["withdrawn"] += amount
        text = _text(amount, wallet)
        content = content_of("withdraw", wallet=wallet.name, amount=text, destination=destination)
        event = MoneyWithdrawn(wallet.name, amount, wallet.currency, destination)
        self._asked(self._stamps.next(at), wallet, event, content)

    def purchase(self, at: int, wallet: Wallet, offer: Offer, price: int) -> Stamp:
        """The offer is bought at the price of that number.

        This is what nearly all events are, so it takes no detour.
        """
        amount = offer.prices[price]
        wallet.balance -= amount
        wallet.events += 1
        sales = offer.sales
        sales.sold += 1
        sales.paid += amount
        stamp = self._stamps.next(at)
        event_id, occurred_at, recorded_at, command_id = stamp
        self.written += 1
        self._events.append(
            PastEvent(
                wallet.stream,
                event_id,
                "ItemPurchased",
                1,
                wallet.before + offer.data[price],
                offer.content[price] + wallet.behind,
                occurred_at,
                recorded_at,
                command_id,
                command_id,
                None,
            )
        )
        return stamp

    def bought(self, stamp: Stamp, wallet: Wallet, offer: Offer, price: int) -> Bought:
        """The purchase of that stamp, to be paid back later."""
        event_id, occurred_at, _, command_id = stamp
        return Bought(wallet, offer, offer.prices[price], self._year, occurred_at, event_id, command_id)

    def refund(self, at: int, bought: Bought, part: int | None) -> None:
        """A purchase is paid back: all that is left of it, or a part."""
        wallet, sales = bought.wallet, bought.offer.sales
        amount = bought.left if part is None else part
        bought.left -= amount
        wallet.put_in(amount)
        sales.pay_back(bought.year, amount)
        given = {} if part is None else {"amount": _text(part, wallet)}
        content = content_of("refund", wallet=wallet.name, purchase=bought.command_id, **given)
        event = PurchaseRefunded(
            wallet=wallet.name,
            amount=amount,
            currency=wallet.currency,
            purchase=bought.event_id,
            item=sales.ware.item,
            category=sales.ware.category,
            merchant=sales.ware.merchant,
            purchased_at=bought.occurred_at,
        )
        self._asked(self._stamps.next(at), wallet, event, content)

    def close(self, at: int, wallet: Wallet, reason: str) -> None:
        """An empty wallet is closed."""
        wallet.closed = True
        wallet.events += 1
        content = content_of("close", wallet=wallet.name, reason=reason)
        self._asked(self._stamps.next(at), wallet, WalletClosed(wallet.name, reason), content)

    def send(self, at: int, wallet: Wallet, to: Wallet, amount: int, note: str) -> None:
        """Money is sent, and arrives, or comes back if it cannot."""
        sent = self._sent(at, wallet, to.name, amount, note)
        if to.closed:
            self._returned(at, sent, wallet, amount, "wallet_closed")
        elif to.currency != wallet.currency:
            self._returned(at, sent, wallet, amount, "other_currency")
        else:
            self._received(at, sent, wallet, to, amount, note)

    def send_astray(self, at: int, wallet: Wallet, to: str, amount: int, note: str) -> None:
        """Money is sent to a wallet that does not exist, and comes back."""
        sent = self._sent(at, wallet, to, amount, note)
        self._returned(at, sent, wallet, amount, "unknown_wallet")

    def forge(self, at: int, wallet: Wallet, amount: int, source: str) -> None:
        """A deposit gets into the log that no command caused. The totals say what should be, without it."""
        wallet.put_in(amount)
        wallet.events -= 1
        wallet.forged += amount
        event = MoneyDeposited(wallet.name, amount, wallet.currency, source)
        stamp = self._stamps.next(at)
        self._write(stamp, wallet, event, None, None, None, None)
        self.totals.types[MoneyDeposited.__name__] -= 1
        event_id, occurred_at, *_ = stamp
        self.forged = Forged(self.written, event_id, wallet.name, _text(amount, wallet), occurred_at)

    def _sent(self, at: int, wallet: Wallet, to: str, amount: int, note: str) -> Stamp:
        wallet.take_out(amount)
        self.totals.moved[wallet.currency]["sent"] += amount
        given = {"note": note} if note else {}
        content = content_of("send", wallet=wallet.name, to=to, amount=_text(amount, wallet), **given)
        stamp = self._stamps.next(at)
        *_, transfer = stamp
        event = TransferSent(wallet.name, transfer, to, amount, wallet.currency, note)
        self._asked(stamp, wallet, event, content)
        return stamp

    def _received(self, at: int, sent: Stamp, sender: Wallet, wallet: Wallet, amount: int, note: str) -> None:
        sent_id, _, _, transfer = sent
        currency = wallet.currency
        wallet.put_in(amount)
        sender.events += 1
        self.totals.moved[currency]["received"] += amount
        content = content_of(
            "receive",
            wallet=wallet.name,
            transfer=transfer,
            sender=sender.name,
            amount=amount,
            currency=currency,
            note=note,
        )
        stamp = self._stamps.next(at)
        event = TransferReceived(wallet.name, transfer, sender.name, amount, currency, note)
        self._write(stamp, wallet, event, content, f"{sent_id}:transfer", transfer, sent_id)
        content = content_of("settle", wallet=sender.name, transfer=transfer)
        received_id, *_ = stamp
        settled = TransferSettled(sender.name, transfer)
        stamp = self._stamps.next(at)
        self._write(stamp, sender, settled, content, f"{received_id}:settle", transfer, received_id)

    def _returned(self, at: int, sent: Stamp, wallet: Wallet, amount: int, reason: str) -> None:
        sent_id, _, _, transfer = sent
        wallet.put_in(amount)
        self.totals.moved[wallet.currency]["returned"] += amount
        content = content_of("return", wallet=wallet.name, transfer=transfer, reason=reason)
        event = TransferReturned(wallet.name, transfer, amount, wallet.currency, reason)
        stamp = self._stamps.next(at)
        self._write(stamp, wallet, event, content, f"{sent_id}:transfer", transfer, sent_id)

    def _asked(self, stamp: Stamp, wallet: Wallet, event: Event, content: str) -> None:
        """An event that a person's command caused."""
        *_, command_id = stamp
        self._write(stamp, wallet, event, content, command_id, command_id, None)

    def _write(
        self,
        stamp: Stamp,
        wallet: Wallet,
        event: Event,
        content: str | None,
        command: str | None,
        journey: str | None,
        cause: str | None,
    ) -> None:
        kind = type(event).__name__
        self.totals.types[kind] += 1
        self.written += 1
        event_id, occurred_at, recorded_at, _ = stamp
        self._events.append(
            PastEvent(
                wallet.stream,
                event_id,
                kind,
                event.schema,
                encode(event),
                content,
                occurred_at,
                recorded_at,
                command,
                journey,
                cause,
            )
        )


def _text(amount: int, wallet: Wallet) -> str:
    return format_amount(amount, wallet.currency)
