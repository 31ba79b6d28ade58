// How one becomes an owner and signs in, whatever page asks: the dashboard, or the one that sets a board up.
import type { Claim, Session, SessionChallenge } from "../lib/types";
import { authMessage, type Keys, base64url, keysOf, proofsOf, randomText } from "./scram";

/** Sends to a path below /api/v1, and gives back what was answered; rejects with whatever the page makes of a problem. */
export type Ask = <T>(method: "POST" | "PUT" | "DELETE", path: string, body?: object) => Promise<T>;

const saltBytes = 16;
const nonceBytes = 18;
const iterationsMade = 10_000;
/** A board that asks for fewer would make the password cheap to guess; one that asks for more, the page stand still. */
const iterationsMax = 1_000_000;

/** What answers is not the board that knows this person, or is none. */
export class UntrueBoard extends Error {}

/** What a board is given of a new password. */
export type NewKeys = Pick<Claim, "salt" | "iterations" | "stored_key" | "server_key">;

export async function newKeys(password: string): Promise<NewKeys> {
    const salt = randomText(saltBytes);
    const { stored, server } = await keysOf(password, salt, iterationsMade);
    return { salt, iterations: iterationsMade, stored_key: base64url(stored), server_key: base64url(server) };
}

/** Makes this browser's person the owner of a board that has none. */
export async function claim(ask: Ask, code: string, user: string, password: string): Promise<Session> {
    return ask("POST", "claim", { code, user, ...(await newKeys(password)) });
}

/** Signs in by a password that the board never sees, and has the board prove that it knows its keys. */
export async function signIn(ask: Ask, user: string, password: string, stay: boolean): Promise<Session> {
    const clientNonce = randomText(nonceBytes);
    const challenge = await ask<SessionChallenge>("POST", "session", { user, client_nonce: clientNonce });
    const keys = await keysOfChallenge(password, clientNonce, challenge);
    const proofs = proofsOf(keys, authMessage({ user, clientNonce, ...challenge }));
    const signedIn = await ask<Session>("PUT", "session", { nonce: challenge.nonce, proof: proofs.client, stay });
    if (signedIn.server_proof === proofs.server) return signedIn;
    await ask("DELETE", "session").catch(() => undefined);
    throw new UntrueBoard(
        "What answered could not prove that it knows your password: it may be another than your board. You are not signed in. Look at the address before you try again.",
    );
}

async function keysOfChallenge(password: string, clientNonce: string, challenge: SessionChallenge): Promise<Keys> {
    const { nonce, salt, iterations } = challenge;
    const isOwn = nonce.startsWith(clientNonce) && nonce.length > clientNonce.length;
    if (isOwn && iterations >= iterationsMade && iterations <= iterationsMax) {
        try {
            return await keysOf(password, salt, iterations);
        } catch {
            // A salt that is none.
        }
    }
    throw new UntrueBoard("What answered does not sign in as a Boardwalk board does. The password was not used.");
}
