"""What became of numbers that the new type does not hold."""

from rollcall.experiments.device.report import LostNumbers


def losses(lost: LostNumbers) -> list[str]:
    """`1 became inf`, `2 became 0`: one piece for each way to be lost."""
    told = []
    if lost.to_infinity:
        told.append(f"{lost.to_infinity} became inf")
    if lost.to_zero:
        told.append(f"{lost.to_zero} became 0")
    if lost.imaginary:
        told.append(f"{lost.imaginary} became real")
    return told
