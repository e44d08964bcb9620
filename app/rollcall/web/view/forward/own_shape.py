"""What an empty field for a shape stands for."""

from rollcall.experiments.forward.experiment import ForwardReport

EXAMPLE = "4,10"


def own_shape(report: ForwardReport) -> str:
    """The shape of the left model's own input, else of the right one's, as one types it."""
    shape = report.left.input_shape or report.right.input_shape
    return ",".join(map(str, shape)) or EXAMPLE
