"""Runs: worlds drawn and computed, kept in folders, opened, merged and exported."""
