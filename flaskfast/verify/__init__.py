"""Would an application behave the same on flaskfast, and what would be gained?

`Verification` runs it under genuine Flask and under flaskfast, in processes of their own, sends
both the same requests and compares what comes back. ``flaskfast verify`` is its command.
"""

from __future__ import annotations
