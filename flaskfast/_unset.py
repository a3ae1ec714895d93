"""The default of arguments and attributes for which None is a value: nobody has given one."""

from __future__ import annotations

import typing as t

unset: t.Any = object()
