"""The log as lines for a file, each event checked before it is given away."""

from collections.abc import AsyncGenerator
from typing import Final

from msgspec.structs import astuple

from tui_ledger.errors import IntegrityError
from tui_ledger.event_store.chain import GENESIS, chain_hash
from tui_ledger.event_store.port import EventStore
from tui_ledger.exchange.cloud_events import encode

_PAGE: Final = 1000


async def exported(store: EventStore, after: int = 0) -> AsyncGenerator[bytes, None]:
    """The events above the position `after` as CloudEvents, a line each, without its end.

    They end where the log ended when the first was asked for, so that it ends on a log that grows, too.

    Raises:
        IntegrityError: an event is missing, was changed, or cannot be read; the lines before it are sound.
        NewerVersionError: only a newer version of this program can read one.
    """
    head = await store.head()
    before = await store.read(after - 1, limit=1) if after else []
    previous = before[0].hash if before else GENESIS.hash
    position = after
    while position < head.position:
        events = await store.read(position, min(_PAGE, head.position - position))
        if not events:
            raise _missing(position + 1)
        for event in events:
            position += 1
            if event.position != position:
                raise _missing(position)
            previous = chain_hash(previous, astuple(event)[:-1])
            if event.hash != previous:
                raise IntegrityError(
                    f"Event #{position} is not what was recorded: its hash does not fit. The log is damaged "
                    "from there on; what comes before it can still be exported to -."
                )
            yield encode(event)


def _missing(position: int) -> IntegrityError:
    return IntegrityError(f"Event #{position} is missing; what comes before it can still be exported to -.")
