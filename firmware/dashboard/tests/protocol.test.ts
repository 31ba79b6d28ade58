// @vitest-environment node
import { createHash, createHmac } from "node:crypto";
import { expect, test } from "vitest";
import type { Claim, SessionChallenge } from "../src/lib/types";
import { type Ask, claim, signIn, UntrueBoard } from "../src/owner/protocol";
import { bytesOfBase64url } from "../src/owner/scram";

/** The board's side of RFC 5802, by Node's own hashes. */
class Board {
    keys: Claim | undefined;
    asked: string[] = [];
    /** What the answers have otherwise than they should. */
    challenge: Partial<SessionChallenge> = {};
    serverProof: string | undefined;
    #message = "";

    ask: Ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
        this.asked.push(`${method} ${path}`);
        const acts: Record<string, () => object> = {
            "POST claim": () => ((this.keys = body as Claim), { user: this.keys.user, role: "owner" }),
            "POST session": () => this.#start(body as { user: string; client_nonce: string }),
            "PUT session": () => this.#prove(body as { nonce: string; proof: string }),
            "DELETE session": () => ({}),
        };
        return acts[`${method} ${path}`]!() as T;
    };

    #start({ user, client_nonce }: { user: string; client_nonce: string }): object {
        const { salt, iterations } = this.keys!;
        const nonce = `${client_nonce}theboards`;
        this.#message = `n=${user},r=${client_nonce},r=${nonce},s=${salt},i=${iterations},c=biws,r=${nonce}`;
        return { nonce, salt, iterations, ...this.challenge };
    }

    #prove({ proof }: { proof: string }): object {
        const stored = bytesOfBase64url(this.keys!.stored_key);
        const signature = createHmac("sha256", stored).update(this.#message).digest();
        const client = bytesOfBase64url(proof).map((byte, at) => byte ^ signature[at]!);
        if (createHash("sha256").update(client).digest("base64url") !== this.keys!.stored_key) throw new Error("wrong_proof");
        const server = createHmac("sha256", bytesOfBase64url(this.keys!.server_key)).update(this.#message).digest("base64url");
        return { user: this.keys!.user, role: "owner", server_proof: this.serverProof ?? server };
    }
}

const password = "correct horse battery";
async function claimed(): Promise<Board> {
    const board = new Board();
    await claim(board.ask, "7Q0K1M3Z", "owner", password);
    return board;
}

test("who has claimed a board signs in to it, and the password is in nothing that was sent", async () => {
    const board = await claimed();
    expect(JSON.stringify(board.keys)).not.toContain("correct");
    expect(board.keys!.iterations).toBe(10_000);
    expect((await signIn(board.ask, "owner", password, false)).role).toBe("owner");
});

test("two claims with one password share neither salt nor keys", async () => {
    const [one, other] = [await claimed(), await claimed()];
    expect(one.keys!.salt).not.toBe(other.keys!.salt);
    expect(one.keys!.stored_key).not.toBe(other.keys!.stored_key);
});

test("another password is no proof", async () => {
    const board = await claimed();
    await expect(signIn(board.ask, "owner", `${password} `, false)).rejects.toThrow("wrong_proof");
});

test("a board that cannot prove that it knows the keys is told, and its session is not used", async () => {
    const board = await claimed();
    for (const proof of ["", "A".repeat(43)]) {
        board.serverProof = proof;
        board.asked = [];
        await expect(signIn(board.ask, "owner", password, false)).rejects.toThrow(UntrueBoard);
        expect(board.asked.at(-1)).toBe("DELETE session");
    }
});

test("what would make the password cheap to guess, or is no answer to this sign-in, gets no proof", async () => {
    const board = await claimed();
    for (const challenge of [
        { iterations: 9_999 },
        { iterations: 1_000_001 },
        { nonce: "of another" },
        { salt: "no base64!" },
    ] as Partial<SessionChallenge>[]) {
        board.challenge = challenge;
        board.asked = [];
        await expect(signIn(board.ask, "owner", password, false), JSON.stringify(challenge)).rejects.toThrow(UntrueBoard);
        expect(board.asked).toEqual(["POST session"]);
    }
});
