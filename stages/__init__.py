"""One package per step of the pipeline; this listing is the pipeline."""
