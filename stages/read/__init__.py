"""Words with boxes and confidences from a straightened page."""
