"""How much of an outcome each assumption accounts for."""
