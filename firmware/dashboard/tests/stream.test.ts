import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { backoffMs } from "../src/lib/backoff";
import {
    answerMsMax,
    evictedMsMin,
    hiddenMsMax,
    offlineAfterFailures,
    sayHereEveryMs,
    silenceMsMax,
    Stream,
    type Link,
} from "../src/lib/stream";
import * as vectors from "./vectors";

class FakeSocket {
    static readonly OPEN = 1;
    static all: FakeSocket[] = [];
    readyState = 0;
    sent: { id: number; method: string; params: { topics: string[] } }[] = [];
    onopen: (() => void) | null = null;
    onclose: ((event: { code: number }) => void) | null = null;
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
        this.say(vectors.empty());
    }
    say(message: unknown): void {
        this.onmessage?.({ data: JSON.stringify(message) });
    }
    fail(code = 1006): void {
        this.readyState = 3;
        this.onclose?.({ code });
    }
    methods(): string[] {
        return this.sent.map((message) => message.method);
    }
}

let links: Link[] = [];
let messages: unknown[] = [];
const poll = vi.fn<() => Promise<boolean>>();
const isFull = vi.fn<() => Promise<boolean>>();
const signedOut = vi.fn<() => void>();
let stream: Stream;
let hidden = false;

const last = (): FakeSocket => FakeSocket.all.at(-1)!;
const count = (): number => FakeSocket.all.length;
const kind = (): string | undefined => links.at(-1)?.kind;
const reason = (): unknown => (links.at(-1) as { reason?: unknown }).reason;

function start(): void {
    stream = new Stream("ws://board/api/v1/stream", {
        link: (l) => links.push(l),
        message: (m) => messages.push(m),
        poll,
        isFull,
        signedOut,
    });
    stream.start();
}

beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
    FakeSocket.all = [];
    [links, messages, hidden] = [[], [], false];
    poll.mockReset().mockRejectedValue(new Error("nobody"));
    isFull.mockReset().mockResolvedValue(false);
    signedOut.mockReset();
    start();
});

afterEach(() => {
    stream.stop();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    vi.useRealTimers();
});

/** How long it takes until the next handshake, which nobody answers yet. */
async function nextSocketMs(): Promise<number> {
    const before = count();
    const from = Date.now();
    while (count() === before && Date.now() - from < 60_000) await vi.advanceTimersByTimeAsync(100);
    return Date.now() - from;
}

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
    last().say(vectors.logGap(3));
    expect(messages).toEqual([vectors.logGap(3)]);
});

