"""What survives saving: one topic, from its query to its report."""
