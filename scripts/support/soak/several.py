"""Kinds of traffic: several calls in one request."""

import json


from .contract import FAULTS, expect
from .ledger import ONCE, rule_of


def elements(client, most):
    return [{"id": client.new_id(), "text": f"batch {n}"} for n in range(client.rng.randrange(0, most))]


def as_lines(values):
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


async def oneway_batch(client):
    values = elements(client, 20)
    mode = ("Ice-Mode", client.rng.choice(["oneway", "batch-oneway"]))
    if values and client.rng.random() < 0.5:
        answer = await client.post(client.path("note"), as_lines(values), ("Content-Type", "application/x-ndjson"), mode)
    else:
        answer = await client.post(client.path("note"), values, mode)
    ids = [value["id"] for value in values]
    client.judge(answer, ids, {"sent": True, "count": len(values)}, status=202, oneway=True)


async def twoway_batch(client):
    values = elements(client, 20)
    answer = await client.post(client.path("echo"), values)
    if answer.status != 200:
        client.judge(answer, [value["id"] for value in values], None, status=-1)
        return
    results = client.contract.success(answer, 200)
    expect(len(results) == len(values), "there are as many results as elements")
    for value, result in zip(values, results):
        if result["status"] == 200:
            expect(result["body"] == {"returnValue": value["text"]}, "results are in the order of the elements")
            client.claim(value["id"], ONCE, answer)
        else:
            problem = client.contract.document(result["body"], result["status"], FAULTS)
            client.claim(value["id"], rule_of(problem["dispatched"]), answer)


async def bad_batch(client):
    """One bad element, and none is sent."""
    values = elements(client, 10) + [{"id": client.new_id(), "text": 7}] + elements(client, 10)
    bad = next(n for n, value in enumerate(values) if value["text"] == 7)
    fields = [("Ice-Mode", "oneway")] if client.rng.random() < 0.5 else []
    answer = await client.post(client.path("note"), values, *fields)
    client.refused(answer, [value["id"] for value in values], {"wrong_type"})
    if answer.json()["code"] == "wrong_type":
        expect(answer.json()["pointer"] == f"/{bad}/text", "the pointer leads to the element")


KINDS = {"oneway batch": (4, oneway_batch), "twoway batch": (4, twoway_batch), "bad batch": (2, bad_batch)}
