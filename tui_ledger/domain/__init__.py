"""The rules of the wallets, as pure functions: no input or output, no clock, no asyncio."""
