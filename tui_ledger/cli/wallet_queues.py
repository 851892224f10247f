"""Who goes before whom, on the wallets that a transfer touches."""

import asyncio


class Place:
    """A command's place in the queue of each wallet that it touches.

    Whoever leaves it says whether those behind may go on: not so if a transfer is left on its way.
    """

    def __init__(self, queues: dict[str, "Place"], wallets: tuple[str, ...]) -> None:
        self._queues = queues
        self._wallets = wallets
        self._before = [queues[wallet] for wallet in wallets if wallet in queues]
        self._left: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        for wallet in wallets:
            queues[wallet] = self

    async def reached(self) -> bool:
        """Wait until all those before have left. False if one of them did so in a way that ends it here."""
        for other in self._before:
            await asyncio.wait([other._left])
        return all(other._left.result() for other in self._before)

    def leave(self, *, go_on: bool) -> None:
        """Let those behind go on, or have them give up too."""
        for wallet in self._wallets:
            if self._queues.get(wallet) is self:
                del self._queues[wallet]
        self._left.set_result(go_on)


class WalletQueues:
    """A queue for each wallet that a transfer under way touches; the others need none.

    The ledger keeps the order of the commands on one wallet by itself. A transfer touches a second one, some
    time after it was sent.
    """

    def __init__(self) -> None:
        self._queues: dict[str, Place] = {}

    def __contains__(self, wallet: str) -> bool:
        return wallet in self._queues

    def line_up(self, *wallets: str) -> Place:
        """The place behind all those who have lined up for any of `wallets` so far."""
        return Place(self._queues, wallets)
