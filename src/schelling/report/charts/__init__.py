"""Charts that several subjects share, and the one look of them all."""
