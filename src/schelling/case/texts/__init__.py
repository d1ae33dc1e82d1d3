"""Prose that a case argues from: its sentences by position, and where they went after an edit."""
