"""Calls the showcase with the client that openapi-python-client made: typed results, user exceptions, graphs, oneways, bytes."""

import io
import math
import sys

from showcase_client import AuthenticatedClient, Client
from showcase_client.api.branchesnamecatalogue import branches_catalogue_lend
from showcase_client.api.catalogue import (
    catalogue_add_post, catalogue_find_get, catalogue_get_cover_get, catalogue_note, catalogue_remove_delete, catalogue_ring,
    catalogue_search_get, catalogue_set_cover_put, catalogue_update_put)
from showcase_client.api.desk import desk_draw, desk_echo, desk_greet, desk_reader, desk_review, desk_stamp
from showcase_client.api.invocations import invocations_get, invocations_result
from showcase_client.models import (
    BranchesCatalogueLendBody, BranchesCatalogueLendResponse200, CatalogueAddPostResponse201, CatalogueNoteBody,
    CatalogueNoteIceMode, CatalogueNoteResponse200, CatalogueRemoveDeleteResponse409, CatalogueRingBody,
    CatalogueSearchGetResponse200, CatalogueUpdatePutBody, CatalogueUpdatePutResponse404, DeskDrawBody, DeskDrawResponse200,
    DeskEchoBody, DeskEchoResponse200, DeskGreetBody, DeskGreetResponse200, DeskReaderBody, DeskReaderResponse200,
    DeskReviewBody, DeskReviewResponse200, DeskStampBody, DeskStampResponse200, InstanceReference, Invocation, Problem, Sent, ShowcaseBook, ShowcaseBookInput,
    ShowcaseBooksByTitleInput, ShowcaseDay, ShowcaseDiaryItem, ShowcaseEverythingInput, ShowcaseHouse, ShowcaseLent, ShowcaseLetters,
    ShowcaseLost, ShowcaseNotes, ShowcaseOpinionInput, ShowcasePicture, ShowcasePictureInput, ShowcasePlace, ShowcaseRatings,
    ShowcaseShelves, ShowcaseSubject, ShowcaseTicket, ShowcaseVotes)
from showcase_client.models.catalogue_find_get_response_404 import CatalogueFindGetResponse404
from showcase_client.types import UNSET, File

client = Client(base_url=sys.argv[1])
day = ShowcaseDay(year=1984, month=2, day=29)


def results() -> None:
    book = catalogue_find_get.sync("9007199254740993", client=client)
    assert isinstance(book, ShowcaseBook), book
    assert book.id == "9007199254740993" and book.subject is ShowcaseSubject.SCIENCE and book.bought == day
    assert book.weight == 0.5 and book.pages == 321 and not book.is_lent

    found = catalogue_search_get.sync(client=client, words=["war & peace", "x"], bought_year=1984, bought_month=2, bought_day=29, limit=3)
    assert isinstance(found, CatalogueSearchGetResponse200), found
    assert found.total == 12 and found.return_value[0].bought == day and found.return_value[0].weight == "Infinity"

    # What has a default may be left out, of an input.
    new = ShowcaseBookInput(id="0", title="New", weight=1.5, bought=day)
    added = catalogue_add_post.sync(client=client, body=new)
    assert isinstance(added, CatalogueAddPostResponse201) and added.return_value == "9007199254740993", added

    changed = CatalogueUpdatePutBody(title="Old", weight=1.5, bought=day)
    assert catalogue_update_put.sync_detailed("7", client=client, body=changed).status_code == 204


def everything() -> None:
    value = ShowcaseEverythingInput(
        a_bool=True, a_byte=255, a_short=-32768, an_int=2147483647, a_long="-9223372036854775808", a_number=7, a_float=0.1,
        a_double=math.pi, a_string="ü\0", a_subject=ShowcaseSubject.COOKING, a_day=day, some_bytes="AAEC/w==",
        a_table=[["a"], []], books=ShowcaseBooksByTitleInput.from_dict({"t": ShowcaseBookInput("1", "t", 1.0, day).to_dict()}),
        some_shelves=ShowcaseShelves.from_dict({"-1": "x"}), some_ratings=ShowcaseRatings.from_dict({"Fiction": 4.5}),
        some_votes=ShowcaseVotes.from_dict({"true": 3}), some_letters=ShowcaseLetters.from_dict({"255": "z"}),
        some_notes=ShowcaseNotes.from_dict({"9007199254740993": ["n"]}),
        a_diary=[ShowcaseDiaryItem(key=day, value="leap")])
    answer = desk_echo.sync(client=client, body=DeskEchoBody(value=value))
    assert isinstance(answer, DeskEchoResponse200), answer
    echo = answer.return_value
    assert echo.a_long == value.a_long and echo.a_double == math.pi and echo.a_diary == value.a_diary
    assert echo.books["t"].pages == 100 and echo.some_notes["9007199254740993"] == ["n"]


def exceptions() -> None:
    missing = catalogue_find_get.sync("404", client=client)
    assert isinstance(missing, CatalogueFindGetResponse404) and missing.exception, missing
    assert missing.exception.id == "404" and missing.exception.reason == "no book 404" and missing.dispatched.value == "yes"

    lost = catalogue_remove_delete.sync("1", client=client)
    assert isinstance(lost, CatalogueRemoveDeleteResponse409) and isinstance(lost.exception, ShowcaseLost), lost
    assert lost.exception.until.year == 2030 and lost.exception.reader is UNSET
    lent = catalogue_remove_delete.sync("2", client=client)
    assert isinstance(lent, CatalogueRemoveDeleteResponse409) and isinstance(lent.exception, ShowcaseLent), lent
    assert lent.exception.reader == "bob"
    assert catalogue_remove_delete.sync_detailed("3", client=client).status_code == 204

    update = catalogue_update_put.sync("404", client=client, body=CatalogueUpdatePutBody(title="x", weight=1.0, bought=day))
    assert isinstance(update, (CatalogueUpdatePutResponse404, Problem)), update


