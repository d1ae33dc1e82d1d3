"""Files of games: Gambit's formats and tables of stochastic games, read and written."""
