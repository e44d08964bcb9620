"""Roll Call: who answers when PyTorch calls. Which state of a model is registered, and which is only reachable."""
