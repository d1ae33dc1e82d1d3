"""Strategic games solved over many draws."""
