"""What expressions of a template are compiled to: calls of the kernels that look things up."""

from __future__ import annotations

from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator as BaseGenerator
from jinja2.compiler import Frame, optimizeconst
from jinja2.idtracking import VAR_LOAD_PARAMETER

from .._kernels import Output


class Expressions(BaseGenerator):
    """Generate names, attributes, items and calls."""

    def __init__(self, environment: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(environment, *args, **kwargs)
        # Whether the code is ours: written to one output, in runs.
        self.in_runs: bool = Output.in_runs and not environment.is_async

    def visit_Name(self, node: nodes.Name, frame: Frame) -> None:
        if not self.in_runs or node.ctx != "load":
            super().visit_Name(node, frame)
            return
        ref = frame.symbols.ref(node.name)
        action = (frame.symbols.find_load(ref) or (None,))[0]
        if action == VAR_LOAD_PARAMETER and not self.parameter_is_undeclared(ref):
            self.write(ref)
        else:
            self.write(f"(unset(environment, {node.name!r}) if {ref} is missing else {ref})")

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if not self.in_runs:
            super().visit_Getattr(node, frame)
            return
        owner, names = node.node, [node.attr]
        while isinstance(owner, nodes.Getattr):
            names.insert(0, owner.attr)
            owner = owner.node
        several = len(names) > 1
        self.write("attrs(" if several else "attr(")
        self.visit(owner, frame)
        self.write(f", {tuple(names) if several else names[0]!r})")

    @optimizeconst
    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        if not self.in_runs or isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("item(")
        self.visit(node.node, frame)
        self.write(", ")
        self.visit(node.arg, frame)
        self.write(")")

    @optimizeconst
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        if not self.in_runs or self.environment.sandboxed:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        named = node.kwargs or node.dyn_kwargs is not None or forward_caller
        loop_vars = "_loop_vars" if frame.loop_frame else "None"
        block_vars = "_block_vars" if frame.block_frame else "None"
        function = "call"
        if named:
            function = "call_with"
        elif len(node.args) <= 1 and node.dyn_args is None:
            function = f"call{len(node.args)}"
        self.write(f"{function}(")
        self.write(f"context, {loop_vars}, {block_vars}, ")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")
