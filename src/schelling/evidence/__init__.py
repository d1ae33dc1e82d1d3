"""Evidence: likelihoods of records, posteriors by several methods, and what speaks against them."""
