"""Words that hint at what a sentence does in an argument; tables for a language are data."""
