"""The machine: order, time, disk and people. It knows nothing of OCR or PDF."""
