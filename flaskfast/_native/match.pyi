from .._py.match import _Finder
from ..routing.tree import Tree

BUILD: str

def new_finder(tree: Tree, domain: str, special: frozenset[int], /) -> _Finder: ...
