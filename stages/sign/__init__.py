"""PAdES signature with the appearance of NĐ 30 ô 14."""
