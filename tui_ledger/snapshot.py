"""How a ledger stands at a moment."""

import msgspec

from tui_ledger.command_side.transfer_manager import TransferStatus
from tui_ledger.errors import LedgerError
from tui_ledger.query_side.status import ViewStatus
from tui_ledger.reactors.reactors import ReactorStatus


class Snapshot(msgspec.Struct, frozen=True):
    """How things stand: the position of the last event, where each view and each reactor is, and how
    transfers get on.

    `trouble` is why views that were switched on meanwhile cannot be had.
    """

    head: int
    views: tuple[ViewStatus, ...]
    transfers: TransferStatus
    reactors: tuple[ReactorStatus, ...] = ()
    trouble: LedgerError | None = None
