"""From the text of an expression to its tree and back, and slips on the way."""
