"""`python -m bench search`: how well and how fast the search finds what somebody is looking for."""
