"""Lay out the tree of rules as the flat table that `csrc/ff_match.h` describes."""

from __future__ import annotations

import typing as t
from array import array

from werkzeug.routing import BaseConverter, FloatConverter, IntegerConverter, Rule
from werkzeug.routing.converters import NumberConverter

from .patterns import Kind, Pattern, read_pattern

if t.TYPE_CHECKING:
    from .tree import Edge, Node, Tree

NONE = 0xFFFFFFFF
MAGIC = 0x46464D31
HEADER = 18
ANY_METHOD, WEBSOCKET, STRICT = 1, 2, 4

# How a converter makes a value of a text.
AS_IT_IS, INTEGER, FLOAT, CALL = range(4)


class Refused(Exception):
    """The table cannot hold these rules; the text says why."""


class Conversion(t.NamedTuple):
    """How the arguments of a rule come from what it took of the path."""

    rule: Rule
    names: tuple[str, ...]
    kinds: bytes
    to_python: tuple[t.Callable[[str], t.Any], ...]
    defaults: t.Mapping[str, t.Any] | None


def conversion(rule: Rule) -> Conversion:
    """Say how a rule's texts become its arguments."""
    converters = rule._converters.values()
    return Conversion(
        rule,
        tuple(map(str, rule._converters)),
        bytes(map(_conversion_kind, converters)),
        tuple(converter.to_python for converter in converters),
        rule.defaults or None,
    )


def _conversion_kind(converter: BaseConverter) -> int:
    cls: t.Any = type(converter)
    if "to_python" in converter.__dict__:
        return CALL
    if cls.to_python is BaseConverter.to_python:
        return AS_IT_IS
    if cls.to_python is NumberConverter.to_python:
        number = t.cast(NumberConverter, converter)
        plain = number.min is None and number.max is None and not number.fixed_digits
        if plain and cls.num_convert is IntegerConverter.num_convert:
            return INTEGER
        if plain and cls.num_convert is FloatConverter.num_convert:
            return FLOAT
    return CALL


