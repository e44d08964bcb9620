"""Ten questions on healthy models of the course that were broken by rule."""
