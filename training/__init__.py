"""Makes the models that the product ships; the product never imports it."""
