// Calls the showcase with the client that openapi-generator made: typed results, user exceptions, graphs, oneways, bytes.
import {
    BranchesNameCatalogueApi, CatalogueApi, CatalogueFind404ResponseFromJSON, CatalogueNoteOperationIceModeEnum,
    CatalogueRemoveDelete409ResponseFromJSON, Configuration, DeskApi, InstanceReference, InvocationFromJSON, ProblemFromJSON,
    ResponseError, ShowcaseBook, ShowcaseHouse, ShowcaseLost, ShowcasePlace, ShowcaseSubject,
} from "./index";

const assert = require("assert");
const basePath = process.argv[2];
const catalogue = new CatalogueApi(new Configuration({ basePath }));
const desk = new DeskApi(new Configuration({ basePath }));
const day = { year: 1984, month: 2, day: 29 };

/** The body of a call that has to fail with this status. */
async function failure(call: Promise<unknown>, status: number): Promise<any> {
    try {
        await call;
    } catch (error) {
        assert.ok(error instanceof ResponseError, String(error));
        const response = (error as ResponseError).response;
        assert.strictEqual(response.status, status);
        return await response.json();
    }
    return assert.fail("the call succeeded");
}

async function results(): Promise<void> {
    const book: ShowcaseBook = await catalogue.catalogueFindGet({ id: "9007199254740993" });
    assert.strictEqual(book.id, "9007199254740993");
    assert.strictEqual(book.subject, ShowcaseSubject.Science);
    assert.deepStrictEqual(book.bought, day);
    const found = await catalogue.catalogueSearchGet(
        { words: ["war & peace", "x"], boughtYear: 1984, boughtMonth: 2, boughtDay: 29, limit: 3 });
    assert.strictEqual(found.total, 12);
    assert.strictEqual(found.returnValue[0].weight, "Infinity");
    const added = await catalogue.catalogueAddPost(
        { showcaseBookInput: { id: "0", title: "New", weight: 1.5, bought: day } });
    assert.strictEqual(added.returnValue, "9007199254740993");
    // What was given can be sent back as it is.
    await catalogue.catalogueAddPost({ showcaseBookInput: book });
    const changed = await catalogue.catalogueUpdatePutRaw(
        { id: "7", catalogueUpdatePutRequest: { title: "Old", weight: 1.5, bought: day } });
    assert.strictEqual(changed.raw.status, 204);
}

async function everything(): Promise<void> {
    const value = {
        aBool: true, aByte: 255, aShort: -32768, anInt: 2147483647, aLong: "-9223372036854775808", aNumber: 7, aFloat: 0.5,
        aDouble: "NaN", aString: "ü", aSubject: ShowcaseSubject.Cooking, aDay: day, someBytes: "AAEC/w==", aTable: [["a"], []],
        books: { t: { id: "1", title: "t", weight: 1, bought: day } }, someShelves: { "-1": "x" }, someRatings: { Fiction: 4.5 },
        someVotes: { true: 3 }, someLetters: { "255": "z" }, someNotes: { "9007199254740993": ["n"] },
        aDiary: [{ key: day, value: "leap" }],
    };
    const echo = (await desk.deskEcho({ deskEchoRequest: { value } })).returnValue;
    assert.strictEqual(echo.aDouble, "NaN");
    assert.strictEqual(echo.aLong, value.aLong);
    assert.strictEqual(echo.books["t"].pages, 100);
    assert.deepStrictEqual(echo.aDiary, value.aDiary);
}

async function exceptions(): Promise<void> {
    const missing = CatalogueFind404ResponseFromJSON(await failure(catalogue.catalogueFindGet({ id: "404" }), 404));
    assert.strictEqual(missing.exception?.id, "404");
    assert.strictEqual(missing.exception?.reason, "no book 404");
    const lost = CatalogueRemoveDelete409ResponseFromJSON(
        await failure(catalogue.catalogueRemoveDelete({ id: "1" }), 409));
    assert.strictEqual(lost.exception.atType, "::Showcase::Lost");
    assert.strictEqual((lost.exception as ShowcaseLost).until.year, 2030);
}

