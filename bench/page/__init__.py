"""How fast the page answers over a ledger, an index and a register of many documents."""
