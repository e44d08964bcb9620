"""Layers of PyTorch's that hold no tensor and do the same after eval(): a list hides nothing."""

import re

_STATELESS = re.compile(
    r"""
    ReLU6? | LeakyReLU | [CGS]?ELU | GLU | SiLU | Mish | (Log)?Sigmoid | Tanh | Tanhshrink
    | Soft(plus|sign|shrink|min) | (Log)?Softmax(2d)? | Hard(tanh|swish|sigmoid|shrink) | Threshold
    | Identity | (Un)?[Ff]latten | (Unf|F)old | Pixel(Uns|S)huffle | ChannelShuffle
    | Upsample | Upsampling\w+ | \w+(Pool|Unpool|Pad)[123]d | CosineSimilarity | PairwiseDistance
    | LocalResponseNorm | CrossMapLRN2d | (?!Adaptive)\w+Loss(2d)? | TripletMarginWithDistanceLoss
    """,
    re.VERBOSE,
)


def is_stateless(class_name: str) -> bool:
    """Whether a class of torch.nn is one of them."""
    return _STATELESS.fullmatch(class_name) is not None
