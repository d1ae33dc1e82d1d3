"""What claims and questions are told by a finished run."""
