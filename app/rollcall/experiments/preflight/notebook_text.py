"""What the notebook says: its head, and each line of the checklist in Python."""

from typing import NamedTuple


class Line(NamedTuple):
    """One line of the checklist in Python."""

    title: str
    python: str  # what stands on the page
    block: str  # what the notebook asserts in its place


LINES: dict[str, Line] = {
    "printed": Line(
        "print shows every layer",
        "print(model)",
        """
        model, called = build(), []
        print(model)
        shown = set(model.modules())
        def note(module, *_):
            called.append(module)
        with nn.modules.module.register_module_forward_hook(note):
            outputs(model)
        unknown = set(called) - shown
        assert not [m for m in unknown if m.state_dict() or reads_mode(m)]
        """,
    ),
    "parameters": Line(
        "parameters() is not empty",
        "list(model.named_parameters())",
        "assert list(build().named_parameters())",
    ),
    "counted": Line(
        "the count is complete",
        "sum(p.numel() for p in model.parameters())",
        """
        model = build()
        listed = {id(p) for p in model.parameters() if p.requires_grad}
        reached = leaves(outputs(model)).keys()
        assert are_of_input(reached - listed)
        if listed - reached:  # another input may reach what one leaves out
            assert None not in gradients().values()
        """,
    ),
    "containers": Line(
        "containers are registered",
        '[k for k in vars(model) if k[0] != "_"]',
        """
        model = build()
        hidden = [
            key
            for module in registered(model).values()
            if isinstance(module, nn.Module)
            for key, value in vars(module).items()
            if not key.startswith("_") and inside(value) and lost_in(value, model)
        ]
        assert not hidden, hidden
        """,
    ),
    "moved": Line(
        "$together after .$to",
        "model.$to($moved)",
        """
        model = build()
        before = tensors(model)
        outputs(model)
        first = tensors(model)
        outputs(model)
        second = tensors(model)
        def made_anew(path):  # by each forward, with the same numbers: it need not move
            a, b, c = before.get(path), first.get(path), second.get(path)
            return None not in (a, b, c) and a is not b is not c and torch.equal(b, c)
        model = build()
        model.$to
        stayed = [path for path, t in tensors(model).items() if $stays]
        $names = draw()
        seeded($seed)
        model($moved)
        stayed = [path for path in stayed if not made_anew(path)]
        assert not stayed, stayed
        """,
    ),
    "located": Line(
        "the first parameter says so",
        "next(model.$to.parameters()).$where",
        """
        model = build()
        model.$to
        t = next(model.parameters())
        assert not ($stays), t
        """,
    ),
    "switched": Line(
        "train() reaches every module",
        "model.train()",
        """
        model = build()
        known = registered(model)
        for _, each in list(reach(model)):
            if isinstance(each, nn.Module):
                each.training = False
        model.train()
        def matters(m):  # it learns, or acts otherwise in eval
            return reads_mode(m) or any(p.requires_grad for p in m.parameters())
        unknown = [m for _, m in reach(model) if isinstance(m, nn.Module) and id(m) not in known]
        assert model.training and all(m.training for m in unknown if matters(m))
        kept = [m for m in known.values() if isinstance(m, nn.Module) and not m.training]
        for _, each in list(reach(model)):
            if isinstance(each, nn.Module):
                each.training = True
        switch(model, "eval")  # it reaches what train() keeps in eval on purpose
        for m in kept:  # of those that hold tensors, or act otherwise in eval
            if reads_mode(m) or [*m.parameters(False), *m.buffers(False)]:
                assert not m.training, "neither call reaches it"
        """,
    ),
    "held": Line(
        "the optimizer holds every one",
        "torch.optim.SGD(model.parameters())",
        """
        model = build()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        held = {id(p) for group in optimizer.param_groups for p in group["params"]}
        trainable = {id(t) for t in trainable_in(model)}
        assert trainable <= held and are_of_input(leaves(outputs(model)).keys() - held)
        """,
    ),
    "stepped": Line(
        "one step changes each",
        "loss.backward(); optimizer.step()",
        """
        model = build()
        names = {id(p): name for name, p in model.named_parameters()}
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        trainable = trainable_in(model)
        y = outputs(model)
        assert are_of_input(leaves(y).keys() - {id(t) for t in trainable})
        before = [t.detach().clone() for t in trainable]
        backward([t.abs().square().mean() for t in y if t.requires_grad])
        optimizer.step()
        still = [t for t, old in zip(trainable, before) if torch.equal(t, old)]
        assert len(still) < len(trainable)
        if still:  # an input may leave out what another one reaches
            of_others = gradients()
            assert all(of_others.get(names.get(id(t))) for t in still)
        """,
    ),
    "round_trip": Line(
        "state_dict round trip reproduces it",
        "fresh.load_state_dict(model.state_dict())",
        """
        model, fresh, file = build(), build(None, $other), io.BytesIO()
        with $quietly:
            outputs(model, $other)  # as a training calls it
            switch(model, "eval")
            outputs(model, $other)  # a lazy layer gets its weights
            switch(model, "$mode")
            torch.save(model.state_dict(), file)
            file.seek(0)
            print(fresh.load_state_dict(torch.load(file)))
            switch(model, "eval")
            switch(fresh, "eval")
            before = [t.detach().clone() for t in outputs(model)]
            torch.testing.assert_close(outputs(fresh), before, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "agreeing": Line(
        "two eval forwards agree",
        "model.eval(); model($passed), model($passed)",
        """
        model = build("eval")
        $names = draw()
        seeded($seed)
        with $quietly:
            first = [t.detach().clone() for t in tensors_of(model($copied))]
            second = tensors_of(model($copied))
            torch.testing.assert_close(second, first, rtol=0, atol=0, equal_nan=True)
        """,
    ),
    "traced": Line(
        "torch.fx traces it", "torch.fx.symbolic_trace(model)", "torch.fx.symbolic_trace(build())"
    ),
    "exported": Line(
        "torch.export lifts none of it",
        "torch.export.export(model, $exported)",
        """
        model = build()
        known = registered(model)
        unknown = {t.data_ptr() for t in tensors(model).values() if id(t) not in known}
        $names = draw()
        program = torch.export.export(model, $exported, strict=False)
        lifted = [name for name, t in program.constants.items() if t.data_ptr() in unknown]
        assert not lifted, lifted
        used = leaves(outputs(build())).values()
        listed = [p for p in program.parameters() if p.requires_grad]
        wanted = sum(t.numel() for t in used) - sum(of_input())
        assert sum(p.numel() for p in listed) >= wanted
        """,
    ),
    "compiled": Line(
        "torch.compile computes the same",
        'torch.compile(model, backend="eager")($passed)',
        """
        before = [t.clone() for t in outputs(build())]
        after = outputs(torch.compile(build(), backend="eager"))
        torch.testing.assert_close(after, before, rtol=0, atol=0, equal_nan=True)
        """,
    ),
}
