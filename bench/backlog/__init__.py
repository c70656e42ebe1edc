"""The long run: a batch of thousands of generated pages, killed on its way, up to the delivery."""
