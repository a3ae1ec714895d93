"""moto: Amazon's services for tests. One Flask application per service behind a dispatcher."""

from __future__ import annotations

import json

from .visitor import Visitor


def _signed(service: str) -> dict[str, str]:
    scope = f"AKIDEXAMPLE/20240501/us-east-1/{service}/aws4_request"
    return {
        "Host": "localhost:5000",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
    }


def journey(visitor: Visitor) -> None:
    """Keep objects in buckets, send messages through a queue, look at the dashboard."""
    visitor.get("/moto-api/")
    visitor.ask("POST", "/moto-api/reset")
    _buckets(visitor)
    _queue(visitor)
    visitor.get("/moto-api/data.json")
    visitor.ask("POST", "/moto-api/reset")
    visitor.get("/moto-api/data.json")


def _buckets(visitor: Visitor) -> None:
    signed = _signed("s3")
    visitor.ask("PUT", "/shelf", None, signed)
    visitor.ask("PUT", "/shelf", None, signed)
    for name, content in (("a.txt", b"some text"), ("deep/b%20c.bin", bytes(range(256)))):
        headers = {"Content-Type": "text/plain", "x-amz-meta-owner": "ann"}
        visitor.ask("PUT", f"/shelf/{name}", content, {**signed, **headers})
    visitor.ask("GET", "/shelf/a.txt", None, signed)
    visitor.ask("HEAD", "/shelf/a.txt", None, signed)
    visitor.ask("GET", "/shelf/a.txt", None, {**signed, "Range": "bytes=5-8"})
    visitor.ask("GET", "/shelf/deep/b%20c.bin", None, signed)
    visitor.ask("GET", "/shelf?list-type=2&prefix=deep%2F", None, signed)
    visitor.ask("GET", "/shelf?list-type=2&delimiter=%2F", None, signed)
    visitor.ask("GET", "/shelf?versioning", None, signed)
    tags = b"<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>"
    visitor.ask("PUT", "/shelf/a.txt?tagging", tags, signed)
    visitor.ask("GET", "/shelf/a.txt?tagging", None, signed)
    visitor.ask("DELETE", "/shelf/a.txt", None, signed)
    visitor.ask("GET", "/shelf/a.txt", None, signed)
    visitor.ask("GET", "/nowhere/a.txt", None, signed)
    visitor.ask("DELETE", "/shelf", None, signed)
    visitor.ask("GET", "/", None, signed)


def _queue(visitor: Visitor) -> None:
    def call(action: str, **parameters: object) -> dict[str, object]:
        headers = {
            **_signed("sqs"),
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"AmazonSQS.{action}",
        }
        answer = visitor.ask("POST", "/", json.dumps(parameters).encode(), headers)
        found: dict[str, object] = json.loads(answer.body) if answer.status == "200 OK" else {}
        return found

    url = call("CreateQueue", QueueName="work")["QueueUrl"]
    call("GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn", "DelaySeconds"])
    call("SendMessage", QueueUrl=url, MessageBody="do é")
    received = call("ReceiveMessage", QueueUrl=url)["Messages"]
    assert isinstance(received, list)
    handle = visitor.learn("handle", received[0]["ReceiptHandle"])
    call("DeleteMessage", QueueUrl=url, ReceiptHandle=handle)
    call("DeleteMessage", QueueUrl=url, ReceiptHandle="nonsense")
    call("NoSuchAction")
    call("ListQueues")
