"""What `rollcall` does beside serving: a command in each file, its options and what it does."""
