"""What PyTorch imports at the first use of something. Imported before the fork, it is shared."""

SLOW_IMPORT = "torch._dynamo"  # torch.optim imports it at its first use, which takes a second
EXPORTING = "functorch.compile"  # torch.export does
