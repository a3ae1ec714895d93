"""Compare by hand: ``python -m tests.served [SERVER ...]``.

``--subject genuine`` compares genuine Flask with itself and shows whether all
that is random has been normalised.
"""

from __future__ import annotations

import argparse
import time

from .comparison import compare
from .everyday_requests import REQUESTS as EVERYDAY
from .httpbin_requests import REQUESTS as HTTPBIN
from .servers import GENUINE, SERVERS, flaskfast

_APPS = {
    "httpbin": ("httpbin:app", HTTPBIN),
    "everyday": ("tests.served.apps.everyday:application", EVERYDAY),
}


def main() -> int:
    """Compare on the servers named, print every difference; 1 when there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.served", description=__doc__)
    parser.add_argument("servers", nargs="*", default=list(SERVERS), metavar="SERVER")
    parser.add_argument("--app", choices=list(_APPS), default="httpbin")
    parser.add_argument("--subject", choices=["flaskfast", "genuine"], default="flaskfast")
    parser.add_argument("--kernels", default="", help="value for FLASKFAST_KERNELS")
    parser.add_argument("--only", default="", help="requests whose name contains this text")
    options = parser.parse_args()
    subject = GENUINE if options.subject == "genuine" else flaskfast(options.kernels)
    app, recorded = _APPS[options.app]
    requests = [request for request in recorded if options.only in request.name]
    count = 0
    for server in options.servers:
        started = time.monotonic()
        found = compare(app, requests, server, subject)
        print(*found, sep="\n")
        seconds = time.monotonic() - started
        print(f"{server}: {len(requests)} requests, {len(found)} differences, {seconds:.1f} s")
        count += len(found)
    return min(count, 1)


if __name__ == "__main__":
    raise SystemExit(main())
