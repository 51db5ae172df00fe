// Calls the greeter with the client that openapi-generator made.
import { Configuration, GreeterApi, ResponseError } from "./index";

const assert = require("assert");
const greeter = new GreeterApi(new Configuration({ basePath: process.argv[2] }));

async function calls(): Promise<void> {
    const answer = await greeter.greeterGreet({ greeterGreetRequest: { name: "alice" } });
    const greeting: string = answer.returnValue;
    assert.strictEqual(greeting, "Hello, alice!");
    try {
        await greeter.greeterGreet({ greeterGreetRequest: { name: 7 as unknown as string } });
        assert.fail("a number is no name");
    } catch (error) {
        assert.ok(error instanceof ResponseError, String(error));
        assert.strictEqual((await (error as ResponseError).response.json()).code, "wrong_type");
    }
    console.log("greeter: the TypeScript client calls it");
}

calls().catch((error) => {
    console.error(error);
    process.exit(1);
});
