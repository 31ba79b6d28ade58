import { render, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import ReadingCard from "../src/components/ReadingCard.svelte";
import type { Reading } from "../src/lib/types";
import * as vectors from "./vectors";

const between = { min: 0, max: 1000, decimals: 1 };
const mark = (): string | undefined => document.querySelector<SVGElement>("[data-mark]")?.dataset.mark;
function show(value: number, changes: Partial<Reading> = {}, live = true): void {
    document.body.replaceChildren();
    render(ReadingCard, { reading: vectors.reading("sent", { ...between, value, ...changes }), live });
}

test("a value beyond the end that the board names is said to be that, and at the end it is not", () => {
    for (const [value, words] of [[1000.1, "above 1000.0"], [-0.1, "below 0.0"]] as const) {
        show(value);
        expect(screen.getByRole("article", { name: "sent" }).textContent).toContain(words);
        expect(mark()).toBe("warn");
    }
    for (const value of [0, 999.9, 1000]) {
        show(value);
        expect(screen.queryByText(/above|below/)).toBeNull();
        expect(mark()).toBe("good");
    }
    for (const none of [{ max: null, min: null }, { max: 0, min: 0 }]) {
        show(5_000, none);
        expect(mark()).toBe("good");
    }
});

test("what is wrong with the sensor, or with the link, comes before where its value stands", () => {
    show(1_229.2, { status: "fault" });
    expect(mark()).toBe("bad");
    expect(screen.queryByText(/above/)).toBeNull();
    show(1_229.2, {}, false);
    expect(mark()).toBe("pause");
});
