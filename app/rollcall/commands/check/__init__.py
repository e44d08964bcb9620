"""`rollcall check`: the findings about somebody's models, in a terminal or in CI."""
