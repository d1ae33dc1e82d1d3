"""Commands that compute the worlds of a case: whole, in shards, number by number, or fitted."""
