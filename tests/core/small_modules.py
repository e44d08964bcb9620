"""One small module of each class in torch.nn."""

from collections.abc import Callable

from torch import nn

ARGUMENTS: dict[str, Callable[[], nn.Module]] = {
    "AdaptiveLogSoftmaxWithLoss": lambda: nn.AdaptiveLogSoftmaxWithLoss(8, 10, [4]),
    "Bilinear": lambda: nn.Bilinear(2, 2, 2),
    "ChannelShuffle": lambda: nn.ChannelShuffle(1),
    "Embedding": lambda: nn.Embedding(3, 4, padding_idx=0),
    "EmbeddingBag": lambda: nn.EmbeddingBag(3, 4),
    "FractionalMaxPool2d": lambda: nn.FractionalMaxPool2d(2, output_size=2),
    "FractionalMaxPool3d": lambda: nn.FractionalMaxPool3d(2, output_size=2),
    "GroupNorm": lambda: nn.GroupNorm(2, 4),
    "MultiheadAttention": lambda: nn.MultiheadAttention(4, 2, add_bias_kv=True),
    "RNNBase": lambda: nn.RNNBase("LSTM", 2, 2),
    "RNNCellBase": lambda: nn.RNNCellBase(2, 2, bias=True, num_chunks=1),
    "Transformer": lambda: nn.Transformer(4, 2, 1, 1, 8),
    "TransformerDecoder": lambda: nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2, 8), 2),
    "TransformerDecoderLayer": lambda: nn.TransformerDecoderLayer(4, 2, 8),
    "TransformerEncoder": lambda: nn.TransformerEncoder(
        nn.TransformerEncoderLayer(4, 2, 8, batch_first=True), 2
    ),
    "TransformerEncoderLayer": lambda: nn.TransformerEncoderLayer(4, 2, 8),
    "Unflatten": lambda: nn.Unflatten(1, (1, 2)),
    "Upsample": lambda: nn.Upsample(scale_factor=2),
    "Module": nn.Module,
    "CrossMapLRN2d": lambda: nn.CrossMapLRN2d(2),
}
CLASSES = {
    name: kind
    for name, kind in vars(nn).items()
    if isinstance(kind, type) and issubclass(kind, nn.Module)
}


def small(name: str) -> nn.Module:
    """One of a class, built with as few small arguments as it takes."""
    if name in ARGUMENTS:
        return ARGUMENTS[name]()
    for arguments in ((), (2,), (2, 2), (2, 2, 1)):
        try:
            model: nn.Module = CLASSES[name](*arguments)
        except (TypeError, ValueError):
            continue
        return model
    raise AssertionError(f"{name} needs other arguments")
