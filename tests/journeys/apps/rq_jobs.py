"""Put the jobs into the queues that the visitor of rq-dashboard finds there."""

import os

from redis import Redis
from rq import Queue

connection = Redis.from_url(os.environ["RQ_DASHBOARD_REDIS_URL"])
connection.flushall()
for name, count in (("high", 3), ("low", 2)):
    queue = Queue(name, connection=connection)
    for number in range(count):
        job_id = f"{'job' if name == 'high' else 'low'}-{number}"
        queue.enqueue("math.sqrt", number, job_id=job_id)
