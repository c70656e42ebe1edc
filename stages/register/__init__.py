"""The register of incoming documents behind one port."""
