"""A live wallet system on CQRS and event sourcing, to look at, to play with, and to test against.

What a user of the library needs is here, and is imported when it is first asked for:

    from tui_ledger import DepositMoney, Ledger

    async with Ledger.open("my-ledger") as ledger:
        receipt = await ledger.execute(DepositMoney(wallet="moyin", amount="1000"))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tui_ledger.domain.commands import CloseWallet as CloseWallet
    from tui_ledger.domain.commands import CreateUser as CreateUser
    from tui_ledger.domain.commands import DepositMoney as DepositMoney
    from tui_ledger.domain.commands import PurchaseItem as PurchaseItem
    from tui_ledger.domain.commands import RefundPurchase as RefundPurchase
    from tui_ledger.domain.commands import SendMoney as SendMoney
    from tui_ledger.domain.commands import WithdrawMoney as WithdrawMoney
    from tui_ledger.ledger import Ledger as Ledger

_COMMANDS: Final = "tui_ledger.domain.commands"
_HOMES: Final = {
    "Ledger": "tui_ledger.ledger",
    "CreateUser": _COMMANDS,
    "DepositMoney": _COMMANDS,
    "WithdrawMoney": _COMMANDS,
    "PurchaseItem": _COMMANDS,
    "RefundPurchase": _COMMANDS,
    "SendMoney": _COMMANDS,
    "CloseWallet": _COMMANDS,
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
