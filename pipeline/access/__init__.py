"""Who may do what: accounts, sessions, tokens for programs, and the record of what was seen."""
