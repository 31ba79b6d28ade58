import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoffMs } from "../src/lib/backoff";
import { hiddenMsMax, offlineAfterFailures, Stream, type Link } from "../src/lib/stream";

class FakeSocket {
    static readonly OPEN = 1;
    static all: FakeSocket[] = [];
    readyState = 0;
    sent: { id: number; method: string; params: { topics: string[] } }[] = [];
    onopen: (() => void) | null = null;
    onclose: (() => void) | null = null;
    onmessage: ((event: { data: string }) => void) | null = null;

    constructor(
        readonly url: string,
        readonly protocol: string,
    ) {
        FakeSocket.all.push(this);
    }
    send(text: string): void {
        this.sent.push(JSON.parse(text));
    }
    close(): void {
        this.readyState = 3;
    }
    open(): void {
        this.readyState = 1;
        this.onopen?.();
        this.say({ id: 1, result: {} });
    }
    say(message: unknown): void {
        this.onmessage?.({ data: JSON.stringify(message) });
    }
    fail(): void {
        this.readyState = 3;
        this.onclose?.();
    }
}

let links: Link[] = [];
let messages: unknown[] = [];
const poll = vi.fn<() => Promise<void>>();
let stream: Stream;
let hidden = false;

const last = (): FakeSocket => FakeSocket.all.at(-1)!;
const kind = (): string | undefined => links.at(-1)?.kind;

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
    FakeSocket.all = [];
    [links, messages, hidden] = [[], [], false];
    poll.mockReset().mockRejectedValue(new Error("nobody"));
    stream = new Stream("ws://board/api/v1/stream", {
        link: (l) => links.push(l),
        message: (m) => messages.push(m),
        poll,
    });
    stream.start();
});

afterEach(() => {
    stream.stop();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
});

function setHidden(value: boolean): void {
    hidden = value;
    document.dispatchEvent(new Event("visibilitychange"));
}

test("it offers the subprotocol, subscribes when open, and is live once the board talks", () => {
    expect(last().protocol).toBe("boardwalk.v1");
    last().open();
    expect(last().sent[0]).toMatchObject({ method: "subscribe", params: { topics: ["state"] } });
    expect(kind()).toBe("live");
});

test("messages with a topic are handed on, and what is not JSON is passed over", () => {
    last().open();
    last().onmessage?.({ data: "{" });
    last().say({ topic: "log", gap: 3 });
    expect(messages).toEqual([{ topic: "log", gap: 3 }]);
});

test("a lost socket is opened again with growing pauses that stay under 15 s, and subscribes to the same topics", async () => {
    last().open();
    stream.subscribe(["state", "log"]);
    for (let failures = 1; failures < 9; failures += 1) {
        last().fail();
        await vi.advanceTimersByTimeAsync(0);
        expect(kind()).toBe(failures < offlineAfterFailures ? "reconnecting" : "offline");
        const count = FakeSocket.all.length;
        await vi.advanceTimersByTimeAsync(backoffMs(failures, () => 1));
        expect(FakeSocket.all.length).toBe(count + 1);
    }
    last().open();
    expect(kind()).toBe("live");
    expect(last().sent[0]?.params.topics).toEqual(["state", "log"]);
});

test("back-off doubles, is spread by half, and is capped", () => {
    expect([1, 2, 3, 10].map((n) => backoffMs(n, () => 1))).toEqual([500, 1000, 2000, 15_000]);
    expect(backoffMs(10, () => 0)).toBe(7_500);
});

test("a board that answers but has no WebSocket to give is polled every 2 s, while the socket is tried again", async () => {
    poll.mockResolvedValue();
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(kind()).toBe("polling");
    const sockets = FakeSocket.all.length;
    const polls = poll.mock.calls.length;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(poll.mock.calls.length).toBe(polls + 1);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSocket.all.length).toBeGreaterThan(sockets);
    last().open();
    expect(kind()).toBe("live");
    poll.mockClear();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(poll).not.toHaveBeenCalled();
});

test("polling that stops being answered is no longer called polling", async () => {
    poll.mockResolvedValue();
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    poll.mockRejectedValue(new Error("gone"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(kind()).toBe("reconnecting");
});

test("a board that fell silent is asked, and given up when it does not answer", async () => {
    last().open();
    const socket = last();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(socket.sent.length).toBe(2);
    expect(kind()).toBe("live");
    await vi.advanceTimersByTimeAsync(5_000);
    expect(kind()).toBe("reconnecting");
});

test("a tab hidden for a minute gives its socket back, and opens one when it is seen again", async () => {
    last().open();
    const socket = last();
    setHidden(true);
    const talk = setInterval(() => socket.say({ topic: "x" }), 1_000);
    await vi.advanceTimersByTimeAsync(hiddenMsMax - 1);
    expect(socket.readyState).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    clearInterval(talk);
    expect(socket.readyState).toBe(3);
    expect(kind()).toBe("paused");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all.length).toBe(1);
    setHidden(false);
    expect(FakeSocket.all.length).toBe(2);
});
