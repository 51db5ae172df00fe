"""A client of the soak: its connection, its random numbers, and the calls that every kind of traffic is made of."""

import asyncio
import json
from itertools import count

from .contract import FAULTS, Wrong
from .ledger import ANY, AT_LEAST_ONCE, AT_MOST_ONCE, NEVER, ONCE, rule_of
from .wire import Connection, NoAnswer, request_bytes

SERVICES = ["one", "two", "both"]
# What the gateway is configured with, and what a busy machine may add to it: a request is lost when it has no answer by then.
INVOCATION_TIMEOUT, PATIENCE = 5, 25
JSON = ("Content-Type", "application/json")


class Client:
    ids = count(1)

    def __init__(self, soak, rng):
        self.soak, self.rng, self.contract = soak, rng, soak.contract
        self.connection = None
        self.sent, self.answered = "", None

    # Ids and paths

    def new_id(self):
        return f"r{next(Client.ids)}"

    def path(self, operation, service=None):
        return f"/{service or self.rng.choice(SERVICES)}/{operation}"

    def claim(self, id, rule, answer=None):
        self.soak.ledger.claim(id, rule, f"{self.sent}\n    answered: {answer}")

    # Requests

    async def connect(self):
        if self.connection is None or not self.connection.is_usable:
            self.drop()
            self.connection = await Connection.open(self.soak.port, PATIENCE)
        return self.connection

    def drop(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    async def raw(self, data, closes=False, without_body=False, deadline=INVOCATION_TIMEOUT + PATIENCE):
        """Sends bytes and takes the one answer."""
        self.sent, self.answered = repr(data[:600]), None
        connection = await self.connect()
        connection.send(data)
        answer = self.answered = await connection.answer(deadline, without_body)
        self.soak.count(self, answer.status)
        if closes:
            await connection.end(deadline)
        if closes or (answer.field("connection") or "").lower() == "close":
            self.drop()
        return answer

    async def post(self, path, value, *fields, **options):
        """`value` is JSON, or bytes already."""
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        if not any(name == "Content-Type" for name, _ in fields):
            fields = (JSON, *fields)
        if self.rng.random() < 0.03:
            fields, options = (*fields, ("Connection", "close")), {**options, "closes": True}
        return await self.raw(request_bytes("POST", path, fields, body), **options)

    async def get(self, path, *fields, method="GET", **options):
        return await self.raw(request_bytes(method, path, fields), without_body=method == "HEAD", **options)

    # Answers

    def judge(self, answer, ids, value, status=200, codes=FAULTS, idempotent=False, oneway=False):
        """An answer to a call is its result, or a failure with one of these codes; says what that means for the ids."""
        if answer.status == status:
            self.contract.success(answer, status, value)
            rule = AT_MOST_ONCE if oneway else AT_LEAST_ONCE if idempotent else ONCE
        else:
            problem = self.contract.problem(answer, codes, idempotent)
            rule = rule_of(problem["dispatched"], idempotent)
        for id in ids:
            self.claim(id, rule, answer)
        return answer.status == status

    def refused(self, answer, ids, codes):
        """The answer must be a failure before anything was sent. An overloaded gateway refuses before it reads the body."""
        self.judge(answer, ids, None, status=-1, codes=codes | {"overloaded"})
        for id in ids:
            self.claim(id, NEVER, answer)

    # The loop

    async def run(self, kinds, pause):
        names, weights = list(kinds), [weight for weight, _ in kinds.values()]
        while not self.soak.is_over and not self.soak.gateway.has_ended:
            self.kind = self.rng.choices(names, weights)[0]
            try:
                await kinds[self.kind][1](self)
            except (Wrong, NoAnswer, ValueError, KeyError, TypeError, IndexError) as error:
                self.soak.violation(self.kind, f"{error!r}\n    sent: {self.sent}\n    answered: {self.answered}")
                self.drop()
            await asyncio.sleep(self.rng.expovariate(1 / pause))
        self.drop()


def unanswered(client, ids, idempotent=False):
    """What holds for ids whose answer nobody waited for."""
    for id in ids:
        client.claim(id, ANY if idempotent else AT_MOST_ONCE)
