"""Between the two sides: the bus says that there is something new, and hands it over cheaply."""

from tui_ledger.event_bus.bus import EventBus

__all__ = ["EventBus"]
