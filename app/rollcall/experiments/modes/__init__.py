"""The recursive switch: one topic, from its query to its report."""
