"""Commands for whoever writes a case: start one, check it, explain, cite, cover and seal it."""
