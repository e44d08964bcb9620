"""Calls on a Ray cluster: it places workers, restarts and retries; turns and trust are ours."""
