// @vitest-environment node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { complaintOf, normalized, refusalOf } from "../src/owner/password";
import { authMessage, base64url, bytesOfBase64url, keysOf, proofsOf } from "../src/owner/scram";
import { setupCodeOf } from "../src/owner/setup_code";

const shared = (name: string): never =>
    JSON.parse(readFileSync(join(import.meta.dirname, "../../../shared/sign_in", name), "utf8")) as never;

interface Password {
    name: string;
    password: string;
    normalized: string;
    reason: string;
}
const { taken, refused }: { taken: Password[]; refused: Password[] } = shared("passwords.json");

test("a password is taken as shared/sign_in says, in the form that it says", () => {
    expect(taken.length).toBeGreaterThan(5);
    for (const one of taken) {
        expect(refusalOf(one.password), one.name).toBe(undefined);
        expect(complaintOf(one.password), one.name).toBe(undefined);
        expect(normalized(one.password), one.name).toBe(one.normalized);
    }
});

test("a password is refused for the reason that shared/sign_in says", () => {
    expect(refused.length).toBeGreaterThan(5);
    for (const one of refused) {
        expect(refusalOf(one.password), one.name).toBe(one.reason);
        expect(complaintOf(one.password), one.name).toMatch(/\.$/);
    }
});

interface Shared {
    name: string;
    user: string;
    password: string;
    salt: string;
    iterations: number;
    stored_key: string;
    server_key: string;
    client_nonce: string;
    nonce: string;
    auth_message: string;
    proof: string;
    server_proof: string;
}
const { exchanges }: { exchanges: Shared[] } = shared("scram.json");

test("keys and proofs are those of the shared exchanges, RFC 7677's among them", async () => {
    expect(exchanges.length).toBeGreaterThan(5);
    for (const one of exchanges) {
        const keys = await keysOf(one.password, one.salt, one.iterations);
        expect(base64url(keys.stored), one.name).toBe(one.stored_key);
        expect(base64url(keys.server), one.name).toBe(one.server_key);
        const isRfc = one.name.startsWith("RFC");
        const message = authMessage({ ...one, clientNonce: one.client_nonce });
        if (!isRfc) expect(message, one.name).toBe(one.auth_message);
        expect(proofsOf(keys, one.auth_message), one.name).toEqual({ client: one.proof, server: one.server_proof });
    }
}, 60_000);

test("bytes of every value come back from base64url, of every length", () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    for (const bytes of [all, all.subarray(1), all.subarray(2), new Uint8Array()]) {
        expect(base64url(bytes)).toMatch(/^[\w-]*$/);
        expect(bytesOfBase64url(base64url(bytes))).toEqual(bytes);
    }
    expect(() => bytesOfBase64url("a*b")).toThrow();
});

test("the keys are made in slices, between which the page goes on", async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await keysOf("correct horse battery", "QBRnd4RCZFcKCrJ6Xv8jaQ", 60_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
});

test("a set-up code is known in every case, with blanks and hyphens, and with letters for the digits they look like", () => {
    for (const typed of ["7Q0K1M3Z", "7q0k1m3z", " 7QOK-1M3Z ", "7qok lm3z", "7QOK IM3Z"])
        expect(setupCodeOf(typed), typed).toBe("7Q0K1M3Z");
});

test("what is no set-up code is none: a letter less, one more, one that no code has", () => {
    for (const typed of ["", "7Q0K1M3", "7Q0K1M3ZZ", "7Q0K1M3U", "7Q0K1M3é"]) expect(setupCodeOf(typed), typed).toBe(undefined);
});
