"""Who is registered: one topic, from its query to its report."""
