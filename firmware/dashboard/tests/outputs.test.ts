import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { board } from "../src/lib/board.svelte";
import { ApiError } from "../src/lib/api";
import type { Output } from "../src/lib/types";
import OutputCard from "../src/outputs/OutputCard.svelte";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

interface Waiting {
    value: unknown;
    resolve: (answer: unknown) => void;
    reject: (error: unknown) => void;
}
let waiting: Waiting[] = [];

const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i += 1) await tick();
};

function show(output: Partial<Output>): void {
    const full = { id: "x", name: "Lamp", group: "g", kind: "switch", value: false, ...output } as Output;
    board.apply({
        topic: "state",
        snapshot: { seq: 1, boot_id: "a", time: null, uptime_ms: 1, readings: [], outputs: [full] },
    });
    render(OutputCard, { output: board.outputs[0]! });
}

beforeEach(() => {
    waiting = [];
    send.mockReset().mockImplementation(
        (_method: string, _path: string, request: { body: { value: unknown } }) => {
            return new Promise((resolve, reject) =>
                waiting.push({ value: request.body.value, resolve, reject }),
            );
        },
    );
});

test("a switch shows the wish at once, and keeps it when the board agrees", async () => {
    show({});
    const toggle = screen.getByRole("switch", { name: "Lamp" });
    await fireEvent.click(toggle);
    expect(toggle.getAttribute("aria-checked")).toBe("true");
    expect(send).toHaveBeenCalledWith("PUT", "/api/v1/outputs/x", { body: { value: true } });
    waiting[0]?.resolve({ data: { id: "x", value: true, seq: 2 }, etag: null });
    await settle();
    expect(toggle.getAttribute("aria-checked")).toBe("true");
    expect(screen.queryByRole("alert")).toBeNull();
});

test("a switch that the board refuses goes back, and says why", async () => {
    show({});
    const toggle = screen.getByRole("switch");
    await fireEvent.click(toggle);
    waiting[0]?.reject(new ApiError(503, "busy", "The fuse is out."));
    await settle();
    expect(toggle.getAttribute("aria-checked")).toBe("false");
    expect(screen.getByRole("alert").textContent).toContain("The fuse is out.");
});

test("a dragged slider has one request under way, and sends the last value after it", async () => {
    vi.useFakeTimers();
    show({ kind: "level", value: 0, min: 0, max: 100, step: 1, unit: "%" });
    const slider = screen.getByRole<HTMLInputElement>("slider");
    for (const value of [10, 20, 30, 40]) await fireEvent.input(slider, { target: { value: String(value) } });
    expect(waiting.map((request) => request.value)).toEqual([10]);
    waiting[0]?.resolve({ data: { id: "x", value: 10, seq: 2 }, etag: null });
    await vi.advanceTimersByTimeAsync(200);
    expect(waiting.map((request) => request.value)).toEqual([10, 40]);
    expect(slider.value).toBe("40");
    vi.useRealTimers();
});

test("a button is pressed with true", async () => {
    show({ kind: "button", name: "Water", value: null });
    await fireEvent.click(screen.getByRole("button"));
    expect(waiting[0]?.value).toBe(true);
});

test("a choice offers what the board names", async () => {
    show({ kind: "choice", name: "Mode", value: "a", options: ["a", "b"] });
    await fireEvent.click(screen.getByLabelText("b"));
    expect(waiting[0]?.value).toBe("b");
});
