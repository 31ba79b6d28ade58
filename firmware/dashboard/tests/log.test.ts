import { beforeEach, expect, test, vi } from "vitest";
import { LogBook } from "../src/lib/log.svelte";
import type { LogLine, Logs } from "../src/lib/types";
import { line, logGap, logLine, logs } from "./vectors";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", () => ({ send }));

const seen = (book: LogBook): (number | string)[] =>
    book.entries.map((entry) => ("gap" in entry ? `gap ${entry.gap}` : entry.seq));

function board(lines: LogLine[], gap = 0): void {
    send.mockResolvedValueOnce({ data: logs(lines, { gap }), etag: null });
}

beforeEach(() => send.mockReset());

test("lines that come twice are shown once", async () => {
    const book = new LogBook();
    board([line(1), line(2)]);
    await book.load();
    book.receive(logLine(line(2)));
    book.receive(logLine(line(3)));
    expect(seen(book)).toEqual([1, 2, 3]);
});

test("lines that the stream dropped are a gap", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    book.receive(logGap(31));
    book.receive(logLine(line(33)));
    expect(seen(book)).toEqual([1, "gap 31", 33]);
});

test("a hole between two lines is fetched", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    board([line(2), line(3)]);
    book.receive(logLine(line(3)));
    await vi.waitFor(() => expect(seen(book)).toEqual([1, 2, 3]));
    expect(send).toHaveBeenLastCalledWith("GET", "/api/v1/logs?since=1&boot_id=");
});

test("a board that was started anew begins a new log", async () => {
    const book = new LogBook();
    board([line(7)]);
    await book.load("a");
    board([line(1)]);
    await book.load("b");
    expect(seen(book)).toEqual([1]);
    expect(send).toHaveBeenLastCalledWith("GET", "/api/v1/logs?since=0&boot_id=b");
});

test("what the board forgot meanwhile is a gap", async () => {
    const book = new LogBook();
    board([line(1)]);
    await book.load();
    board([line(60)], 58);
    await book.load();
    expect(seen(book)).toEqual([1, "gap 58", 60]);
});

test("lines of the start before, which come when the board has restarted, are not taken for the new ones", async () => {
    const book = new LogBook();
    let late = (_: { data: Logs; etag: null }): void => undefined;
    send.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    const before = book.load("a");
    board([line(1), line(2)]);
    await book.load("b");
    late({ data: logs([line(70), line(71)]), etag: null });
    await before;
    expect(seen(book)).toEqual([1, 2]);
    board([line(3)]);
    await book.load("b");
    expect(seen(book)).toEqual([1, 2, 3]);
});
