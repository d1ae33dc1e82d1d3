"""Results as tables, JSON, charts and pages; the only home of presentation."""
