"""Templates of pages and parts, compiled straight: a page says some three hundred values, and each goes this way.

Jinja asks at every call whether the function wants its context, and wraps what a template says three times over. No
function of ours wants the context, so calls are compiled as calls, and a value goes through one function (`says`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context

PLAIN = frozenset({"view", "plan", "config", "w", "draft", "tables", "figures", "verdicts", "duties", "history_view",
                   "levels", "table", "figure"})  # fmt: skip
"""Names that never stand for a mapping, so that what follows their dot is an attribute."""


class _Direct(CodeGenerator):
    """Writes the Python of a template: calls without a detour, values through `environment.says`."""

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 -- its name there
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 -- as above
        if isinstance(node.node, nodes.Name) and node.node.name in PLAIN:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
        else:
            super().visit_Getattr(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.says(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return str(node.as_const(frame.eval_ctx))
        raise nodes.Impossible  # what a language says differently is not decided here


class Templates(jinja2.Environment):
    """The templates of a folder. `says` writes a value as text of the page: escaped, unless it is Markup.

    Compiled templates are kept in the folder `cache`, whatever the language; None compiles them anew.
    """

    code_generator_class = _Direct

    def __init__(self, folder: Path, says: Callable[[Any], str], cache: Path | None = None) -> None:
        super().__init__(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=True,
            auto_reload=False,  # nobody edits them in the middle of a build
            bytecode_cache=_compiled(cache),
        )
        self.says = says
        self._ready: dict[str, jinja2.Template] = {}

    def text(self, name: str, values: Mapping[str, Any]) -> str:
        """What a template says of some values, beside those that all templates know."""
        template = self._ready.get(name)
        if template is None:
            template = self._ready[name] = self.get_template(name)
        context = Context(self, {**self.globals, **values}, name, template.blocks)
        try:
            return "".join(template.root_render_func(context))
        except Exception:  # Jinja tells it again with the template's line
            self.handle_exception()


def _compiled(cache: Path | None) -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept, by the hash of their source and by what compiled them."""
    if cache is None:
        return None
    ours = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]
    folder = cache / "templates" / f"{version('jinja2')}-{ours}"
    folder.mkdir(parents=True, exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(folder))
