"""A mailer in a process of its own, killed while it works: every mail is sent, and none twice."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.command_line import environment
from tui_ledger.ledger import Ledger

PROGRAM = """
import asyncio, sys
from tui_ledger import CreateUser, DepositMoney, Ledger, PurchaseItem

async def shop(path):
    async with Ledger.open(path, create=True, views=[], reactors=["mailer"]) as ledger:
        await ledger.execute(CreateUser(wallet="moyin"))
        await ledger.execute(DepositMoney(wallet="moyin", amount="1000000"))
        while True:
            await ledger.execute(PurchaseItem(wallet="moyin", item="sword", price="1"))
            print(flush=True)

asyncio.run(shop(sys.argv[1]))
"""
KILLS = 8


@pytest.mark.slow
async def test_a_mailer_that_is_killed_again_and_again_sends_each_mail_once(tmp_path: Path) -> None:
    path, choose = tmp_path / "ledger", random.Random(1)
    for _ in range(KILLS):
        shop = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE, env=environment()
        )
        assert shop.stdout is not None
        for _ in range(choose.randrange(1, 60)):
            assert shop.stdout.readline() == b"\n"
        os.kill(shop.pid, signal.SIGKILL)
        shop.communicate()
    async with Ledger.open(path, views=[], reactors=["mailer"]) as ledger:
        await ledger.settle()
        bought = [event.position for event in await ledger.read() if event.type == "ItemPurchased"]
        assert [one.position for one in await ledger.outbox()] == bought
        assert (await ledger.verify()).ok
    assert len(bought) > KILLS
