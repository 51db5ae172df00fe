"""Kinds of traffic: single calls, those that fail, those that are given up."""

import asyncio
import json

from .client import INVOCATION_TIMEOUT, JSON, unanswered
from .contract import FAULTS, expect
from .ledger import NEVER
from .wire import NoAnswer, request_bytes

TEXTS = ["", "Ada", "naïve ☃ \U0001f9ca", "line\nbreak \"quoted\" \\", "\u0000", "x" * 3000]


async def small(client):
    id, text = client.new_id(), client.rng.choice(TEXTS)
    answer = await client.post(client.path("echo"), {"id": id, "text": text})
    client.judge(answer, [id], {"returnValue": text})


async def large(client):
    id, rng = client.new_id(), client.rng
    values = [rng.uniform(-1e9, 1e9) for _ in range(rng.choice([1000, 5000, 40000]))]
    answer = await client.post(client.path("reverse"), {"id": id, "values": values})
    client.judge(answer, [id], {"returnValue": values[::-1]})


async def slow(client):
    id = client.new_id()
    answer = await client.post(client.path("slow"), {"id": id, "milliseconds": client.rng.randrange(20, 800)})
    client.judge(answer, [id], {"returnValue": id})


async def timeout(client):
    """The servant takes longer than the request allows."""
    id, milliseconds = client.new_id(), client.rng.randrange(30, 300)
    answer = await client.post(
        client.path("slow"), {"id": id, "milliseconds": 20_000}, ("Ice-Timeout-Ms", milliseconds))
    client.judge(answer, [id], None, status=-1)
    if answer.status == 504:
        expect(answer.field("ice-timeout-ms") == str(milliseconds), "Ice-Timeout-Ms tells the effective timeout")


async def long_timeout(client):
    """A wish above the configuration is cut to it."""
    id = client.new_id()
    answer = await client.post(client.path("look"), {"id": id}, ("Ice-Timeout-Ms", 3_600_000))
    if client.judge(answer, [id], {"returnValue": id}, idempotent=True):
        value = int(answer.field("ice-timeout-ms"))
        expect(0 < value <= INVOCATION_TIMEOUT * 1000, "Ice-Timeout-Ms is cut to the configured timeout")


async def idempotent(client):
    id = client.new_id()
    answer = await client.post(client.path("look"), {"id": id})
    client.judge(answer, [id], {"returnValue": id}, idempotent=True)


async def oneway(client):
    id = client.new_id()
    answer = await client.post(client.path("note"), {"id": id, "text": "oneway"}, ("Ice-Mode", "oneway"))
    client.judge(answer, [id], {"sent": True}, status=202, oneway=True)


async def void(client):
    id = client.new_id()
    answer = await client.post(client.path("note"), {"id": id, "text": "twoway"})
    client.judge(answer, [id], {})


FAILURES = [(422, "user_exception"), (500, "unknown_exception"), (404, "object_not_exist"), (500, "unknown_user_exception")]


async def failing(client):
    id, how = client.new_id(), client.rng.randrange(len(FAILURES))
    status, code = FAILURES[how]
    answer = await client.post(client.path("fail"), {"id": id, "how": how})
    client.judge(answer, [id], None, status=-1, codes=FAULTS | {code})
    if answer.status == 422:
        exception = answer.json().get("exception")
        expect(exception == {"@type": "::Soak::Refused", "id": id, "reason": len(id)}, "the user exception is told")


async def cancelled(client):
    """The client leaves before the answer, or before its request is whole."""
    rng, id = client.rng, client.new_id()
    body = json.dumps({"id": id, "milliseconds": rng.randrange(200, 3000)}).encode()
    data = request_bytes("POST", client.path("slow"), [JSON], body)
    client.drop()
    connection = await client.connect()
    client.sent = repr(data)
    connection.send(data if rng.random() < 0.7 else data[:rng.randrange(1, len(data))])
    await asyncio.sleep(rng.uniform(0, 0.2))
    client.drop()
    client.soak.count(client, "left")
    unanswered(client, [id])


async def slow_client(client):
    """Part of a request, and then nothing; without a whole head nobody is there to be answered, and the connection is closed."""
    id = client.new_id()
    data = request_bytes("POST", client.path("echo"), [JSON], json.dumps({"id": id, "text": "half"}).encode())
    head, part = data.index(b"\r\n\r\n") + 4, data[:client.rng.randrange(1, len(data) - 1)]
    client.claim(id, NEVER)
    client.drop()
    try:
        answer = await client.raw(part, closes=True, deadline=60)
    except NoAnswer:
        if len(part) >= head:
            raise
        client.drop()
        client.soak.count(client, "closed")
    else:
        client.refused(answer, [id], {"slow_client"})


async def pieces(client):
    """A request in several pieces, and two requests in one."""
    ids = [client.new_id(), client.new_id()]
    data = b"".join(
        request_bytes("POST", client.path("echo"), [JSON], json.dumps({"id": id, "text": "p"}).encode()) for id in ids)
    connection = await client.connect()
    client.sent = repr(data)
    cut = client.rng.randrange(1, len(data))
    connection.send(data[:cut])
    await asyncio.sleep(client.rng.uniform(0, 0.05))
    connection.send(data[cut:])
    for id in ids:
        answer = await connection.answer(60)
        client.soak.count(client, answer.status)
        client.judge(answer, [id], {"returnValue": "p"})


PAGES = [("/livez", None), ("/openapi.json", "application/json"), ("/openapi.yaml", None), ("/readyz", None)]


async def pages(client):
    rng = client.rng
    path, media_type = rng.choice(client.soak.pages)
    answer = await client.get(path, method=rng.choice(["GET", "GET", "HEAD"]))
    allowed = {200, 503} if path == "/readyz" else {200}
    expect(answer.status in allowed, f"{path} answers {sorted(allowed)}")
    expect(media_type is None or answer.media_type == media_type, f"{path} is {media_type}")


KINDS = {
    "small": (30, small), "large": (4, large), "slow": (12, slow), "timeout": (4, timeout), "long timeout": (2, long_timeout),
    "idempotent": (10, idempotent), "oneway": (8, oneway), "void": (6, void), "failing": (8, failing),
    "cancelled": (6, cancelled), "slow client": (0.1, slow_client), "pieces": (3, pieces), "own pages": (2, pages),
}
