"""Commands that hand something on: to another tool, from one, to a query, a page or a browser."""
