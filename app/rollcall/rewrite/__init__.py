"""Mends a model's source by rule, and breaks it: from text to text, without running anything."""
