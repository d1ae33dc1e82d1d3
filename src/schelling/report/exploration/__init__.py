"""What an exploration found: in a terminal, as data, in sentences, on a page."""
