"""From the nodes of a template to Python that writes to one output.

Jinja's own generator makes a step of every piece of text and every value: the template is a
generator of strings, which are joined in the end. Here a piece of text and the values that follow
it are the arguments of one call, which escapes straight into the output:

    if write('<td>', l_1_cell, '</td>'): yield from out.take()

`write` returns false where the whole text is wanted, which is nearly always. Only for those who
iterate over the pieces is there something to `take()`. So there is one compiled form of a template,
and rendering at once and piece by piece cannot differ.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

from jinja2 import nodes
from jinja2.compiler import Frame, MacroRef, find_undeclared
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_RESOLVE, VAR_LOAD_UNDEFINED
from jinja2.nodes import EvalContext

from .expressions import Expressions
from .heads import IMPORTS, PREAMBLE, complete
from .runs import divide
from .runs import method as choose


class CodeGenerator(Expressions):
    """Generate Python from a template's nodes.

    Where the kernels in use do not gain by it, and for asynchronous environments, the code is
    Jinja's own.
    """

    def __init__(self, environment: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(environment, *args, **kwargs)
        # How many functions inside of the template's or block's own the code is in.
        self._inside = 0

    # -- functions ------------------------------------------------------------------------

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        if not self.in_runs:
            super().visit_Template(node, frame)
            return
        stream, self.stream = self.stream, StringIO()
        self._module(node)
        stream.write(complete(self.stream.getvalue()))
        self.stream = stream

    def _module(self, node: nodes.Template) -> None:
        self.writeline(IMPORTS)
        extends = node.find(nodes.Extends) is not None
        for block in node.find_all(nodes.Block):
            if block.name in self.blocks:
                self.fail(f"block {block.name!r} defined twice", block.lineno)
            self.blocks[block.name] = block
        self._import_names(node)
        self.writeline(f"name = {self.name!r}")
        eval_ctx = EvalContext(self.environment, self.name)
        self._root(node, Frame(eval_ctx), extends)
        for name, block in self.blocks.items():
            self._block(name, block, Frame(eval_ctx))
        blocks = ", ".join(f"{name!r}: block_{name}" for name in self.blocks)
        self.writeline(f"blocks = {{{blocks}}}", extra=1)
        lines = "&".join(f"{ours}={theirs}" for ours, theirs in self.debug_info)
        self.writeline(f"debug_info = {lines!r}")

    def _import_names(self, node: nodes.Template) -> None:
        for found in node.find_all(nodes.ImportedName):
            path = found.importname
            if path not in self.import_aliases:
                alias = self.import_aliases[path] = self.temporary_identifier()
                module, _, name = path.rpartition(".")
                source = f"from {module} import {name}" if module else f"import {path}"
                self.writeline(f"{source} as {alias}")

    def _function(self, name: str, node: nodes.Node | None = None) -> None:
        self.writeline("@rendered", extra=1)
        environment = "" if self.defer_init else ", environment=environment"
        self.writeline(f"def {name}(context, out, missing=missing{environment}):", node)
        self.indent()
        self.writeline(PREAMBLE)

    def _root(self, node: nodes.Template, frame: Frame, extends: bool) -> None:
        self._function("root")
        if "self" in find_undeclared(node.body, ("self",)):
            ref = frame.symbols.declare_parameter("self")
            self.writeline(f"{ref} = TemplateReference(context)")
        frame.symbols.analyze_node(node)
        frame.toplevel = frame.rootlevel = True
        frame.require_output_check = extends
        if extends:
            self.writeline("parent_template = None")
        self._body(node, frame)
        if extends:
            if not self.has_known_extends:
                self.writeline("if parent_template is not None:")
                self.indent()
            self.newline()
            self._write_into("parent_template.root_render_func", "context", frame)
            if not self.has_known_extends:
                self.outdent()
        self.outdent()

    def _block(self, name: str, node: nodes.Block, frame: Frame) -> None:
        self._function(f"block_{name}", node)
        frame.block_frame = True
        undeclared = find_undeclared(node.body, ("self", "super"))
        if "self" in undeclared:
            ref = frame.symbols.declare_parameter("self")
            self.writeline(f"{ref} = TemplateReference(context)")
        if "super" in undeclared:
            ref = frame.symbols.declare_parameter("super")
            self.writeline(f"{ref} = parent_block(context, {name!r}, block_{name})")
        frame.symbols.analyze_node(node)
        frame.block = name
        self.writeline("_block_vars = {}")
        self._body(node, frame)
        self.outdent()

    def _body(self, node: nodes.Template | nodes.Block, frame: Frame) -> None:
        self.enter_frame(frame)
        self.pull_dependencies(node.body)
        self.blockvisit(node.body, frame)
        self.leave_frame(frame, with_python_scope=True)

    def enter_frame(self, frame: Frame) -> None:
        if not self.in_runs or self.get_resolve_func() != "resolve":
            super().enter_frame(frame)
            return
        resolved: dict[str, str] = {}
        unset = []
        for target, (action, param) in frame.symbols.loads.items():
            if action == VAR_LOAD_RESOLVE:
                resolved[target] = str(param)
            elif action == VAR_LOAD_ALIAS:
                self.writeline(f"{target} = {param}")
            elif action == VAR_LOAD_UNDEFINED:
                unset.append(target)
        if len(resolved) == 1:
            ((target, param),) = resolved.items()
            self.writeline(f"{target} = resolve_one(context, {param!r})")
        elif resolved:
            names = tuple(resolved.values())
            self.writeline(f"{', '.join(resolved)} = resolve_all(context, {names!r})")
        if unset:
            self.writeline(f"{' = '.join(unset)} = missing")

    # -- output ---------------------------------------------------------------------------

    def buffer(self, frame: Frame) -> None:
        if not self.in_runs:
            super().buffer(frame)
            return
        frame.buffer = self.temporary_identifier()
        self.writeline(f"{frame.buffer} = Output()")

    def start_write(self, frame: Frame, node: nodes.Node | None = None) -> None:
        if not self.in_runs or frame.buffer is not None:
            super().start_write(frame, node)
        else:
            self.writeline("if append(", node)

    def end_write(self, frame: Frame) -> None:
        if not self.in_runs or frame.buffer is not None:
            super().end_write(frame)
        else:
            self.write("): yield from out.take()")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if not self.in_runs:
            super().visit_Output(node, frame)
            return
        if frame.require_output_check:
            if self.has_known_extends:
                return
            self.writeline("if parent_template is None:")
            self.indent()
        pieces = self._pieces(node, frame)
        if frame.eval_ctx.volatile:
            runs = [[piece] for piece in pieces]
        else:
            runs = divide(pieces, collected=frame.buffer is not None)
        for run in runs:
            self._write_run(run, frame)
        if frame.require_output_check:
            self.outdent()

    def _pieces(self, node: nodes.Output, frame: Frame) -> list[Any]:
        """Return text, joined where it can be, and what has to be evaluated at run time."""
        finalize = self._make_finalize()
        pieces: list[Any] = []
        for child in node.nodes:
            piece: Any = child
            if finalize.const is not None or isinstance(child, nodes.TemplateData):
                try:
                    piece = str(self._output_child_to_const(child, frame, finalize))
                except Exception:  # not constant; or it fails, as it then does at run time
                    piece = child
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            else:
                pieces.append(piece)
        return pieces

    def _write_run(self, run: list[Any], frame: Frame) -> None:
        first = next((piece for piece in run if not isinstance(piece, str)), None)
        method, alternating = "append", False
        if first is not None and not frame.eval_ctx.volatile:
            method, alternating = choose(run, frame.eval_ctx.autoescape)
        if frame.buffer is None:
            self.writeline(f"if {method}(", first)
        else:
            self.writeline(f"{frame.buffer}.{method}(", first)
        self._write_pieces(run, frame, alternating)
        self.write("): yield from out.take()" if frame.buffer is None else ")")

    def _write_pieces(self, run: list[Any], frame: Frame, alternating: bool) -> None:
        """Write arguments: text and values in turn, empty text between two values."""
        finalize = self._make_finalize()
        text_is_next = alternating
        for place, piece in enumerate(run):
            if place:
                self.write(", ")
            if isinstance(piece, str):
                self.write(repr(piece))
            else:
                if text_is_next:
                    self.write("'', ")
                self._value(piece, frame, finalize)
            text_is_next = alternating and not isinstance(piece, str)

    def _value(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        ends = ""
        if frame.eval_ctx.volatile:
            self.write("(escape if context.eval_ctx.autoescape else str)(")
            ends += ")"
        if finalize.src is not None:
            self.write(finalize.src)
            ends += ")"
        self.visit(node, frame)
        self.write(ends)

    # -- statements -----------------------------------------------------------------------

    def macro_body(
        self, node: nodes.Macro | nodes.CallBlock, frame: Frame
    ) -> tuple[Frame, MacroRef]:
        self._inside += 1
        try:
            return super().macro_body(node, frame)
        finally:
            self._inside -= 1

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        self._inside += node.recursive
        super().visit_For(node, frame)
        self._inside -= node.recursive

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if not self.in_runs:
            super().visit_Block(node, frame)
            return
        checked = False
        if frame.toplevel:
            if self.has_known_extends:
                return
            if self.extends_so_far > 0:
                checked = True
                self.writeline("if parent_template is None:")
                self.indent()
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        if node.required:
            self.writeline(f"if len(context.blocks[{node.name!r}]) <= 1:", node)
            self.indent()
            text = f"Required block {node.name!r} not found"
            self.writeline(f"raise TemplateRuntimeError({text!r})", node)
            self.outdent()
        self.newline(node)
        self._write_into(f"context.blocks[{node.name!r}][0]", context, frame)
        if checked:
            self.outdent()

    def _write_into(self, render: str, context: str, frame: Frame) -> None:
        if frame.buffer is None:
            self.write(f"if rest := into({render}, {context}, out): yield from rest")
        else:
            self.write(f"into({render}, {context}, {frame.buffer})")

    def visit_Extends(self, node: nodes.Extends, frame: Frame) -> None:
        if not self.in_runs:
            super().visit_Extends(node, frame)
            return
        stream, self.stream = self.stream, StringIO()
        try:
            super().visit_Extends(node, frame)
        finally:
            source = self.stream.getvalue()
            stream.write(source.replace("environment.get_template(", "find(environment, ", 1))
            self.stream = stream

    def visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        if not self.in_runs:
            super().visit_Include(node, frame)
            return
        if node.ignore_missing:
            self.writeline("try:")
            self.indent()
        self.writeline(f"template = {_find_template(node.template)}", node)
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        if node.ignore_missing:
            self.outdent()
            self.writeline("except TemplateNotFound:")
            self.indent()
            self.writeline("pass")
            self.outdent()
            self.writeline("else:")
            self.indent()
        self.newline()
        if node.with_context:
            names = self.dump_local_context(frame)
            context = f"included(template, context, {names})"
            self._write_into("template.root_render_func", context, frame)
        else:
            self._write_module(frame)
        if node.ignore_missing:
            self.outdent()

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if not self.in_runs:
            super()._import_common(node, frame)
            return
        self.write("find(environment, " if node.with_context else "exports(find(environment, ")
        self.visit(node.template, frame)
        self.write(f", {self.name!r})")
        if node.with_context:
            names = self.dump_local_context(frame)
            self.write(f".make_module(context.get_all(), True, {names})")
        else:
            self.write(", context)")

    def _write_module(self, frame: Frame) -> None:
        pieces = "template._get_default_module()._body_stream"
        if self._inside:
            # Jinja yields here also where it collects. What then comes out is a generator.
            self.write(f"yield from {pieces}")
        else:
            self.write(f"for event in {pieces}:")
            self.indent()
            self.writeline("if append(event): yield from out.take()")
            self.outdent()


def _find_template(node: nodes.Expr) -> str:
    """Begin the call that finds what an include names."""
    value = getattr(node, "value", None) if isinstance(node, nodes.Const) else None
    if isinstance(value, str):
        return "find(environment, "
    if isinstance(value, (tuple, list)) or isinstance(node, (nodes.Tuple, nodes.List)):
        return "environment.select_template("
    return "environment.get_or_select_template("
