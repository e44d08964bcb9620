"""Two training loops: one topic, from its query to its report."""
