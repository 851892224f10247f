"""What is on sale in each currency, with the JSON of every purchase as far as it can be prepared."""

from collections.abc import Iterable
from typing import Final

from tui_ledger.domain.events import ItemPurchased
from tui_ledger.domain.money import format_amount
from tui_ledger.event_store.codec import encode
from tui_ledger.simulation.history.content import content_of
from tui_ledger.simulation.history.quantiles import between
from tui_ledger.simulation.history.wares import RENT, WARES, Ware, in_currency

_BEFORE: Final = '{"wallet":"",'  # the wallet comes first in an event,
_BEHIND: Final = '"wallet":""}'  # and last in a command
_AMOUNT: Final = '"amount":0'  # where the price goes in an event,
_PRICE: Final = '"price":""'  # and in a command


class Sales:
    """What was sold of a ware in a currency.

    Attributes:
        sold: How often it was bought in this year.
        paid: For how much, in minor units.
        by_year: The same of every year that is over.
        refunded: How much was paid back, by the year of the purchase.
    """

    __slots__ = ("by_year", "currency", "paid", "refunded", "sold", "ware")

    def __init__(self, ware: Ware, currency: str) -> None:
        self.ware = ware
        self.currency = currency
        self.sold = self.paid = 0
        self.by_year: dict[int, tuple[int, int]] = {}
        self.refunded: dict[int, int] = {}

    def end_year(self, year: int) -> None:
        """Note what was sold, and begin anew."""
        if self.sold:
            self.by_year[year] = (self.sold, self.paid)
            self.sold = self.paid = 0

    def pay_back(self, year: int, amount: int) -> None:
        """Note a refund of what was bought in `year`."""
        self.refunded[year] = self.refunded.get(year, 0) + amount


class Offer:
    """A ware at several prices.

    Attributes:
        sales: Where it is noted that it was bought.
        prices: In minor units. The two that follow have an entry for each.
        data: How the event's data goes on behind the wallet.
        content: How the command's content begins, before the wallet.
    """

    __slots__ = ("content", "data", "prices", "sales")

    def __init__(self, sales: Sales, prices: tuple[int, ...]) -> None:
        self.sales = sales
        self.prices = prices
        self.data = _data(sales, prices)
        self.content = _content(sales, prices)


class Market:
    """The shops of one currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.sales = [Sales(ware, currency) for ware in WARES]
        self._offers: list[Offer | None] = [None] * len(WARES)
        self._rents = Sales(RENT, currency)

    def offer(self, ware: int) -> Offer:
        """The ware of that number, at its prices."""
        offer = self._offers[ware]
        if offer is None:
            sales = self.sales[ware]
            prices = tuple(in_currency(cents, self.currency) for cents in between(sales.ware.prices))
            offer = self._offers[ware] = Offer(sales, prices)
        return offer

    def rent(self, cents: int) -> Offer:
        """A flat, at one price."""
        return Offer(self._rents, (in_currency(cents, self.currency),))

    def all_sales(self) -> list[Sales]:
        """What was sold of everything."""
        return [*self.sales, self._rents]


def _data(sales: Sales, prices: Iterable[int]) -> list[str]:
    ware = sales.ware
    event = ItemPurchased("", ware.item, 0, sales.currency, ware.category, ware.merchant)
    before, behind = encode(event).removeprefix(_BEFORE).split(_AMOUNT)
    return [f'{before}"amount":{price}{behind}' for price in prices]


def _content(sales: Sales, prices: Iterable[int]) -> list[str]:
    ware = sales.ware
    given = {"category": ware.category, "merchant": ware.merchant}
    named = {name: value for name, value in given.items() if value}
    text = content_of("buy", wallet="", item=ware.item, price="", **named)
    before, behind = text.removesuffix(_BEHIND).split(_PRICE)
    return [f'{before}"price":"{format_amount(price, sales.currency)}"{behind}' for price in prices]
