"""What self.x = ... does: one topic, from its query to its report."""
