"""The parts of the screen, one file each. Data goes down as reactives, wishes come up as messages."""
