"""XMILE 1.0, the common format of stock-flow tools."""
