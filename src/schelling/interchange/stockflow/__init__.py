"""Models of stocks and flows as other tools hold them, and as cases."""
