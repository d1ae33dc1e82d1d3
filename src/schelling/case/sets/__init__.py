"""Sets of a case: their members, the tables they come from, definitions over them."""
