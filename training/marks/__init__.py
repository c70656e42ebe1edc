"""Makes the network that sees stamps of secrecy and urgency (`stages/guard/models`)."""
