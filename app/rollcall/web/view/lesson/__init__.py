"""The course around a page: where it stands, what is said, and what is asked."""
