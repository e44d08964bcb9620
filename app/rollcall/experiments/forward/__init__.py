"""What happens inside a forward: one topic, from its query to its report."""
