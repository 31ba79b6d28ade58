import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import Spinner, { shownMsMin } from "../src/components/Spinner.svelte";
import { pendingRequests } from "../src/lib/pending.svelte";

beforeEach(() => {
    vi.useFakeTimers();
    render(Spinner);
});
afterEach(() => vi.useRealTimers());

const isShown = (): boolean => screen.queryByTestId("spinner") !== null;

test("a request of 299 ms shows no spinner", async () => {
    const done = pendingRequests.begin();
    await vi.advanceTimersByTimeAsync(299);
    done();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isShown()).toBe(false);
});

test("many short requests in a row show no spinner", async () => {
    for (let i = 0; i < 10; i += 1) {
        const done = pendingRequests.begin();
        const overlapping = pendingRequests.begin();
        await vi.advanceTimersByTimeAsync(150);
        done();
        overlapping();
        expect(isShown()).toBe(false);
    }
});

test("a request of 301 ms shows the spinner for at least 400 ms", async () => {
    const done = pendingRequests.begin();
    await vi.advanceTimersByTimeAsync(301);
    expect(isShown()).toBe(true);
    done();
    await vi.advanceTimersByTimeAsync(shownMsMin - 10);
    expect(isShown()).toBe(true);
    await vi.advanceTimersByTimeAsync(20);
    expect(isShown()).toBe(false);
});

test("a second slow request keeps the spinner without a flash", async () => {
    const first = pendingRequests.begin();
    await vi.advanceTimersByTimeAsync(200);
    const second = pendingRequests.begin();
    await vi.advanceTimersByTimeAsync(150);
    first();
    await vi.advanceTimersByTimeAsync(200);
    expect(isShown()).toBe(true);
    second();
    await vi.advanceTimersByTimeAsync(shownMsMin + 10);
    expect(isShown()).toBe(false);
});
