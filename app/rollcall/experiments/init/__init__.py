"""Why initialization exists: one topic, from its query to its report."""
