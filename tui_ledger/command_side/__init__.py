"""The writing side: commands are decided here, from events alone, and become events or are refused."""
