"""The running ledger of a history: what its views must say, without a look at its events."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from tui_ledger.domain.events import ItemPurchased
from tui_ledger.domain.money import format_amount
from tui_ledger.simulation.history.market import Market, Sales
from tui_ledger.simulation.history.wallet import Wallet

_MOVED: Final = ("deposited", "withdrawn", "sent", "received", "returned")
_PURCHASE: Final = ItemPurchased.__name__


class Totals:
    """What has happened so far.

    Attributes:
        wallets: Every wallet that was ever opened, in that order.
        types: How many events there are of each type but purchases, which `markets` know.
        moved: In minor units, by currency and `deposited`, `withdrawn`, `sent`, `received` or `returned`.
    """

    def __init__(self) -> None:
        self.wallets: list[Wallet] = []
        self.types: Counter[str] = Counter()
        self.moved: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._markets: dict[str, Market] = {}

    def market(self, currency: str) -> Market:
        """The shops of that currency."""
        if currency not in self._markets:
            self._markets[currency] = Market(currency)
        return self._markets[currency]

    def end_year(self, year: int) -> None:
        """Note what was sold in the year that is over."""
        for sales in self._sales():
            sales.end_year(year)

    def by_type(self) -> dict[str, int]:
        """How many events there are of each type."""
        sold = sum(sold for sales in self._sales() for sold, _ in sales.by_year.values())
        return dict(sorted((self.types + Counter({_PURCHASE: sold})).items()))

    def balances(self) -> dict[str, dict[str, Any]]:
        """The documents of the view `balances`, with the number of events of each wallet."""
        return {wallet.name: _balance(wallet) for wallet in sorted(self.wallets, key=lambda one: one.name)}

    def currencies(self) -> dict[str, dict[str, Any]]:
        """What was moved in each currency, and what the wallets hold together."""
        found = {}
        for currency, market in sorted(self._markets.items()):
            wallets = [wallet for wallet in self.wallets if wallet.currency == currency]
            paid, refunded = _sums(market.all_sales())
            amounts = {name: self.moved[currency][name] for name in _MOVED}
            amounts |= {"purchased": paid, "refunded": refunded, "held": sum(map(_held, wallets))}
            found[currency] = {
                "wallets": len(wallets),
                "closed": sum(wallet.closed for wallet in wallets),
                **{name: format_amount(amount, currency) for name, amount in amounts.items()},
            }
        return found

    def spending(self) -> dict[str, dict[str, Any]]:
        """The documents of the view `spending` for everybody."""
        spent: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        for sales in self._sales():
            for year, (_, paid) in sales.by_year.items():
                spent[year, sales.currency][sales.ware.category] += paid - sales.refunded.get(year, 0)
        return {
            f"{year}/{currency}": {
                "total": format_amount(sum(categories.values()), currency),
                "categories": {
                    category: format_amount(amount, currency)
                    for category, amount in sorted(categories.items())
                },
            }
            for (year, currency), categories in sorted(spent.items())
        }

    def items(self) -> dict[str, dict[str, Any]]:
        """The documents of the view `top_items`."""
        found = {}
        for sales in self._sales():
            if sales.by_year:
                paid, refunded = _sums([sales])
                found[f"{sales.currency}/{sales.ware.item}"] = {
                    "item": sales.ware.item,
                    "count": sum(sold for sold, _ in sales.by_year.values()),
                    "revenue": format_amount(paid - refunded, sales.currency),
                }
        return dict(sorted(found.items()))

    def books(self) -> dict[str, dict[str, str]]:
        """The documents of the view `books`."""
        accounts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for currency, moved in self.moved.items():
            accounts[currency, "world"] += _account(moved["withdrawn"], moved["deposited"])
            accounts[currency, "in-flight"] += _account(moved["sent"], moved["received"] + moved["returned"])
        for wallet in self.wallets:
            taken_in = wallet.taken_in - wallet.forged
            account = _account(taken_in, taken_in - _held(wallet))
            accounts[wallet.currency, f"wallet/{wallet.name}"] += account
        for sales in self._sales():
            account = _account(*_sums([sales]))
            accounts[sales.currency, f"merchant/{sales.ware.merchant}"] += account
        return {
            f"{currency}/{name}": _booked(sums, currency)
            for (currency, name), sums in sorted(accounts.items())
            if sums
        }

    def _sales(self) -> Iterator[Sales]:
        for market in self._markets.values():
            yield from market.all_sales()


def _held(wallet: Wallet) -> int:
    return wallet.balance - wallet.forged


def _balance(wallet: Wallet) -> dict[str, Any]:
    return {
        "owner": wallet.owner,
        "currency": wallet.currency,
        "balance": format_amount(_held(wallet), wallet.currency),
        "state": "closed" if wallet.closed else "open",
        "events": wallet.events,
    }


def _sums(sales: Iterable[Sales]) -> tuple[int, int]:
    """What was paid, and how much of that was paid back."""
    every = list(sales)
    paid = sum(paid for one in every for _, paid in one.by_year.values())
    return paid, sum(sum(one.refunded.values()) for one in every)


def _account(debits: int, credits_: int) -> Counter[str]:
    return Counter({"debits": debits, "credits": credits_})


def _booked(sums: Counter[str], currency: str) -> dict[str, str]:
    amounts = {
        **{name: sums[name] for name in ("debits", "credits")},
        "balance": sums["debits"] - sums["credits"],
    }
    return {name: format_amount(amount, currency) for name, amount in amounts.items()}
