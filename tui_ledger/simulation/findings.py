"""Looks up what an expectation is about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tui_ledger.command_side.receipt import Receipt
from tui_ledger.domain.money import format_amount
from tui_ledger.domain.wallet import ClosedWallet, NoWallet, OpenWallet
from tui_ledger.ledger import Ledger
from tui_ledger.simulation.expectations import ExpectationPath

_PAGE: Final = 1000


class Findings:
    """What is found at the places of `places`, now. What is not there is null.

    Args:
        ledger: Where to look.
        receipts: Those of the step whose expectations are looked at.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._types: Counter[str] = Counter()
        self._counted = 0
        self.receipts: Sequence[Receipt] = ()

    async def find(self, path: ExpectationPath) -> Any:
        """What is at `path`; plain data.

        Raises:
            InputError: it is about a view that is not on.
            LedgerError: the ledger cannot be read.
        """
        found = await self._look(path.root, path.key)
        for field in path.fields:
            found = found.get(field) if isinstance(found, Mapping) else None
        return found

    async def _look(self, root: str, key: str) -> Any:
        match root:
            case "events":
                return {"count": (await self._count_types())[key]}
            case "truth":
                return await self._truth(key)
            case "status":
                return await self._status(key)
            case "receipt":
                return self._receipt(key)
            case "receipts":
                return self._receipts()
            case "log" | "transfers" | "bus" | "verify":
                return await self._whole(root)
        return (await self._ledger.query(root, key)).document

    async def _whole(self, root: str) -> Mapping[str, object]:
        match root:
            case "log":
                return {"head": (await self._ledger.head()).position}
            case "transfers":
                return msgspec.structs.asdict((await self._ledger.status()).transfers)
            case "bus":
                return msgspec.structs.asdict(self._ledger.faults.counts)
        return msgspec.structs.asdict(await self._ledger.verify())

    async def _truth(self, wallet: str) -> Mapping[str, object] | None:
        match (await self._ledger.truth([wallet]))[wallet]:
            case NoWallet():
                return None
            case OpenWallet() as state:
                return _amounts(state, state.pending) | {"state": "open"}
            case ClosedWallet() as state:
                return _amounts(state, 0) | {"state": "closed"}

    async def _status(self, view: str) -> Mapping[str, object]:
        self._ledger.worker(view)  # which says so if there is none
        for status in (await self._ledger.status()).views:
            if status.view == view:
                return msgspec.structs.asdict(status) | {"parked": list(status.parked)}
        return {}

    async def _count_types(self) -> Mapping[str, int]:
        while events := await self._ledger.read(self._counted, _PAGE):
            self._types.update(event.type for event in events)
            self._counted = events[-1].position
        return self._types

    def _receipt(self, number: str) -> Mapping[str, object] | None:
        index = int(number) - 1 if number else len(self.receipts) - 1
        return msgspec.structs.asdict(self.receipts[index]) if 0 <= index < len(self.receipts) else None

    def _receipts(self) -> Mapping[str, int]:
        accepted = sum(receipt.accepted for receipt in self.receipts)
        return {
            "accepted": accepted,
            "refused": len(self.receipts) - accepted,
            "duplicate": sum(receipt.duplicate for receipt in self.receipts),
        }


def _amounts(state: OpenWallet | ClosedWallet, pending: int) -> dict[str, object]:
    return {
        "owner": state.owner,
        "currency": state.currency,
        "posted": format_amount(state.posted, state.currency),
        "pending": format_amount(pending, state.currency),
        "available": format_amount(state.available, state.currency),
    }
