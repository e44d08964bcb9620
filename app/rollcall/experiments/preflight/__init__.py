"""The checklist before training: one topic, from its query to its report."""
