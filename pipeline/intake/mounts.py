"""On which file systems the kernel's events cannot be trusted: what other machines write to.

inotify tells of changes made on this machine only; a scanner that writes to an SMB or NFS share is
never heard. Source: inotify(7), "Limitations and caveats"; proc_pid_mountinfo(5).
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

MOUNTINFO = Path("/proc/self/mountinfo")
_SHARED = re.compile(
    r"^(cifs|smb.*|nfs.*|9p|afs|ceph|gluster.*|glusterfs|vboxsf|vmhgfs|virtiofs|davfs|fuse\..*"
    r"|fuseblk|ncpfs|ocfs2|gfs2|lustre|beegfs|drvfs|grpcfuse|osxfs)$"
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def is_shared(path: Path, *, mountinfo: str | None = None) -> bool:
    """Return whether other machines may write to a folder without the kernel telling.

    Args:
        path: an existing folder.
        mountinfo: text of /proc/self/mountinfo; read when None. Where it cannot be read, False.
    """
    if mountinfo is None:
        try:
            mountinfo = MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return False
    kind = _file_system(PurePosixPath(path.resolve()), mountinfo)
    return _SHARED.match(kind) is not None


def _file_system(path: PurePosixPath, mountinfo: str) -> str:
    """Return the type of the file system with the deepest mount point above a path."""
    depth, kind = -1, ""
    for line in mountinfo.splitlines():
        before, dash, after = line.partition(" - ")
        fields = before.split(" ")
        if not dash or len(fields) < 5:
            continue
        point = PurePosixPath(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        # A later mount on the same point hides an earlier one.
        if path.is_relative_to(point) and len(point.parts) >= depth:
            depth, kind = len(point.parts), after.split(" ")[0]
    return kind
