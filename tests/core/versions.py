"""Which torch and Python are installed, and what one says that another says otherwise."""

import sys

import torch
from torch.torch_version import TorchVersion

VERSION = TorchVersion(torch.__version__)

# How an item of a SimpleQueue is reached: up to Python 3.12 it keeps a list.
if sys.version_info >= (3, 13):
    IN_A_SIMPLE_QUEUE = "x (Net)"
else:
    IN_A_SIMPLE_QUEUE = "x (list)[0]"

# What a product of matrices that do not fit says first: since 2.15 it names itself.
if VERSION >= "2.15":
    MM, ADDMM = "mm: ", "addmm: "
else:
    MM = ADDMM = ""

# In 2.10 a forward of DistributedDataParallel wrote its buffers anew: no backward of two forwards
# could follow. In 2.13 it does not; those between were not asked.
DDP_TAKES_TWO_FORWARDS = VERSION >= "2.13"

# When a forward on the simulated GPU combines two devices: the exception's type and message.
if VERSION >= "2.13":
    TWO_DEVICES = (
        "FakeTensorDeviceMismatchError .*Expected all tensors to be on the same device, "
        "but found at least two devices, cuda:0 and cpu!"
    )
else:
    TWO_DEVICES = (
        "RuntimeError Unhandled FakeTensor Device Propagation for .*, found two different devices"
    )
