"""Runs the app in a terminal, and leaves the terminal as it was, whatever ends it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui_ledger.clock import SystemClock
from tui_ledger.safe_text import safe_text
from tui_ledger.ui.app import LedgerApp

if TYPE_CHECKING:
    from tui_ledger.ledger import Ledger
    from tui_ledger.simulation.scenario import Scenario
