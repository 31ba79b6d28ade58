import { beforeEach, expect, test, vi } from "vitest";
import { Board } from "../src/lib/board.svelte";
import type { StreamHandlers } from "../src/lib/stream";
import type { Delta, State as Snapshot } from "../src/lib/types";
import * as vectors from "./vectors";

const { subscribe, send, isPageOutdated } = vi.hoisted(() => ({
    subscribe: vi.fn(),
    send: vi.fn(),
    isPageOutdated: vi.fn(),
}));
let handlers: StreamHandlers;
let address: string;
vi.mock("../src/lib/stream", () => ({
    Stream: class {
        constructor(url: string, given: StreamHandlers) {
            [address, handlers] = [url, given];
        }
        start(): void {}
        stop(): void {}
        subscribe = subscribe;
    },
}));
vi.mock("../src/lib/page", () => ({ isPageOutdated }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

let board: Board;
const [t, lamp] = [vectors.state().readings[0]!.id, vectors.output("switch").id];
const boot = vectors.state().boot_id;

/** The state of the vectors with a reading of 20 and the lamp off. */
function snapshot(changes: Partial<Snapshot> = {}): void {
    const before = vectors.state({ seq: 10, time: null, uptime_ms: 1000 });
    const readings = before.readings.map((one) => (one.id === t ? vectors.like(one, { value: 20 }) : one));
    const outputs = before.outputs.map((one) => (one.id === lamp ? vectors.like(one, { value: false }) : one));
    board.apply(vectors.snapshot({ ...before, readings, outputs, ...changes }));
}
function delta(since: number, seq: number, changes: Partial<Delta>, time: string | null = null): void {
    board.apply(vectors.delta(since, seq, changes, time));
}
const value = (): number | null | undefined => board.readings.find((reading) => reading.id === t)?.value;
const isOn = (): unknown => board.outputs.find((output) => output.id === lamp)?.value;

beforeEach(() => {
    vi.useFakeTimers({ toFake: ["performance", "Date"] });
    send.mockReset().mockResolvedValue({ data: vectors.info(), etag: null });
    isPageOutdated.mockReset().mockResolvedValue(false);
    board = new Board();
    board.start();
    subscribe.mockClear();
    snapshot();
    return () => vi.useRealTimers();
});

test("deltas apply to the state that they name", () => {
    delta(10, 11, { readings: { [t]: 21.5 }, outputs: { [lamp]: true } });
    delta(11, 12, { readings: { [t]: null } });
    expect(value()).toBeNull();
    expect(isOn()).toBe(true);
});

test("a missed delta asks for a snapshot, and nothing is shown until it is there", () => {
    delta(11, 12, { readings: { [t]: 99 } });
    expect(subscribe).toHaveBeenCalledTimes(1);
    delta(12, 13, { readings: { [t]: 98 } });
    expect(value()).toBe(20);
    expect(subscribe).toHaveBeenCalledTimes(1);
    const before = board.session;
    snapshot({ seq: 14 });
    expect(board.session).toBe(before + 1); // what was missed of the history is asked for
    delta(14, 15, { readings: { [t]: 22 } });
    expect(value()).toBe(22);
});

test("a delta or a snapshot that is older than the board's answer does not undo an output", () => {
    board.confirm(lamp, true, 12, boot);
    delta(10, 11, { outputs: { [lamp]: false } });
    expect(isOn()).toBe(true);
    snapshot({ seq: 11 });
    expect(isOn()).toBe(true);
    delta(11, 13, { outputs: { [lamp]: false } });
    expect(isOn()).toBe(false);
});

test("the answer to a set that comes after another client's later one does not undo that", () => {
    delta(10, 11, { outputs: { [lamp]: true } });
    delta(11, 12, { outputs: { [lamp]: false } });
    board.confirm(lamp, true, 11, boot);
    expect(isOn()).toBe(false);
    delta(12, 13, { outputs: { [lamp]: true } });
    expect(isOn()).toBe(true);
});

test("the answer to a set of the start before holds nothing against the new one", () => {
    snapshot({ boot_id: "other", seq: 1 });
    board.confirm(lamp, true, 400, boot);
    expect(isOn()).toBe(false);
    delta(1, 2, { outputs: { [lamp]: true } });
    delta(2, 3, { outputs: { [lamp]: false } });
    expect(isOn()).toBe(false);
});

test("an answer about the board's name that is late does not undo another client's rename", async () => {
    const asked = { data: vectors.info({ name: "Old" }), etag: null };
    let answer = (_: unknown): void => undefined;
    send.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const loaded = board.loadInfo();
    board.apply(vectors.pushed(vectors.info({ name: "Theirs" })));
    answer(asked);
    await loaded;
    expect(board.info?.name).toBe("Theirs");
});

test("a poll whose answer comes behind newer values does not bring the old ones back", () => {
    delta(10, 11, { readings: { [t]: 25 } });
    snapshot({ seq: 10 });
    expect(value()).toBe(25);
    delta(11, 12, { readings: { [t]: 26 } });
    expect(value()).toBe(26);
});

test("a board that started anew has no history yet, and may serve another page", async () => {
    isPageOutdated.mockResolvedValue(true);
    snapshot({ boot_id: "b", seq: 1, uptime_ms: 5 });
    expect(board.track(t).t).toEqual([5]);
    await vi.waitFor(() => expect(board.outdated).toBe(true));
    expect(send).toHaveBeenCalledWith("GET", "/api/v1/info");
});

test("the first snapshot is no restart", () => expect(isPageOutdated).not.toHaveBeenCalled());

test("each tick is a point, also one at which nothing changed: a steady reading has no holes", () => {
    for (let second = 1; second <= 30; second += 1) {
        vi.advanceTimersByTime(1_000);
        delta(9 + second, 10 + second, { readings: {}, outputs: {} });
    }
    expect(board.track(t).t.length).toBe(31);
    vi.advanceTimersByTime(100);
    delta(40, 41, { readings: {}, outputs: { [lamp]: true } }); // no tick
    expect(board.track(t).t.length).toBe(31);
});

test("wall clock is known only while the board knows it", () => {
    expect(board.clockOffsetMs).toBeNull();
    snapshot({ time: "2026-01-01T00:00:10Z", uptime_ms: 10_000 });
    expect(board.clockOffsetMs).toBe(Date.parse("2026-01-01T00:00:00Z"));
});

test("a clock that is set while the page watches moves the axis", () => {
    snapshot({ time: "1970-01-01T00:00:01Z" });
    vi.advanceTimersByTime(1_000);
    delta(10, 11, {}, "1970-01-01T00:00:02.4Z"); // late by the network, or a little fast
    expect(subscribe).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    delta(11, 12, {}, "2026-05-04T10:15:30Z");
    expect(subscribe).toHaveBeenCalledTimes(1);
    delta(12, 13, {}, "2026-05-04T10:15:30Z");
    expect(subscribe).toHaveBeenCalledTimes(1); // once is enough
    snapshot({ seq: 13, uptime_ms: 3_000, time: "2026-05-04T10:15:30Z" });
    expect(board.clockOffsetMs).toBe(Date.parse("2026-05-04T10:15:27Z"));
});

test("a computer whose clock runs faster than the board's draws no hole", () => {
    snapshot({ time: "2026-05-04T10:00:00Z", uptime_ms: 1_000 });
    for (let second = 1; second <= 80; second += 1) {
        vi.advanceTimersByTime(1_020);
        const time = new Date(Date.parse("2026-05-04T10:00:00Z") + second * 1_000).toISOString();
        delta(9 + second, 10 + second, {}, time);
    }
    expect(subscribe).toHaveBeenCalledTimes(1);
    snapshot({ seq: 90, uptime_ms: 81_000, time: "2026-05-04T10:01:20Z" });
    expect(board.uptimeMs()).toBe(81_000);
    vi.advanceTimersByTime(1_000);
    delta(90, 91, {}, "2026-05-04T10:01:21Z");
    const { t: times } = board.track(t);
    expect(times.at(-1)).toBe(82_000);
    expect(times.every((at, index) => index === 0 || at - times[index - 1]! <= 2_100)).toBe(true);
});

test("a snapshot of a board that is read once a minute does not set its uptime back", () => {
    board.apply(vectors.pushed(vectors.settings({ telemetry: { period_ms: 60_000 } }), "x"));
    vi.advanceTimersByTime(40_000);
    snapshot({ seq: 11, uptime_ms: 1_000 });
    expect(board.uptimeMs()).toBe(41_000);
});

test("while the board is lost its time stands, and the moment when it was heard is kept", () => {
    handlers.link({ kind: "live" });
    const [at, heard] = [board.uptimeMs(), board.heardAtMs];
    handlers.link({ kind: "reconnecting" });
    vi.advanceTimersByTime(30_000);
    expect(board.uptimeMs()).toBe(at);
    expect(board.heardAtMs).toBe(heard);
    expect(board.live).toBe(false);
});

test("another client's rename and settings are taken over as they come", () => {
    board.apply(vectors.pushed(vectors.info({ name: "Renamed elsewhere" })));
    expect(board.info?.name).toBe("Renamed elsewhere");
    board.apply(vectors.pushed(vectors.settings({ name: "Renamed elsewhere" }), '"2"'));
    expect(board.settings).toEqual({ data: vectors.settings({ name: "Renamed elsewhere" }), etag: '"2"' });
});

test("a page that polls finds another name, too", async () => {
    send.mockImplementation(async (_: string, path: string) =>
        path === "/api/v1/info"
            ? { data: vectors.info({ name: "Renamed elsewhere" }), etag: null }
            : { data: vectors.state(), etag: null },
    );
    board.info = vectors.info();
    for (let looks = 0; looks < 6; looks += 1) await handlers.poll(["state"]);
    expect(board.info.name).toBe("Renamed elsewhere");
});

test("whether all streams are taken is what the board's diagnostics say", async () => {
    for (const [websocket, full] of [
        [11, false],
        [12, true],
    ] as const) {
        const data = vectors.diagnostics();
        data.connections.websocket = websocket;
        send.mockResolvedValueOnce({ data, etag: null });
        expect(await handlers.isFull()).toBe(full);
    }
});

test("history is asked for by the start that it is of, and says how far back the board remembers", async () => {
    const data = vectors.history({ boot_id: boot, uptime_ms: 3_600_000 });
    data.samples = [
        [3_300_000, 1],
        [3_301_000, 2],
    ];
    send.mockResolvedValueOnce({ data, etag: null });
    await board.loadHistory(t);
    expect(send).toHaveBeenLastCalledWith("GET", `/api/v1/history?series=${t}&since=0&boot_id=${boot}`);
    expect(board.keptMs).toBe(300_000);
    send.mockResolvedValueOnce({ data: vectors.like(data, { samples: [], boot_id: "other" }), etag: null });
    await board.loadHistory(t);
    expect(send).toHaveBeenLastCalledWith("GET", `/api/v1/history?series=${t}&since=3600000&boot_id=${boot}`);
    expect(board.keptMs).toBe(300_000);
});

test("a board that remembers all since its start keeps as much as there is", async () => {
    const data = vectors.history({ boot_id: boot, uptime_ms: 9_000 });
    data.samples = [
        [1_000, 1],
        [2_000, 2],
    ];
    send.mockResolvedValueOnce({ data, etag: null });
    await board.loadHistory(t);
    expect(board.keptMs).toBeNull();
});

test("the stream is asked for below the page's own address", () => {
    const base = document.createElement("base");
    base.href = "https://house.example/boards/kitchen/";
    document.head.append(base);
    new Board().start();
    expect(address).toBe("wss://house.example/boards/kitchen/api/v1/stream");
    base.remove();
});

test("topics are subscribed to while somebody listens", () => {
    subscribe.mockClear();
    new Board().start();
    expect(subscribe).toHaveBeenLastCalledWith(["state", "settings", "info"]);
    const stop = board.listen("diagnostics", () => undefined);
    expect(subscribe).toHaveBeenLastCalledWith(["state", "settings", "info", "diagnostics"]);
    stop();
    expect(subscribe).toHaveBeenLastCalledWith(["state", "settings", "info"]);
});
