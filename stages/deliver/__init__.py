"""Pushing onward: one file for each kind of target, all behind `pipeline.model.onward.Target`."""
