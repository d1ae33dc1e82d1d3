"""What commands have in common: amounts, cases and their names as given, cores and cache."""
