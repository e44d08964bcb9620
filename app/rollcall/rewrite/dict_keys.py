"""Which keys of a dict of layers an nn.ModuleDict takes."""

import ast

from rollcall.rewrite.scope import Scope

# The public names of nn.ModuleDict: a layer of that name would hide them, and is refused.
_NAMES = """
    T_destination add_module apply bfloat16 buffers call_super_init children clear compile cpu
    cuda double dump_patches eval extra_repr float forward get_buffer get_extra_state get_parameter
    get_submodule half ipu items keys load_state_dict modules mtia named_buffers named_children
    named_modules named_parameters parameters pop register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook
    register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state
    set_submodule share_memory state_dict to to_empty train training type update values xpu
    zero_grad
"""
TAKEN = frozenset(_NAMES.split())


def wrong_key(key: ast.expr | None, scope: Scope) -> str:
    """Why a key cannot stay as it is: "its key 3 is no str"; "" where it can."""
    match key:
        case None:
            return "its keys are those of another dict"
        case ast.Constant(value=value):
            return _wrong_name(value)
        case ast.JoinedStr(values=parts):
            texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            if any("." in text for text in texts):
                return f"its key {ast.unparse(key)} contains a dot"
            return ""
        case ast.Call(func=ast.Name(id="str")):
            return ""
        case ast.Name(id=name) if name in scope.looped:
            return _wrong_in_loop(scope.looped[name], scope)
    return f"what its key {ast.unparse(key)} is, the text does not tell"


def _wrong_in_loop(looped: list[ast.expr], scope: Scope) -> str:
    for over in looped:
        if not isinstance(over, ast.List | ast.Tuple):
            return f"what is in {ast.unparse(over)}, the text does not tell"
        for each in over.elts:
            if wrong := wrong_key(each, scope):
                return wrong
    return ""


def _wrong_name(name: object) -> str:
    if not isinstance(name, str):
        return f"its key {name!r} is no str"
    if not name:
        return "one of its keys is empty"
    if "." in name:
        return f"its key {name!r} contains a dot"
    if name in TAKEN:
        return f"its key {name!r} is a name that every module has"
    return ""