test("a socket that is lost is opened again as soon as the board answers, and subscribes to the same topics", async () => {
    last().open();
    stream.subscribe(["state", "log"]);
    last().fail();
    for (let failures = 1; failures < 60; failures += 1) {
        await vi.advanceTimersByTimeAsync(1_000);
        expect(kind()).toMatch(/reconnecting|offline/);
    }
    expect(kind()).toBe("offline");
    expect(count()).toBe(1); // a handshake that nobody answers is no way to look for a board
    poll.mockResolvedValue(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(count()).toBe(2);
    last().open();
    expect(kind()).toBe("live");
    expect(last().sent[0]?.params.topics).toEqual(["state", "log"]);
});

test("a board that does not answer is offline after some tries", async () => {
    last().open();
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(kind()).toBe("reconnecting");
    for (let failures = 1; failures < offlineAfterFailures; failures += 1) {
        expect(kind()).toBe("reconnecting");
        await vi.advanceTimersToNextTimerAsync();
    }
    expect(kind()).toBe("offline");
});

test("back-off doubles, is spread by half, and is capped", () => {
    expect([1, 2, 3, 10].map((n) => backoffMs(n, () => 1))).toEqual([500, 1000, 2000, 15_000]);
    expect(backoffMs(10, () => 0)).toBe(7_500);
});

test("a board that answers but has no stream to give is polled every 2 s, while the socket is tried again", async () => {
    poll.mockResolvedValue(true);
    isFull.mockResolvedValue(true);
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect([kind(), reason()]).toEqual(["polling", "full"]);
    for (let failures = 0; failures < 4; failures += 1) {
        expect(await nextSocketMs()).toBeLessThanOrEqual(backoffMs(failures + 1, () => 1) + 100);
        last().fail();
        await vi.advanceTimersByTimeAsync(0);
        expect([kind(), reason()]).toEqual(["polling", "full"]);
    }
    const polls = poll.mock.calls.length;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(poll.mock.calls.length).toBe(polls + 1);
    await nextSocketMs();
    last().open();
    expect(kind()).toBe("live");
    poll.mockClear();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(poll).not.toHaveBeenCalled();
});

test("a proxy that passes no WebSockets on is not called a board whose streams are all taken", async () => {
    poll.mockResolvedValue(true);
    last().fail();
    await vi.advanceTimersByTimeAsync(1_000);
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect([kind(), reason()]).toEqual(["polling", "blocked"]);
});

test("a socket that a proxy opens without the board behind it is no live stream", async () => {
    poll.mockResolvedValue(true);
    for (let tries = 0; tries < 2; tries += 1) {
        last().readyState = 1;
        last().onopen?.();
        await vi.advanceTimersByTimeAsync(answerMsMax + 1_000);
    }
    expect(links.some((link) => link.kind === "live")).toBe(false);
    expect(reason()).toBe("blocked");
});

test("polling that stops being answered is no longer called polling", async () => {
    poll.mockResolvedValue(true);
    isFull.mockResolvedValue(true);
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    poll.mockRejectedValue(new Error("gone"));
    await vi.advanceTimersByTimeAsync(2_000);
    last().fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(kind()).toBe("reconnecting");
});

test("a board that fell silent is asked, and looks dead within 5 s", async () => {
    expect(silenceMsMax + answerMsMax).toBeLessThan(5_000);
    last().open();
    await vi.advanceTimersByTimeAsync(silenceMsMax - 1);
    expect(last().methods()).toEqual(["subscribe"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(last().methods()).toEqual(["subscribe", "ping"]);
    await vi.advanceTimersByTimeAsync(answerMsMax - 1);
    expect(kind()).toBe("live");
    await vi.advanceTimersByTimeAsync(1);
    expect(kind()).toBe("reconnecting");
});

test("a board with nothing to tell stays live, as long as it answers", async () => {
    last().open();
    for (let asked = 1; asked < 30; asked += 1) {
        await vi.advanceTimersByTimeAsync(silenceMsMax);
        expect(last().methods().filter((method) => method === "ping").length).toBe(asked);
        last().say(vectors.empty());
    }
    expect(kind()).toBe("live");
    expect(count()).toBe(1);
});

test("a page that is looked at says so each minute, however much the board says; a hidden one does not", async () => {
    last().open();
    const talk = setInterval(() => last().say(vectors.snapshot()), 500);
    await vi.advanceTimersByTimeAsync(sayHereEveryMs + 1_000);
    expect(last().methods()).toEqual(["subscribe", "ping"]);
    await vi.advanceTimersByTimeAsync(60_000 - sayHereEveryMs);
    setHidden(true);
    last().sent = [];
    await vi.advanceTimersByTimeAsync(hiddenMsMax - 1_000);
    expect(last().methods()).toEqual([]);
    clearInterval(talk);
});

test("a tab hidden for a minute gives its socket back, and opens one when it is seen again", async () => {
    last().open();
    const socket = last();
    setHidden(true);
    const talk = setInterval(() => socket.say(vectors.snapshot()), 1_000);
    await vi.advanceTimersByTimeAsync(hiddenMsMax - 1);
    expect(socket.readyState).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    clearInterval(talk);
    expect(socket.readyState).toBe(3);
    expect(kind()).toBe("paused");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    setHidden(false);
    expect(count()).toBe(2);
});

test("a hidden tab whose network comes back takes no place", async () => {
    last().open();
    setHidden(true);
    await vi.advanceTimersByTimeAsync(hiddenMsMax);
    window.dispatchEvent(new Event("online"));
    stream.retryNow();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(count()).toBe(1);
    expect(kind()).toBe("paused");
});

test("a hidden tab that loses its socket does not look for the board until it is seen", async () => {
    poll.mockResolvedValue(true);
    last().open();
    setHidden(true);
    last().fail();
    await vi.advanceTimersByTimeAsync(30_000);
    expect([count(), poll.mock.calls.length]).toEqual([1, 0]);
    setHidden(false);
    expect(count()).toBe(2);
});

test("a tab that was opened in the background takes no place before it is seen", () => {
    stream.stop();
    hidden = true;
    start();
    expect(count()).toBe(1);
    expect(kind()).toBe("paused");
    setHidden(false);
    expect(count()).toBe(2);
});

for (const [away, back] of [
    ["pagehide", "pageshow"],
    ["freeze", "resume"],
] as const) {
    test(`a page that is left by ${away} gives its place back at once, and asks anew after ${back}`, () => {
        last().open();
        const target = away === "pagehide" ? window : document;
        target.dispatchEvent(new Event(away));
        expect(last().readyState).toBe(3);
        target.dispatchEvent(new Event(back));
        expect(count()).toBe(2);
        last().open();
        expect(last().methods()).toEqual(["subscribe"]);
    });
}

test("after the computer slept all is asked anew: what came meanwhile was thrown away", async () => {
    last().open();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(silenceMsMax);
    expect(FakeSocket.all[0]?.readyState).toBe(3);
    expect(count()).toBe(2);
    expect(kind()).toBe("connecting");
});

test("when the network is said to be gone the board is asked at once", () => {
    last().open();
    window.dispatchEvent(new Event("offline"));
    expect(last().methods()).toEqual(["subscribe", "ping"]);
});

test("a page that made room for another polls, and asks for a stream no sooner than after 30 s", async () => {
    poll.mockResolvedValue(true);
    last().open();
    last().fail(1013);
    await vi.advanceTimersByTimeAsync(0);
    expect([kind(), reason()]).toEqual(["polling", "evicted"]);
    setHidden(true);
    setHidden(false);
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(evictedMsMin - 1);
    expect(count()).toBe(1);
    expect(poll.mock.calls.length).toBeGreaterThan(10);
    expect(await nextSocketMs()).toBeLessThanOrEqual(15_100);
    last().open();
    expect(kind()).toBe("live");
});

test("a hidden page that made room for another does not ask for a stream at all", async () => {
    poll.mockResolvedValue(true);
    last().open();
    last().fail(1013);
    setHidden(true);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(count()).toBe(1);
});

test("a stream whose session has ended says so, and asks first whether a stranger may look", async () => {
    poll.mockResolvedValue(true);
    last().open();
    last().fail(4401);
    expect(signedOut).toHaveBeenCalledTimes(1);
    expect(poll).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(count()).toBe(2);
    last().open();
    expect(kind()).toBe("live");
    last().fail();
    expect(signedOut).toHaveBeenCalledTimes(1);
});

test("a board that wants a sign-in is not asked again by itself, but when somebody comes back, and after a sign-in", async () => {
    poll.mockResolvedValue(false);
    last().fail();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([kind(), poll.mock.calls.length, count()]).toEqual(["refused", 1, 1]);
    expect(signedOut).toHaveBeenCalledTimes(1);
    setHidden(true);
    await vi.advanceTimersByTimeAsync(hiddenMsMax);
    setHidden(false);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([kind(), poll.mock.calls.length, count()]).toEqual(["refused", 2, 1]);
    stream.renew();
    expect(count()).toBe(2);
    last().open();
    expect(kind()).toBe("live");
});

test("whoever signs in elsewhere gets a stream of the new rights, in place of the one that is open", () => {
    last().open();
    const before = FakeSocket.all[0]!;
    stream.renew();
    expect([before.readyState, count()]).toEqual([3, 2]);
    setHidden(true);
    stream.renew();
    expect(count()).toBe(2);
});

test("that a board wanted a sign-in is no news once somebody has signed in", async () => {
    let answer = (_: boolean): void => undefined;
    poll.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    last().open();
    last().fail(4401);
    signedOut.mockReset();
    stream.renew();
    answer(false);
    await vi.advanceTimersByTimeAsync(0);
    last().open();
    expect(signedOut).not.toHaveBeenCalled();
    expect(kind()).toBe("live");
});
