"""The page of the registry: its headline, tree, roll call, narration and changes."""
