"""A wallet of a simulated person: what the running ledger knows of it."""

from tui_ledger.command_side.streams import stream_of
from tui_ledger.simulation.history.market import Market, Offer
from tui_ledger.simulation.history.people import Person


class Wallet:
    """Amounts are in minor units.

    Attributes:
        before: How the data of each of its events begins.
        behind: How the content of each of its commands ends.
        balance: What it holds.
        taken_in: All that ever came in.
        events: How many events it has.
        forged: What came in without a command: it can be spent, but should not be there.
        salary: What comes in each month; 0 if nothing does.
        rent: What is paid each month.
    """

    __slots__ = (
        *("balance", "before", "behind", "closed", "currency", "events", "forged", "market", "name"),
        *("owner", "rent", "salary", "stream", "taken_in"),
    )

    def __init__(self, person: Person, market: Market) -> None:
        self.name = person.wallet
        self.owner = person.owner
        self.currency = person.currency
        self.market = market
        self.stream = stream_of(person.wallet)
        self.before = f'{{"wallet":"{person.wallet}",'
        self.behind = f'"wallet":"{person.wallet}"}}'
        self.balance = self.taken_in = self.events = self.forged = self.salary = 0
        self.rent: Offer | None = None
        self.closed = False

    def put_in(self, amount: int) -> None:
        """Note an event that brings money."""
        self.balance += amount
        self.taken_in += amount
        self.events += 1

    def take_out(self, amount: int) -> None:
        """Note an event that costs money."""
        self.balance -= amount
        self.events += 1
