"""A page with the worlds of a run inside, whose reader weights them anew."""