def classes() -> None:
    picture = ShowcasePictureInput(type_="::Showcase::Picture", text="see", image="AAE=", stars=5)
    answer = desk_review.sync(client=client, body=DeskReviewBody(id="1", opinion=picture))
    assert isinstance(answer, DeskReviewResponse200) and isinstance(answer.return_value, ShowcasePicture), answer
    assert answer.return_value.media_type == "image/png" and answer.return_value.stars == 5
    assert answer.return_value.author is UNSET
    nothing = desk_review.sync(client=client, body=DeskReviewBody(id="1", opinion=None))
    assert isinstance(nothing, DeskReviewResponse200) and nothing.return_value is None, nothing
    unset = ShowcaseOpinionInput(type_="::Showcase::Opinion", text="t", stars=None)
    assert isinstance(desk_review.sync(client=client, body=DeskReviewBody(id="1", opinion=unset)), DeskReviewResponse200)

    place = ShowcasePlace(type_="::Showcase::Place", id="a", name="a", parent=InstanceReference(ref="a"), children=[])
    way = desk_draw.sync(client=client, body=DeskDrawBody(start=place, end=InstanceReference(ref="a")))
    assert isinstance(way, DeskDrawResponse200) and isinstance(way.return_value, ShowcaseHouse), way
    assert way.return_value.floors == 2 and way.return_value.id == "1"
    assert way.return_value.parent == InstanceReference(ref="1") and way.way == [InstanceReference(ref="1")]

    ticket = ShowcaseTicket(id="7", type_="return", next_=ShowcaseTicket(id="8", type_="single", next_=None))
    stamped = desk_stamp.sync(client=client, body=DeskStampBody(first=ticket))
    assert isinstance(stamped, DeskStampResponse200) and stamped.return_value == ticket, stamped

    reader = desk_reader.sync(client=client, body=DeskReaderBody(catalogue=None, name="bob"))
    assert isinstance(reader, DeskReaderResponse200) and reader.return_value == "reader/1:tcp -h 127.0.0.1 -p 1", reader

    hello = desk_greet.sync(client=client, body=DeskGreetBody(name="bob", subject=None))
    assert isinstance(hello, DeskGreetResponse200) and hello.return_value == "Hi, bob" and hello.visits == "3", hello


def calls() -> None:
    ring = catalogue_ring.sync_detailed(client=client, body=CatalogueRingBody(reader="bob"))
    assert ring.status_code == 202 and ring.parsed == Sent(sent=True), ring
    note = CatalogueNoteBody(text="x", level=None)
    assert isinstance(catalogue_note.sync(client=client, body=note), CatalogueNoteResponse200)
    sent = catalogue_note.sync(client=client, body=note, ice_mode=CatalogueNoteIceMode.ONEWAY)
    assert isinstance(sent, Sent) and sent.sent, sent

    started = catalogue_find_get.sync("7", client=client, prefer="respond-async")
    assert isinstance(started, Invocation) and started.operation == "find", started
    # The catalogue's callers need no key; the generator only sees that those of other services do.
    ended = invocations_get.sync(started.id, client=client, prefer="wait=30")  # type: ignore[arg-type]
    assert isinstance(ended, Invocation) and ended.state.value == "succeeded" and ended.status == 200, ended
    result = invocations_result.sync_detailed(started.id, client=client)  # type: ignore[arg-type]
    assert result.status_code == 200 and b'"id":"7"' in result.content, result

    for _ in range(2):
        once = catalogue_note.sync_detailed(client=client, body=note, idempotency_key="k1")
        assert once.status_code == 200
    assert once.headers["Idempotent-Replayed"] == "true"


def byte_sequences() -> None:
    cover = catalogue_get_cover_get.sync("7", client=client)
    assert isinstance(cover, File) and cover.payload.read() == b"\0\1\2\xff", cover
    body = File(payload=io.BytesIO(b"\0\1\2\xff"))
    assert catalogue_set_cover_put.sync_detailed("7", client=client, body=body).status_code == 204


def security() -> None:
    body = BranchesCatalogueLendBody(id="1", reader="bob")
    stranger = AuthenticatedClient(base_url=sys.argv[1], token="somebody", prefix="", auth_header_name="X-API-Key")
    refused = branches_catalogue_lend.sync("zurich", client=stranger, body=body)
    assert isinstance(refused, Problem) and refused.code == "unauthenticated", refused
    known = AuthenticatedClient(base_url=sys.argv[1], token="no-secret-at-all-0", prefix="", auth_header_name="X-API-Key")
    lent = branches_catalogue_lend.sync("zurich", client=known, body=body)
    assert isinstance(lent, BranchesCatalogueLendResponse200) and lent.return_value.year == 2027, lent
    nowhere = branches_catalogue_lend.sync("bern", client=known, body=body)
    assert nowhere is not None and getattr(nowhere, "code") == "object_not_exist", nowhere
    stranger.get_httpx_client().close()
    known.get_httpx_client().close()


for check in (results, everything, exceptions, classes, calls, byte_sequences, security):
    check()
client.get_httpx_client().close()
print("showcase: the Python client calls it")
