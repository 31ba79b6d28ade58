import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { startBoard } from "./support.mjs";

let board;

before(async () => (board = await startBoard()));
after(() => board?.stop());

test("the board's own description of its API is valid OpenAPI 3.1, and every path of it is served", async () => {
    const response = await board.fetch("/api/v1/openapi.json");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("Content-Type"), "application/json");
    const document = await response.json();
    assert.match(document.openapi, /^3\.1\./);

    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 2));

    for (const path of [
        "/api/v1/info",
        "/api/v1/state",
        "/api/v1/history",
        "/api/v1/outputs/{id}",
        "/api/v1/settings",
    ]) {
        assert.ok(document.paths[path], `${path} is not described`);
    }
});

test("the validator does refuse a document that is wrong", async () => {
    const result = await new Validator().validate({ openapi: "3.1.0", info: { title: "x" }, paths: {} });
    assert.equal(result.valid, false);
});
