"""The one place that wires settings, stages and adapters together."""
