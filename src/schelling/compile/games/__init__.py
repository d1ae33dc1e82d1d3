"""Games of a case as the arrays that `schelling.games` solves, and what can be asked of them."""
