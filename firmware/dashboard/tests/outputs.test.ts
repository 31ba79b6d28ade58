import { fireEvent, render, screen } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { board } from "../src/lib/board.svelte";
import { ApiError } from "../src/lib/api";
import { session } from "../src/lib/session.svelte";
import type { Output } from "../src/lib/types";
import ReadingCard from "../src/components/ReadingCard.svelte";
import * as vectors from "./vectors";
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

let seq = 0;
function say(...outputs: Output[]): void {
    seq += 10;
    board.apply(vectors.snapshot({ outputs, readings: [], seq }));
}

function show(output: Output, live = true): void {
    say(output);
    render(OutputCard, { output: board.outputs[0]!, live });
}
const lamp = (): Output => vectors.output("switch", { value: false });
const path = `/api/v1/outputs/${vectors.output("switch").id}`;

beforeEach(() => {
    session.who = { user: "operator", role: "operator" };
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
    show(lamp());
    const toggle = screen.getByRole("switch", { name: "Lamp" });
    await fireEvent.click(toggle);
    expect(toggle.getAttribute("aria-checked")).toBe("true");
    expect(send).toHaveBeenCalledWith("PUT", path, { body: { value: true } });
    waiting[0]?.resolve({ data: vectors.result(true, seq + 1), etag: null });
    await settle();
    expect(toggle.getAttribute("aria-checked")).toBe("true");
    expect(screen.queryByRole("alert")).toBeNull();
});

test("a switch that the board refuses goes back, and says why", async () => {
    show(lamp());
    const toggle = screen.getByRole("switch");
    await fireEvent.click(toggle);
    waiting[0]?.reject(new ApiError(503, "busy", "The fuse is out."));
    await settle();
    expect(toggle.getAttribute("aria-checked")).toBe("false");
    expect(screen.getByRole("alert").textContent).toContain("The fuse is out.");
});

test("that a switch was refused is no longer said once it has been switched all the same", async () => {
    show(lamp());
    await fireEvent.click(screen.getByRole("switch"));
    waiting[0]?.reject(new ApiError(503, "busy", "The fuse is out."));
    await settle();
    say(lamp());
    await settle();
    screen.getByRole("alert");
    say(vectors.output("switch", { value: true }));
    await settle();
    expect(screen.queryByRole("alert")).toBeNull();
});

const late = new ApiError(0, "timeout", "The board did not answer in time.");

test("without an answer nothing is said to have failed, and the board's next word is what is shown", async () => {
    show(lamp());
    const toggle = screen.getByRole("switch");
    await fireEvent.click(toggle);
    waiting[0]?.reject(late);
    await settle();
    expect(screen.getByRole("alert").textContent).toContain("Lamp may or may not have changed.");
    expect(screen.queryByText(/was not changed/)).toBeNull();
    say(vectors.output("switch", { value: true }));
    await settle();
    expect(screen.queryByRole("alert")).toBeNull();
});

test("whether a button was pressed no later word tells, and the page does not claim to know", async () => {
    show(vectors.output("button"));
    await fireEvent.click(screen.getByRole("button"));
    waiting[0]?.reject(late);
    await settle();
    say(vectors.output("button"));
    await settle();
    expect(screen.getByRole("alert").textContent).toContain("Water now may or may not have been pressed.");
    await fireEvent.click(screen.getByRole("button"));
    await settle();
    expect(screen.queryByRole("alert")).toBeNull();
});

test("the outputs of a board that is lost cannot be set", () => {
    show(lamp(), false);
    expect(screen.getByRole("switch").closest("fieldset")?.disabled).toBe(true);
});

test("the mark of a reading whose board is lost is not the one of a live value", async () => {
    const { container, rerender } = render(ReadingCard, { reading: vectors.reading("t"), live: true });
    const mark = (): string | undefined => container.querySelector<SVGElement>("[data-mark]")?.dataset.mark;
    expect(mark()).toBe("good");
    await rerender({ live: false });
    expect(mark()).toBe("pause");
    expect(screen.queryByText("ok")).toBeNull();
});

test("a dragged slider has one request under way, and sends the last value after it", async () => {
    vi.useFakeTimers();
    show(vectors.output("level", { value: 0, step: 1 }));
    const slider = screen.getByRole<HTMLInputElement>("slider");
    for (const value of [10, 20, 30, 40]) await fireEvent.input(slider, { target: { value: String(value) } });
    expect(waiting.map((request) => request.value)).toEqual([10]);
    waiting[0]?.resolve({ data: vectors.result(10, seq + 1), etag: null });
    await vi.advanceTimersByTimeAsync(200);
    expect(waiting.map((request) => request.value)).toEqual([10, 40]);
    expect(slider.value).toBe("40");
    vi.useRealTimers();
});

test("a button is pressed with true", async () => {
    show(vectors.output("button"));
    await fireEvent.click(screen.getByRole("button", { name: "Press Water now" }));
    expect(waiting[0]?.value).toBe(true);
});

test("a choice offers what the board names", async () => {
    show(vectors.output("choice"));
    await fireEvent.click(screen.getByLabelText("comfort"));
    expect(waiting[0]?.value).toBe("comfort");
});

test("who may only look sees what an output is, and nothing to change it with", () => {
    session.who = { user: "guest", role: "viewer" };
    for (const [kind, value, text] of [
        ["switch", true, "On"],
        ["switch", false, "Off"],
        ["level", 40, "40"],
        ["choice", "comfort", "comfort"],
    ] as const) {
        const shown = render(OutputCard, { output: vectors.output(kind, { value }) });
        expect(screen.getByTestId("output-value").textContent).toContain(text);
        for (const role of ["switch", "slider", "radio", "combobox", "button"]) expect(screen.queryByRole(role)).toBe(null);
        shown.unmount();
    }
});
