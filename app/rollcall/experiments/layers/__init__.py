"""Layers written by hand: one topic, from its query to its report."""
