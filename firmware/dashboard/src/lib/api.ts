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
    ) {
        super(message);
        this.name = "ApiError";
    }

    /** The complaint about one member of what was sent, named by its JSON pointer (RFC 6901). */
    at(pointer: string): string | undefined {
        return this.problem.errors?.find((error) => error.pointer === pointer)?.detail;
    }
}

export interface Request {
    /** Sent as JSON; a file is sent as it is. */
    body?: unknown;
    contentType?: string;
    ifMatch?: string | null;
    timeoutMs?: number;
}

export interface Answer<T> {
    data: T;
    etag: string | null;
}

type Method = "GET" | "PUT" | "PATCH" | "POST";

/** Sends one request: the only place of the page that does. Throws nothing but `ApiError`. */
export async function send<T>(method: Method, path: string, request: Request = {}): Promise<Answer<T>> {
    const done = pendingRequests.begin();
    try {
        const first = await attempt(method, path, request);
        const wait = first.status === 503 ? retryAfterMs(first) : undefined;
        // GET and PUT are absolute here, so that a repeat is harmless; the others are the user's to repeat.
        if (wait === undefined || (method !== "GET" && method !== "PUT")) return await decode<T>(first);
        await new Promise((resolve) => setTimeout(resolve, wait + Math.random() * 250));
        return await decode<T>(await attempt(method, path, request));
    } finally {
        done();
    }
}

async function attempt(method: Method, path: string, request: Request): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    const isFile = request.body instanceof Blob;
    if (request.body !== undefined) {
        headers["Content-Type"] =
            request.contentType ?? (isFile ? "application/octet-stream" : "application/json");
    }
    if (request.ifMatch) headers["If-Match"] = request.ifMatch;
    try {
        return await fetch(path, {
            method,
            headers,
            body: request.body instanceof Blob ? request.body : JSON.stringify(request.body),
            signal: AbortSignal.timeout(request.timeoutMs ?? timeoutMs),
            cache: "no-store",
        });
    } catch (error) {
        throw unreachable(error);
    }
}

async function decode<T>(response: Response): Promise<Answer<T>> {
    const text = await response.text().catch((error: unknown) => {
        throw unreachable(error);
    });
    const data = parse(text);
    if (!response.ok) throw problemOf(response, data);
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
    return new ApiError(response.status, problem.code ?? "http", words, problem);
}

function unreachable(error: unknown): ApiError {
    const late =
        error instanceof DOMException && (error.name === "TimeoutError" || error.name === "AbortError");
    return late
        ? new ApiError(0, "timeout", "The board did not answer in time.")
        : new ApiError(0, "network", "The board cannot be reached.");
}

function retryAfterMs(response: Response): number | undefined {
    const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
    const ms = seconds * 1000;
    return Number.isFinite(ms) && ms >= 0 && ms <= retryWaitMsMax ? ms : undefined;
}
