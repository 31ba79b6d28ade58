// SCRAM-SHA-256 (RFC 5802, RFC 7677) as a client computes it: the password leaves this file in no form.
import { hmac } from "@noble/hashes/hmac.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { normalized } from "./password";

/** Without crypto.subtle, which plain http has not. In slices of so many milliseconds: the page goes on meanwhile. */
const sliceMs = 10;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Base64url without padding (RFC 4648, section 5). */
export function base64url(bytes: Uint8Array): string {
    const text = btoa(String.fromCharCode(...bytes));
    return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Throws when `text` is no base64url. */
export function bytesOfBase64url(text: string): Uint8Array {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

export const randomText = (bytes: number): string => base64url(crypto.getRandomValues(new Uint8Array(bytes)));

/** What the board keeps of a password, and the client's part, which is gone with the page. */
export interface Keys {
    client: Uint8Array;
    stored: Uint8Array;
    server: Uint8Array;
}

export async function keysOf(password: string, salt: string, iterations: number): Promise<Keys> {
    const options = { c: iterations, dkLen: 32, asyncTick: sliceMs };
    const salted = await pbkdf2Async(sha256, bytesOf(normalized(password)), bytesOfBase64url(salt), options);
    const client = hmac(sha256, salted, bytesOf("Client Key"));
    return { client, stored: sha256(client), server: hmac(sha256, salted, bytesOf("Server Key")) };
}

/** What both sides say in one sign-in, as AuthMessage has it. */
export interface Exchange {
    user: string;
    clientNonce: string;
    nonce: string;
    salt: string;
    iterations: number;
}

export function authMessage({ user, clientNonce, nonce, salt, iterations }: Exchange): string {
    return `n=${user},r=${clientNonce},r=${nonce},s=${salt},i=${iterations},c=biws,r=${nonce}`;
}

/** Both proofs: what this side sends, and what a board that knows the keys answers. */
export function proofsOf(keys: Keys, message: string): { client: string; server: string } {
    const signature = hmac(sha256, keys.stored, bytesOf(message));
    const proof = keys.client.map((byte, at) => byte ^ signature[at]!);
    return { client: base64url(proof), server: base64url(hmac(sha256, keys.server, bytesOf(message))) };
}
