"""Tables of trust: levels and algorithms before independent judges, and the speed of sealing."""
