"""Tables of questions, outcomes and predictions beside a case."""
