"""What acts on a ledger in a person's place: scripted scenarios and simulated customers."""
