"""Messages of other bodies that are dropped: opened by who knows their format."""

from __future__ import annotations

from pipeline.model.inward import Package


class LazyUnpacker:
    """Port `Unpacker`; what reads XML is loaded with the first file that looks like a message."""

    def is_message(self, head: bytes) -> bool:
        """Tell from the first bytes whether it may be a message."""
        if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
            return False
        from stages.deliver.edxml.incoming import EdxmlUnpacker

        return EdxmlUnpacker().is_message(head)

    def open(self, message: bytes) -> Package:
        """Return what a message carries; raises as the port says."""
        from stages.deliver.edxml.incoming import EdxmlUnpacker

        return EdxmlUnpacker().open(message)
