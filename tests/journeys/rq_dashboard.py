"""rq-dashboard: the queues, jobs and workers of RQ, on a real Redis."""

from __future__ import annotations

from .visitor import Visitor


def journey(visitor: Visitor) -> None:
    """Look at two queues, requeue a job, delete another, empty a queue."""
    for path in ("/", "/0/view/queues", "/0/view/workers", "/0/view/jobs", "/1/view"):
        visitor.get(path)
    visitor.get("/0/data/queues.json")
    visitor.get("/0/data/workers.json")
    visitor.get("/0/data/jobs/high/queued/5/asc/1.json")
    visitor.get("/0/view/jobs/high/queued/5/asc/1")
    visitor.get("/0/view/job/job-1")
    visitor.get("/0/data/job/job-1.json")
    visitor.get("/0/data/job/nothing.json")
    visitor.ask("POST", "/job/job-2/delete")
    visitor.get("/0/data/jobs/high/queued/5/asc/1.json")
    visitor.ask("POST", "/queue/high/compact")
    visitor.ask("POST", "/queue/low/queued/empty")
    visitor.get("/0/data/queues.json")
    visitor.get("/static/css/main.css")
    visitor.get("/favicon.ico")
    visitor.ask("DELETE", "/job/job-1/delete")
