"""What measures sohoa: a generator of documents with exact truth, scorers, side-by-side runners.

Development only, and the maker of the demo samples; nothing in `pipeline/` or `stages/` imports it.
"""
