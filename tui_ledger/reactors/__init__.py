"""Reactors: what a ledger does to the world outside when something has happened."""
