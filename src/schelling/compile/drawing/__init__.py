"""What is drawn for every world: values of the assumptions, and the luck a run owes to its seed."""
