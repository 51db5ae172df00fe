"""Kinds of traffic: invocations that outlive their request, and requests that are repeated with an Idempotency-Key."""

import asyncio
import json

from .client import JSON, PATIENCE, Client
from .contract import FAULTS, expect
from .ledger import AT_MOST_ONCE, ONCE, rule_of
from .wire import NoAnswer, request_bytes

STATES = {"running", "succeeded", "failed", "cancelled"}


def check_state(client, answer, location):
    body = client.contract.success(answer, answer.status)
    expect(location == f"/invocations/{body['id']}", "the id is that of the Location")
    expect(body["operation"] == "slow" and body["state"] in STATES, "the operation and the state are told")
    expect(isinstance(body["sent"], bool) and isinstance(body["sentSynchronously"], bool), "sent is told")
    return body["state"]


async def stored(client):
    """respond-async, then polling for the result, or DELETE."""
    rng, id = client.rng, client.new_id()
    client.claim(id, AT_MOST_ONCE)
    answer = await client.post(
        client.path("slow"), {"id": id, "milliseconds": rng.randrange(0, 1500)}, ("Prefer", "respond-async"))
    if answer.status != 202:
        client.judge(answer, [id], None, status=-1)
        return
    location = answer.field("location") or ""
    expect(answer.field("preference-applied") == "respond-async", "Preference-Applied is told")
    expect(location.startswith("/invocations/"), "Location leads to the invocation")
    check_state(client, answer, location)
    if rng.random() < 0.3:
        await delete(client, id, location)
    elif rng.random() < 0.8:
        await poll(client, id, location)


async def delete(client, id, location):
    await asyncio.sleep(client.rng.uniform(0, 0.5))
    answer = await client.get(location, method="DELETE")
    expect(answer.status == 200, "DELETE answers 200")
    state = check_state(client, answer, location)
    expect(state != "running", "DELETE gives the final state")
    result = await client.get(f"{location}/result")
    if state == "cancelled":
        client.contract.problem(result, {"invocation_cancelled"})
    else:
        client.judge(result, [id], {"returnValue": id})


async def poll(client, id, location):
    end = asyncio.get_running_loop().time() + PATIENCE + 10
    while True:
        if client.rng.random() < 0.5:
            expect((await client.get(location)).status == 200, "a known invocation answers 200")
        fields = [("Prefer", f"wait={client.rng.randrange(1, 4)}")] if client.rng.random() < 0.5 else []
        answer = await client.get(f"{location}/result", *fields)
        if answer.status != 202:
            break
        expect((answer.field("retry-after") or "").isdigit(), "a running invocation has Retry-After")
        if asyncio.get_running_loop().time() > end:
            raise NoAnswer(f"{location} is running for ever")
        await asyncio.sleep(0.1)
    client.judge(answer, [id], {"returnValue": id})


async def unknown(client):
    path = f"/invocations/{client.rng.getrandbits(128):032x}"
    answer = await client.get(path, method=client.rng.choice(["GET", "DELETE"]))
    expect(answer.status == 404, "an unknown invocation is 404")
    client.contract.problem(answer, {code for code, row in client.contract.table.items() if row[0] == 404})


async def repeated(client):
    """The same request several times, at once and one after the other: a servant runs once at most."""
    id, rng = client.new_id(), client.rng
    fields = [JSON, ("Idempotency-Key", f"key-{id}")]
    body = json.dumps({"id": id, "milliseconds": rng.randrange(0, 400)}).encode()
    data = request_bytes("POST", client.path("slow"), fields, body)
    client.claim(id, AT_MOST_ONCE)
    others = [Client(client.soak, rng) for _ in range(rng.randrange(1, 4))]
    for other in others:
        other.kind = client.kind
    answers = await asyncio.gather(*(one.raw(data) for one in [client, *others]), return_exceptions=True)
    for other in others:
        other.drop()
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    if failed:
        raise failed[0]
    answers.append(await client.raw(data))
    check_repeats(client, id, answers)


def check_repeats(client, id, answers):
    outcomes = []
    for answer in answers:
        if answer.status == 200:
            client.contract.success(answer, 200, {"returnValue": id})
            outcomes.append(ONCE)
        else:
            outcomes.append(rule_of(client.contract.problem(answer, FAULTS)["dispatched"]))
    ran = [answer for answer, rule in zip(answers, outcomes) if rule in (ONCE, AT_MOST_ONCE)]
    replayed = sum(answer.field("idempotent-replayed") == "true" for answer in ran)
    expect(replayed >= len(ran) - 1, f"{len(ran)} answers tell an execution, only {replayed} say they repeat it")
    expect(len({(answer.status, answer.body) for answer in ran}) <= 1, "repeats have the same outcome")
    rule = ONCE if ONCE in outcomes else AT_MOST_ONCE if AT_MOST_ONCE in outcomes else rule_of("no")
    client.claim(id, rule, "; ".join(str(answer) for answer in answers))


KINDS = {"stored": (5, stored), "unknown invocation": (1, unknown), "repeated": (4, repeated)}
