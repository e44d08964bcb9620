"""What a layer or function of PyTorch's wants its tensors to be."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from rollcall.core.input.input_spec import INT, TensorSpec
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments

BATCH = 4
TIME = 16  # steps of a sequence
SIDE = 16  # pixels, in each direction
WIDTH = 10  # of what takes any width: a lazy layer


@dataclass(frozen=True)
class Want:
    """One tensor as a call takes it."""

    usual: TensorSpec  # what one usually gives it
    # sizes that it must have, by dimension; dimensions are counted from the end where negative
    sizes: dict[int, int]
    dims: tuple[int, ...] = ()  # how many dimensions it may have; empty: any number
    place: int | str = 0  # among the arguments
    exact: bool = False  # it must be as the usual one is
    number: int = 1  # a tuple of as many, where there are more

    @property
    def below(self) -> int | None:
        """What its integers must be below; None: it takes floats."""
        if self.usual.dtype != INT:
            return None
        return int(self.usual.high or 0)


def wants(target: Any, arguments: Arguments) -> list[Want]:
    """What a module or function wants; empty where that is not known."""
    if isinstance(target, nn.Module):
        return list(of_module(target))
    if name_of(target) in ("torch.stft", "stft"):
        return list(_waves(arguments))
    return list(_of_function(name_of(target), arguments))


def of_module(module: nn.Module) -> Iterator[Want]:
    """What a layer of PyTorch's wants of its arguments."""
    for kind, ask in _BY_CLASS:
        if isinstance(module, kind):
            yield from ask(module)
            return
    if isinstance(getattr(module, "in_features", None), int) and _is_of_torch(module):
        yield _last(module.in_features)


def _is_of_torch(module: nn.Module) -> bool:
    return type(module).__module__.startswith("torch.")


def _last(size: Any, place: int | str = 0) -> Want:
    """Any number of dimensions, of which the last has a size."""
    if not size:
        return Want(TensorSpec((BATCH, WIDTH)), {}, place=place)
    return Want(TensorSpec((BATCH, size)), {-1: size}, place=place)


def _channels(channels: int, sides: int, side: int = SIDE) -> Want:
    """A batch of pictures, or of what has fewer or more sides than a picture."""
    shape = (BATCH, channels or WIDTH, *[side] * sides)
    sizes = {1: channels} if channels else {}
    return Want(TensorSpec(shape), sizes, dims=(sides + 2,))


def _sequence(size: int, batch_first: bool, place: int | str = 0) -> Want:
    shape = (TIME, BATCH, size)
    if batch_first:
        shape = (BATCH, TIME, size)
    return Want(TensorSpec(shape), {-1: size}, dims=(3,), place=place)


def _ids(count: int) -> Want:
    return Want(TensorSpec((BATCH, TIME), INT, high=count), {})


def _conv(module: Any) -> Iterator[Want]:
    sides = len(module.kernel_size)
    side = SIDE
    # A generator's first layer makes a picture out of a point, of many numbers.
    is_first = module.transposed and set(module.stride) == {1} and not any(module.padding)
    if is_first and module.in_channels >= SIDE:
        side = 1
    yield _channels(module.in_channels, sides, side)


def _norm(module: Any) -> Iterator[Want]:
    if isinstance(module, nn.BatchNorm1d | nn.InstanceNorm1d):
        yield Want(TensorSpec((BATCH, module.num_features or WIDTH)), {1: module.num_features})
        return
    sides = 2
    if "3d" in type(module).__name__:
        sides = 3
    yield _channels(module.num_features, sides)


def _layer_norm(module: Any) -> Iterator[Want]:
    shape = tuple(module.normalized_shape)
    sizes = {place - len(shape): size for place, size in enumerate(shape)}
    yield Want(TensorSpec((BATCH, *shape)), sizes)


def _recurrent(module: Any) -> Iterator[Want]:
    yield _sequence(module.input_size, module.batch_first)
    # The states before the first step, for whoever gives them: of one tensor, or of an LSTM's two.
    layers = module.num_layers * (1 + module.bidirectional)
    state = (layers, BATCH, module.proj_size or module.hidden_size)
    number = 1 + isinstance(module, nn.LSTM)
    sizes = {0: layers, 2: state[2]}
    yield Want(TensorSpec(state), sizes, dims=(3,), place=1, number=number)


