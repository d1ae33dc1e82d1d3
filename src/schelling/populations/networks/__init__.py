"""Who is tied to whom: one kind of network a file, and how ties are stored for a fast step."""
