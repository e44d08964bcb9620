"""Who learns: one topic, from its query to its report."""
