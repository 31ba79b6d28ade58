import { beforeEach, expect, test, vi } from "vitest";
import { LogBook } from "../src/lib/log.svelte";
import type { LogLine } from "../src/lib/types";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", () => ({ send }));

const line = (seq: number): LogLine => ({
    seq,
    time: null,
    uptime_ms: seq,
    level: "info",
    text: `line ${seq}`,
});
const seen = (book: LogBook): (number | string)[] =>
    book.entries.map((entry) => ("gap" in entry ? `gap ${entry.gap}` : entry.seq));

function board(lines: LogLine[], gap = 0): void {
    send.mockResolvedValueOnce({ data: { lines, next: lines.at(-1)?.seq ?? 0, gap }, etag: null });
}

beforeEach(() => send.mockReset());

test("lines that come twice are shown once", async () => {
    const book = new LogBook();
    board([line(1), line(2)]);
    await book.load();
    book.receive({ topic: "log", line: line(2) });
    book.receive({ topic: "log", line: line(3) });
    expect(seen(book)).toEqual([1, 2, 3]);
});

test("lines that the stream dropped are a gap", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    book.receive({ topic: "log", gap: 31 });
    book.receive({ topic: "log", line: line(33) });
    expect(seen(book)).toEqual([1, "gap 31", 33]);
});

test("a hole between two lines is fetched", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    board([line(2), line(3)]);
    book.receive({ topic: "log", line: line(3) });
    await vi.waitFor(() => expect(seen(book)).toEqual([1, 2, 3]));
    expect(send).toHaveBeenLastCalledWith("GET", "/api/v1/logs?since=1");
});

test("a board that was started anew begins a new log", async () => {
    const book = new LogBook();
    board([line(7)]);
    await book.load("a");
    board([line(1)]);
    await book.load("b");
    expect(seen(book)).toEqual([1]);
    expect(send).toHaveBeenLastCalledWith("GET", "/api/v1/logs?since=0");
});

test("what the board forgot meanwhile is a gap", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    board([line(60)], 58);
    await book.load();
    expect(seen(book)).toEqual([1, "gap 58", 60]);
});
