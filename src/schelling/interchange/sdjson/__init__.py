"""SD-JSON, in which services of the system dynamics community exchange models and loop diagrams."""
