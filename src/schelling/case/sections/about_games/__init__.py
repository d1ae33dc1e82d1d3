"""Games of a case: trees, tables, games with states, who knows what, and how each is solved."""
