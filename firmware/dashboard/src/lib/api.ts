import { pendingRequests } from "./pending.svelte";
import type { Problem } from "./types";

export const timeoutMs = 8_000;
/** The longest Retry-After that is waited for; a longer one is the user's to decide. */
const retryWaitMsMax = 5_000;

/** What went wrong, in words for the user; `status` 0 means that no answer came (`network` or `timeout`). */
export class ApiError extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        message: string,
        readonly problem: Problem = {},
        /** The board's Retry-After, in seconds. */
        readonly retryAfterS?: number,
    ) {
        super(message);
        this.name = "ApiError";
    }

    /** The complaint about one member of what was sent, or about a part of it, by its JSON pointer (RFC 6901). */
    at(pointer: string): string | undefined {
        const isAt = (found: string): boolean => found === pointer || found.startsWith(`${pointer}/`);
        return this.problem.errors?.find((error) => isAt(error.pointer))?.detail;
    }
}

export interface Request {
    /** Sent as JSON; a file is sent as it is. */
    body?: unknown;
    contentType?: string;
    ifMatch?: string | null;
    timeoutMs?: number;
    /** A GET that a person asks for: when it takes a sign-in, that is asked for first. */
    isAct?: boolean;
    /** Part of signing in: a refusal is the answer, and nobody is asked to sign in for it. */
    forItself?: boolean;
}

export interface Answer<T> {
    data: T;
    etag: string | null;
}

type Method = "GET" | "PUT" | "PATCH" | "POST" | "DELETE";

/** A path of the API below the page's own address, which may be a folder of a proxy. */
export const addressOf = (path: string): string => new URL(`.${path}`, document.baseURI).href;

let askToSignIn = (): Promise<boolean> => Promise.resolve(false);
/** Who asks a person to sign in; resolves to whether somebody did. */
export const onSignInWanted = (ask: () => Promise<boolean>): void => void (askToSignIn = ask);

/**
 * Asks the API: the only place of the page that does. Throws nothing but `ApiError`. What a person does (all but most GETs)
 * waits, when it takes a sign-in, for that, and is then done: what was typed is not typed again.
 */
export async function send<T>(method: Method, path: string, request: Request = {}): Promise<Answer<T>> {
    try {
        return await sendOnce<T>(method, path, request);
    } catch (error) {
        const isAct = (method !== "GET" || request.isAct) && !request.forItself;
        const wanted = isAct && error instanceof ApiError && error.code === "sign_in";
        if (!wanted || !(await askToSignIn())) throw error;
        return await sendOnce<T>(method, path, request);
    }
}

async function sendOnce<T>(method: Method, path: string, request: Request): Promise<Answer<T>> {
    const done = pendingRequests.begin();
    try {
        const first = await attempt(method, path, request);
        const wait = first.response.status === 503 ? retryAfterMs(first.response) : undefined;
        // GET and PUT are absolute here, so that a repeat is harmless; the others are the user's to repeat.
        if (wait === undefined || (method !== "GET" && method !== "PUT")) return decode<T>(first);
        await new Promise((resolve) => setTimeout(resolve, wait + Math.random() * 250));
        return decode<T>(await attempt(method, path, request));
    } finally {
        done();
    }
}

interface Received {
    response: Response;
    text: string;
}

async function attempt(method: Method, path: string, request: Request): Promise<Received> {
    const headers: Record<string, string> = { Accept: "application/json" };
    const isFile = request.body instanceof Blob;
    if (request.body !== undefined) {
        headers["Content-Type"] =
            request.contentType ?? (isFile ? "application/octet-stream" : "application/json");
    }
    if (request.ifMatch) headers["If-Match"] = request.ifMatch;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), request.timeoutMs ?? timeoutMs);
    try {
        const response = await fetch(addressOf(path), {
            method,
            headers,
            body: request.body instanceof Blob ? request.body : JSON.stringify(request.body),
            signal: abort.signal,
            cache: "no-store",
        });
        return { response, text: await response.text() };
    } catch {
        throw abort.signal.aborted
            ? new ApiError(0, "timeout", "The board did not answer in time.")
            : new ApiError(0, "network", "The board cannot be reached.");
    } finally {
        clearTimeout(timer);
    }
}

function decode<T>({ response, text }: Received): Answer<T> {
    const data = parse(text);
    if (!response.ok) throw problemOf(response, data);
    if (response.status === 204) return { data: undefined as T, etag: null };
    if (data === undefined) {
        throw new ApiError(response.status, "bad_answer", "The board sent an answer that is not JSON.");
    }
    return { data: data as T, etag: response.headers.get("ETag") };
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function problemOf(response: Response, data: unknown): ApiError {
    const problem = (typeof data === "object" && data !== null ? data : {}) as Problem;
    const words = problem.detail ?? problem.title ?? `The board answered ${response.status}.`;
    return new ApiError(response.status, problem.code ?? "http", words, problem, retryAfterS(response));
}

function retryAfterS(response: Response): number | undefined {
    const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
    return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

function retryAfterMs(response: Response): number | undefined {
    const ms = (retryAfterS(response) ?? Infinity) * 1000;
    return ms <= retryWaitMsMax ? ms : undefined;
}
