"""What lies in a run folder: manifest, tables, series, digests, lock."""
