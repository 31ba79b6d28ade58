import { beforeEach, expect, test, vi } from "vitest";
import { Board } from "../src/lib/board.svelte";
import type { Snapshot, StreamMessage } from "../src/lib/types";

const { subscribe } = vi.hoisted(() => ({ subscribe: vi.fn() }));
vi.mock("../src/lib/stream", () => ({
    Stream: class {
        start(): void {}
        stop(): void {}
        subscribe = subscribe;
    },
}));

let board: Board;

function snapshot(changes: Partial<Snapshot> = {}): StreamMessage {
    const reading = {
        name: "T",
        group: "g",
        kind: "k",
        unit: "°C",
        min: null,
        max: null,
        decimals: 1,
        status: "ok" as const,
    };
    return {
        topic: "state",
        snapshot: {
            ...{ seq: 10, boot_id: "a", time: null, uptime_ms: 1000 },
            readings: [{ id: "t", value: 20, ...reading }],
            outputs: [{ id: "lamp", name: "Lamp", group: "g", kind: "switch", value: false }],
            ...changes,
        },
    };
}

function delta(
    since: number,
    seq: number,
    readings: Record<string, number | null>,
    outputs = {},
): StreamMessage {
    return { topic: "state", seq, since, time: null, delta: { readings, outputs } };
}

beforeEach(() => {
    subscribe.mockClear();
    board = new Board();
    board.start();
    board.apply(snapshot());
});

test("deltas apply to the state that they name", () => {
    board.apply(delta(10, 11, { t: 21.5 }, { lamp: true }));
    board.apply(delta(11, 12, { t: null }));
    expect(board.readings[0]?.value).toBeNull();
    expect(board.outputs[0]?.value).toBe(true);
});

test("a missed delta asks for a snapshot, and nothing is shown until it is there", () => {
    board.apply(delta(11, 12, { t: 99 }));
    expect(subscribe).toHaveBeenCalledTimes(1);
    board.apply(delta(12, 13, { t: 98 }));
    expect(board.readings[0]?.value).toBe(20);
    expect(subscribe).toHaveBeenCalledTimes(1);
    board.apply(snapshot({ seq: 14 }));
    board.apply(delta(14, 15, { t: 22 }));
    expect(board.readings[0]?.value).toBe(22);
});

test("a delta that is older than the board's answer does not undo an output", () => {
    board.confirm("lamp", true, 12);
    board.apply(delta(10, 11, {}, { lamp: false }));
    expect(board.outputs[0]?.value).toBe(true);
    board.apply(delta(11, 13, {}, { lamp: false }));
    expect(board.outputs[0]?.value).toBe(false);
});

test("a board that started anew has no history yet", () => {
    board.apply(snapshot({ boot_id: "b", seq: 1, uptime_ms: 5 }));
    expect(board.track("t").t.length).toBe(1);
    expect(board.track("t").t[0]).toBeLessThan(1000);
});

test("wall clock is known only while the board knows it", () => {
    expect(board.clockOffsetMs).toBeNull();
    board.apply(snapshot({ time: "2026-01-01T00:00:10Z", uptime_ms: 10_000 }));
    expect(board.clockOffsetMs).toBe(Date.parse("2026-01-01T00:00:00Z"));
});

test("topics are subscribed to while somebody listens", () => {
    const stop = board.listen("diagnostics", () => undefined);
    expect(subscribe).toHaveBeenLastCalledWith(["state", "diagnostics"]);
    stop();
    expect(subscribe).toHaveBeenLastCalledWith(["state"]);
});
