"""From a text to a draft of a case: documents, cues, drafts. It computes nothing."""
