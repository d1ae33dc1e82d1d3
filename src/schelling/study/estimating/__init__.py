"""The recipe of `schelling estimate`: a game, a table of decisions and a model, then a fit."""
