"""What a checked expression is made of: types, units, and the scope of names it can see."""
