"""Step by step: one topic, from its query to its report."""
