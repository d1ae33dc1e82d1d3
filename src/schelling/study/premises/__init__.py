"""What follows if the premises of an argument are granted, and without each of them."""