async function classes(): Promise<void> {
    const picture = { atType: "::Showcase::Picture" as const, text: "see", image: "AAE=", stars: 5 };
    const opinion = (await desk.deskReview({ deskReviewRequest: { id: "1", opinion: picture } })).returnValue;
    assert.ok(opinion !== null && opinion.atType === "::Showcase::Picture");
    if (opinion !== null && opinion.atType === "::Showcase::Picture") assert.strictEqual(opinion.mediaType, "image/png");
    const nothing = await desk.deskReview({ deskReviewRequest: { id: "1", opinion: null } });
    assert.strictEqual(nothing.returnValue, null);
    const start: ShowcasePlace = { atType: "::Showcase::Place", atId: "a", name: "a", parent: { atRef: "a" }, children: [] };
    const way = await desk.deskDraw({ deskDrawRequest: { start, end: { atRef: "a" } } });
    assert.strictEqual((way.returnValue as ShowcaseHouse).name, "here");
    assert.strictEqual((way.way[0] as InstanceReference).atRef, "1");
    const first = { id: "7", type: "return", next: null };
    assert.deepStrictEqual((await desk.deskStamp({ deskStampRequest: { first } })).returnValue, first);
    const reader = await desk.deskReader({ deskReaderRequest: { catalogue: null, name: "bob" } });
    assert.strictEqual(reader.returnValue, "reader/1:tcp -h 127.0.0.1 -p 1");
    const hello = await desk.deskGreet({ deskGreetRequest: { name: "bob" } });
    assert.strictEqual(hello.returnValue, "Hi, bob");
    assert.strictEqual(hello.visits, "3");
}

async function calls(): Promise<void> {
    const ring = await catalogue.catalogueRingRaw({ catalogueRingRequest: { reader: "bob" } });
    assert.strictEqual(ring.raw.status, 202);
    assert.strictEqual((await ring.value()).sent, true);
    const note = await catalogue.catalogueNoteRaw(
        { catalogueNoteRequest: { text: "x" }, iceMode: CatalogueNoteOperationIceModeEnum.Oneway });
    assert.strictEqual(note.raw.status, 202);
    const started = await catalogue.catalogueFindGetRaw({ id: "7", prefer: "respond-async" });
    assert.strictEqual(started.raw.status, 202);
    assert.strictEqual(InvocationFromJSON(await started.raw.json()).operation, "find");
}

async function bytes(): Promise<void> {
    const cover = await catalogue.catalogueGetCoverGet({ id: "7" });
    const content = new Uint8Array(await (cover as unknown as Blob).arrayBuffer());
    assert.deepStrictEqual(Array.from(content), [0, 1, 2, 255]);
    const set = await catalogue.catalogueSetCoverPutRaw({ id: "7", body: new Blob([content]) as any });
    assert.strictEqual(set.raw.status, 204);
}

async function security(): Promise<void> {
    const branchesCatalogueLendRequest = { id: "1", reader: "bob" };
    const open = new BranchesNameCatalogueApi(new Configuration({ basePath }));
    const refused = await failure(open.branchesCatalogueLend({ name: "zurich", branchesCatalogueLendRequest }), 401);
    assert.strictEqual(ProblemFromJSON(refused).code, "unauthenticated");
    const known = new BranchesNameCatalogueApi(new Configuration({ basePath, apiKey: "no-secret-at-all-0" }));
    const lent = await known.branchesCatalogueLend({ name: "zurich", branchesCatalogueLendRequest });
    assert.strictEqual(lent.returnValue.year, 2027);
}

async function all(): Promise<void> {
    for (const check of [results, everything, exceptions, classes, calls, bytes, security]) await check();
    console.log("showcase: the TypeScript client calls it");
}

all().catch((error) => {
    console.error(error);
    process.exit(1);
});
