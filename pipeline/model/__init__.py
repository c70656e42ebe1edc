"""Records, protocols and errors that every part speaks of; standard library only."""