def _cell(module: Any) -> Iterator[Want]:
    size = module.input_size
    yield Want(TensorSpec((BATCH, size)), {-1: size}, dims=(2,))


def _attention(module: Any) -> Iterator[Want]:
    widths = (module.embed_dim, module.kdim, module.vdim)
    for place, (name, width) in enumerate(zip(("query", "key", "value"), widths, strict=True)):
        yield _sequence(width, module.batch_first, place)
        yield _sequence(width, module.batch_first, name)


def _encoder_layer(module: Any) -> Iterator[Want]:
    attention = module.self_attn
    for place in range(2):
        yield _sequence(attention.embed_dim, attention.batch_first, place)


def _stack(module: Any) -> Iterator[Want]:
    yield from of_module(module.layers[0])


def _transformer(module: Any) -> Iterator[Want]:
    for place in range(2):
        yield _sequence(module.d_model, module.batch_first, place)


def _bilinear(module: Any) -> Iterator[Want]:
    yield _last(module.in1_features, 0)
    yield _last(module.in2_features, 1)


def _first_of(module: Any) -> Iterator[Want]:
    for inner in module:
        found = list(of_module(inner))
        if found:
            yield from found
            return


_BY_CLASS: list[tuple[Any, Callable[[Any], Iterator[Want]]]] = [
    (nn.Sequential, _first_of),
    (nn.Embedding | nn.EmbeddingBag, lambda module: iter([_ids(module.num_embeddings)])),
    (nn.modules.conv._ConvNd, _conv),
    (nn.modules.batchnorm._NormBase, _norm),
    (nn.GroupNorm, lambda module: iter([_channels(module.num_channels, 2)])),
    (nn.LayerNorm, _layer_norm),
    (nn.RNNBase, _recurrent),
    (nn.RNNCellBase, _cell),
    (nn.MultiheadAttention, _attention),
    (nn.TransformerEncoderLayer | nn.TransformerDecoderLayer, _encoder_layer),
    (nn.TransformerEncoder | nn.TransformerDecoder, _stack),
    (nn.Transformer, _transformer),
    (nn.Bilinear, _bilinear),
]


def _waves(arguments: Arguments) -> Iterator[Want]:
    args, kwargs = arguments
    window = kwargs.get("n_fft", (*args, 0, 0)[1])
    yield Want(TensorSpec((BATCH, 8 * int(window))), {}, dims=(1, 2))


def _of_function(name: str, arguments: Arguments) -> Iterator[Want]:
    """What a function wants of its first argument, by the weight that it is given with it."""
    args, kwargs = arguments
    if len(args) < 2 or not isinstance(args[1], Tensor):
        return
    first, weight = args[0], args[1]
    match name:
        case "F.cross_entropy" | "F.nll_loss":
            classes = first.shape[min(1, first.dim() - 1)]
            shape = (*first.shape[:1], *first.shape[2:])
            yield Want(TensorSpec(shape, INT, high=classes), {}, place=1, exact=True)
        case "F.mse_loss" | "F.l1_loss" | "F.smooth_l1_loss" | "F.binary_cross_entropy_with_logits":
            yield Want(TensorSpec(tuple(first.shape)), {}, place=1, exact=True)
        case "F.binary_cross_entropy":
            yield Want(TensorSpec(tuple(first.shape), low=0, high=1), {}, place=1, exact=True)
        case "F.linear" if weight.dim():
            yield _last(weight.shape[-1])
        case "F.embedding" | "F.embedding_bag":
            yield _ids(weight.shape[0])
        case (
            "F.conv1d" | "F.conv2d" | "F.conv3d" | "torch.conv1d" | "torch.conv2d" | "torch.conv3d"
        ):
            groups = kwargs.get("groups", (*args, 1)[min(6, len(args))])
            yield _channels(weight.shape[1] * groups, weight.dim() - 2)
        case _ if "conv_transpose" in name:
            yield _channels(weight.shape[0], weight.dim() - 2)
