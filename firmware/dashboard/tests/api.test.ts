import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, send, timeoutMs } from "../src/lib/api";
import { problem, refusal } from "./vectors";
import { pendingRequests, slowAfterMs } from "../src/lib/pending.svelte";

const fetchMock = vi.fn<typeof fetch>();

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", fetchMock);
    fetchMock.mockReset();
});

afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
});

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

async function failure(promise: Promise<unknown>): Promise<ApiError> {
    const error = await promise.then(
        () => undefined,
        (problem: unknown) => problem,
    );
    expect(error).toBeInstanceOf(ApiError);
    return error as ApiError;
}

test("an answer comes with its ETag", async () => {
    fetchMock.mockResolvedValue(answer(200, { a: 1 }, { ETag: '"x"' }));
    expect(await send("GET", "/a")).toEqual({ data: { a: 1 }, etag: '"x"' });
});

test("a path is below the page's own address, which may be a folder of a proxy", async () => {
    const base = document.createElement("base");
    base.href = "http://house.example/boards/kitchen/";
    document.head.append(base);
    fetchMock.mockResolvedValue(answer(200, {}));
    await send("GET", "/api/v1/info");
    base.remove();
    expect(fetchMock.mock.calls[0]?.[0]).toBe("http://house.example/boards/kitchen/api/v1/info");
});

test("a body is sent as JSON, under the media type and the condition that were asked for", async () => {
    fetchMock.mockResolvedValue(answer(200, {}));
    const contentType = "application/merge-patch+json";
    await send("PATCH", "/a", { body: { name: "x" }, contentType, ifMatch: '"1"' });
    const sent = fetchMock.mock.calls[0]?.[1];
    expect(sent?.body).toBe('{"name":"x"}');
    expect(sent?.headers).toMatchObject({ "Content-Type": contentType, "If-Match": '"1"' });
});

test("a problem becomes an ApiError that finds the complaint about a field", async () => {
    const said = problem() as ReturnType<typeof problem> & { detail: string; code: string };
    fetchMock.mockResolvedValue(answer(422, said));
    const error = await failure(send("PATCH", "/a", { body: {} }));
    expect(error).toMatchObject({ status: 422, code: said.code, message: said.detail });
    expect(error.at("/telemetry/period_ms")).toBe(said.errors[0]!.detail);
    expect(error.at("/telemetry")).toBe(said.errors[0]!.detail);
    expect(error.at("/name")).toBeUndefined();
});

test("an error without a problem document still has words", async () => {
    fetchMock.mockResolvedValue(answer(500, "oops"));
    expect((await failure(send("GET", "/a"))).message).toContain("500");
});

test("an answer that is not JSON is an error", async () => {
    fetchMock.mockResolvedValue(answer(200, "<html>"));
    expect((await failure(send("GET", "/a"))).code).toBe("bad_answer");
});

test("no answer at all is told apart from a late one", async () => {
    fetchMock.mockRejectedValueOnce(new TypeError("Failed to fetch"));
    expect((await failure(send("GET", "/a"))).code).toBe("network");
    fetchMock.mockImplementationOnce(
        (_, request) =>
            new Promise((_, reject) => {
                request?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
            }),
    );
    const late = failure(send("GET", "/a"));
    await vi.advanceTimersByTimeAsync(timeoutMs);
    expect((await late).code).toBe("timeout");
});

test("a busy board is asked once more when a repeat is harmless, and a PATCH is not repeated", async () => {
    const busy = (): Response =>
        answer(...refusal("pool_exhausted"), { "Retry-After": "1" });
    fetchMock.mockResolvedValueOnce(busy()).mockResolvedValueOnce(answer(200, { ok: true }));
    const asked = send("GET", "/a");
    await vi.advanceTimersByTimeAsync(1_300);
    expect((await asked).data).toEqual({ ok: true });

    fetchMock.mockReset().mockResolvedValueOnce(busy());
    expect((await failure(send("PATCH", "/a", { body: {} }))).code).toBe("pool_exhausted");
    expect(fetchMock).toHaveBeenCalledTimes(1);
});

test("requests are counted while they are under way, and slow ones after 300 ms", async () => {
    let finish: (response: Response) => void = () => undefined;
    fetchMock.mockReturnValue(new Promise((resolve) => (finish = resolve)));
    const asked = send("GET", "/a");
    expect([pendingRequests.count, pendingRequests.slow]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(slowAfterMs - 1);
    expect(pendingRequests.slow).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(pendingRequests.slow).toBe(1);
    finish(answer(200, {}));
    await asked;
    expect([pendingRequests.count, pendingRequests.slow]).toEqual([0, 0]);
});

test("a request that fails is no longer counted", async () => {
    fetchMock.mockRejectedValue(new TypeError("Failed to fetch"));
    await failure(send("GET", "/a"));
    expect(pendingRequests.count).toBe(0);
});
