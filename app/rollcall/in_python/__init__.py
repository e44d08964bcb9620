"""What a script or a notebook gets from `import rollcall`, beyond the engine."""
