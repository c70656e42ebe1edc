"""Archival structure: fonds, catalogue, box, dossier, document; profiles, spreadsheets, names."""
