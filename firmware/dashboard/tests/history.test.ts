import { expect, test } from "vitest";
import { byUnit, columns, holeMs, strokeOf } from "../src/chart/series";
import { timeLabel } from "../src/chart/plot";
import { pointsMax, Track } from "../src/lib/history";
import type { Reading, Sample } from "../src/lib/types";

function track(...samples: Sample[]): Track {
    const made = new Track();
    for (const [t, v] of samples) made.append(t, v);
    return made;
}

test("the board's samples take the place of those in their span, and no others", () => {
    const live = track([10, 1], [20, 2], [30, 3], [40, 4]);
    live.merge([
        [15, 7],
        [25, null],
        [30, 9],
    ]);
    expect(live.t).toEqual([10, 15, 25, 30, 40]);
    expect(live.v).toEqual([1, 7, null, 9, 4]);
});

test("history that comes after the first live points goes before them", () => {
    const live = track([1000, 5]);
    live.merge([
        [100, 1],
        [900, 2],
    ]);
    expect(live.t).toEqual([100, 900, 1000]);
});

test("a point that is not newer is no news", () => {
    expect(track([10, 1], [10, 2], [5, 3]).v).toEqual([1]);
});

test("a track forgets its oldest points", () => {
    const long = new Track();
    for (let t = 0; t < pointsMax + 600; t += 1) long.append(t, t);
    expect(long.t.length).toBeLessThanOrEqual(pointsMax + 256);
    expect(long.lastMs).toBe(pointsMax + 599);
});

test("a null stays a gap, and a moment that another series has is no gap", () => {
    const [times, a, b] = columns([track([1000, 1], [2000, null], [3000, 3]), track([2500, 8])], 0, null, 0);
    expect(times).toEqual([1, 2, 2.5, 3]);
    expect(a).toEqual([1, null, undefined, 3]);
    expect(b).toEqual([undefined, undefined, 8, undefined]);
});

test("a long silence breaks the line", () => {
    const [, a] = columns([track([0, 1], [holeMs + 1, 2])], 0, null, 0);
    expect(a).toEqual([1, null, 2]);
});

test("while the board is watched the line reaches to now; after a silence it does not", () => {
    const [times, a] = columns([track([1000, 4])], 0, 1500, 0);
    expect([times, a]).toEqual([
        [1, 1.5],
        [4, 4],
    ]);
    expect(columns([track([1000, 4])], 0, 1001 + holeMs, 0)[0]).toEqual([1]);
});

test("one point before the window is kept, so that the line enters from its edge; the clock shifts all", () => {
    const [times] = columns([track([0, 1], [1000, 2], [2000, 3], [3000, 4])], 2500, null, 5000);
    expect(times).toEqual([7, 8]);
});

const reading = (id: string, unit: string): Reading => ({
    ...{ id, unit, name: id, group: "g", kind: "k", value: 1, min: null, max: null },
    ...{ decimals: 1, status: "ok" as const },
});

test("lines that share a plot differ in colour and in dashes, and the first of each plot is solid", () => {
    const all = [reading("a", "%"), reading("b", "°C"), reading("c", "%")];
    const [a, b, c] = all.map((one) => strokeOf(all, one));
    expect([a?.dash, b?.dash]).toEqual([[], []]);
    expect(c?.dash).not.toEqual([]);
    expect(new Set([a?.colour, b?.colour, c?.colour]).size).toBe(3);
});

test("readings of one unit share a plot", () => {
    const plots = byUnit([reading("a", "%"), reading("b", "°C"), reading("c", "%")]);
    expect(plots.map((plot) => plot.map((r) => r.id))).toEqual([["a", "c"], ["b"]]);
});

test("the axis shows the wall clock when the board has one, and the uptime otherwise", () => {
    const noon = new Date(2026, 0, 2, 12, 5, 7).getTime() / 1000;
    expect(timeLabel(noon, true, 10)).toBe("12:05:07");
    expect(timeLabel(noon, true, 60)).toBe("12:05");
    expect(timeLabel(245, false, 10)).toBe("4:05");
    expect(timeLabel(3845, false, 60)).toBe("1:04:05");
});
