"""State secrets stop here, before any text is stored (decree 28/2018)."""