class Layout:
    """The table, but for its hash slots, and what its numbers stand for."""

    def __init__(self, tree: Tree, domain: str) -> None:
        self.conversions: list[Conversion] = []
        self.edges: list[Edge] = []
        self.methods: dict[str, int] = {}
        # Whether paths of the default domain can be walked without the domain before them.
        self.is_direct = False
        self.kinds: dict[str, int] = {kind.name.lower(): 0 for kind in Kind}
        self._text = bytearray()
        self._texts: dict[str, tuple[int, int]] = {}
        self._patterns: dict[tuple[str, bool, bool], Pattern] = {}
        self._more = array("I")
        self._nodes = array("I")
        self._entries = array("I")
        self._edge_words = array("I")
        self._rules = array("I")
        self._more_at: list[int] = []
        self._longest = 0
        self._frames = self._captures = 1
        if self._nodes.itemsize != 4:
            raise Refused("this platform has no 32-bit array type")
        self._lay_out(tree, domain)

    def _lay_out(self, tree: Tree, domain: str) -> None:
        below = self._find_start(tree, domain)
        self._start = NONE
        whole: list[tuple[str, int]] = []
        # Nodes in the order of their numbers, so that edges lead to higher ones; with the captures
        # and the edges on the way to each, and its path where only literals of the default domain
        # lead there.
        queue: list[tuple[Node, int, int, str | None]] = [(tree.root, 0, 1, None)]
        entries, nodes = self._entries, self._nodes
        for number, (node, captures, depth, path) in enumerate(queue):
            first_entry, first_edge = len(entries) // 4, len(self.edges)
            slash = NONE
            for text, target in node.static.items():
                if text:
                    entries.extend((number, *self._place(text), len(queue)))
                else:
                    slash = len(queue)
                literal = None if path is None else f"{path}/{text}"
                if node is below and not text:
                    self._start, literal = slash, ""
                queue.append((target, captures, depth + 1, literal))
            count = len(entries) // 4 - first_entry
            for edge in node.edges:
                self._add_edge(edge, len(queue))
                queue.append((edge.target, captures + 1, depth + 1, None))
            rules = node.rules
            first_rule = len(self.conversions)
            for rule in rules:
                self._add_rule(rule)
            if path and rules:
                whole.append((path, number))
            nodes.extend((first_entry, count, first_edge, len(node.edges)))
            nodes.extend((first_rule, len(rules), slash))
            if captures > self._captures:
                self._captures = captures
            if depth > self._frames:
                self._frames = depth
        for path, number in whole:
            place = self._place(path)
            self._longest = max(self._longest, place[1])
            entries.extend((NONE, *place, number))

    def _place(self, text: str) -> tuple[int, int]:
        """Return where a text is, and how many bytes long."""
        place = self._texts.get(text)
        if place is None:
            data = text.encode("utf-8", "surrogatepass")
            place = self._texts[text] = len(self._text), len(data)
            self._text += data
        return place

    def _pattern(self, edge: Edge) -> Pattern:
        part = edge.part
        key = part.content, part.final, part.suffixed
        pattern = self._patterns.get(key)
        if pattern is None:
            pattern = self._patterns[key] = read_pattern(part)
        return pattern

    def _add_edge(self, edge: Edge, target: int) -> None:
        pattern = self._pattern(edge)
        self.kinds[pattern.kind.name.lower()] += 1
        low, more = pattern.low, 0
        if pattern.kind is Kind.CLASS:
            more = len(self._more)
            bits = sum(1 << ord(character) for character in pattern.characters)
            self._more.extend(bits >> shift & 0xFFFFFFFF for shift in (0, 32, 64, 96))
        elif pattern.kind is Kind.ANY:
            low, more = len(pattern.items), len(self._more)
            for item in pattern.items:
                self._more.extend(self._place(item))
        self._more_at.append(len(self._edge_words) + 9)
        self._edge_words.extend(
            (
                pattern.kind,
                pattern.flags,
                target,
                *self._place(pattern.prefix),
                *self._place(pattern.suffix),
                low,
                pattern.high,
                more,
            )
        )
        self.edges.append(edge)

    def _add_rule(self, rule: Rule) -> None:
        computed = [
            name
            for name in ("methods", "websocket", "strict_slashes", "merge_slashes", "defaults")
            if hasattr(type(rule), name)
        ]
        if computed:
            raise Refused(f"{type(rule).__qualname__} computes {', '.join(computed)}")
        flags = WEBSOCKET * bool(rule.websocket) | STRICT * bool(rule.strict_slashes)
        mask = 0
        if rule.methods is None:
            flags |= ANY_METHOD
        else:
            for method in rule.methods:
                mask |= 1 << self.methods.setdefault(method, len(self.methods))
            if len(self.methods) > 64:
                raise Refused("the rules name more than 64 different methods")
        self._rules.extend((len(self.conversions), flags, mask & 0xFFFFFFFF, mask >> 32))
        self.conversions.append(conversion(rule))

    def _find_start(self, tree: Tree, domain: str) -> Node | None:
        """Return the node of the default domain, if nothing else leads on from there."""
        root = tree.root
        if any(domain or self._pattern(edge).takes_nothing for edge in root.edges):
            return None
        below = root.static.get(domain)
        if below is not None and (below.edges or below.rules):
            return None
        self.is_direct = True
        return below

    def words(self) -> bytearray:
        """Return the table. `ff_match_fill` has to fill its slots."""
        entries = len(self._entries) // 4
        slots = 1 << (entries * 2).bit_length()
        text = self._text + bytes(-len(self._text) % 4)
        offset = HEADER
        header = [MAGIC, 0]
        arrays = [(self._nodes, 7), (self._entries, 4), (self._edge_words, 10), (self._rules, 4)]
        for words, size in arrays:
            header += [offset, len(words) // size]
            offset += len(words)
        header += [offset, slots]
        offset += slots * 2
        header += [offset, len(self._text)]
        offset += len(text) // 4
        more_at = offset
        offset += len(self._more)
        header += [self._frames, self._captures, self._start, self._longest]
        header[1] = offset
        if offset >= NONE:
            raise Refused("the table would be larger than 16 GiB")
        edge_words = self._edge_words[:]
        for index in self._more_at:
            edge_words[index] += more_at
        table = bytearray(array("I", header).tobytes())
        for words in (self._nodes, self._entries, edge_words, self._rules):
            table += words.tobytes()
        table += bytes(slots * 8) + text + self._more.tobytes()
        return table
