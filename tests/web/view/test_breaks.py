"""Where a long name goes on in the next line."""

from rollcall.web.templates import broken_well


def test_a_long_name_is_broken_between_its_parts() -> None:
    for parts in (
        ["layers", ".0", ".num_", "batches_", "tracked"],
        ["F", ".scaled_", "dot_", "product_", "attention"],
        ["Transformer", "Encoder", "Layer"],
        ["hidden[0]", ".weight"],
        ["layer", ".self_attn", ".in_proj_weight"],
        ["ReLU"],
    ):
        assert broken_well("".join(parts)) == "<wbr>".join(parts)
    assert broken_well("<b>") == "&lt;b&gt;"
