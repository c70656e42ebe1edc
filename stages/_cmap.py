"""What the codes of an embedded font mean: the ToUnicode CMap (ISO 32000-1, 9.10.3).

The invisible text of `archive` and the visible text of `sign` bear one each, so that readers take
the letters out again (ISO 19005-2, 6.2.11.7.2, level U).
"""

from __future__ import annotations

from collections.abc import Mapping

_CODES_PER_BLOCK = 100
"""Limit of one bfchar block (Adobe Technical Note 5014)."""


def to_unicode_cmap(codes: Mapping[str, int]) -> bytes:
    """Return the CMap of a font whose codes have two bytes: letter → code."""
    rows = [f"<{code:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, code in codes.items()]
    blocks = []
    for start in range(0, len(rows), _CODES_PER_BLOCK):
        block = rows[start : start + _CODES_PER_BLOCK]
        blocks.append(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n")
    return (_CMAP_HEAD + "".join(blocks) + _CMAP_TAIL).encode("ascii")


_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
"""

_CMAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""
