import uPlot from "uplot";
import { figure } from "../lib/format";
import type { Reading } from "../lib/types";
import { decimalsOf, type PlotView, steps, timeLabel, valueRange } from "./axis";
import type { Columns, Stroke } from "./series";

interface Parts {
    readings: readonly Reading[];
    lines: readonly Stroke[];
    view: () => PlotView;
    labelled: boolean;
    width: number;
    height: number;
    onCursor: (index: number | null) => void;
}

/** One plot of one unit. Colours are read when it draws, so that a change of theme only needs a redraw. */
export function makePlot(target: HTMLElement, data: Columns, parts: Parts): uPlot {
    const css = getComputedStyle(document.documentElement);
    const colour = (name: string) => () => css.getPropertyValue(name).trim();
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis: uPlot.Axis = { stroke: colour("--muted"), font, ticks: { show: false } };
    const grid = { stroke: colour("--line"), width: 1 };
    return new uPlot(
        {
            width: parts.width,
            height: parts.height,
            padding: [8, 12, parts.labelled ? 0 : 6, 0],
            legend: { show: false },
            cursor: {
                sync: { key: "boardwalk" },
                drag: { x: false, y: false },
                points: { size: 7 },
                y: false,
            },
            scales: {
                x: { time: false, range: () => parts.view().span },
                y: { range: valueRange(parts.readings) },
            },
            axes: [
                {
                    ...axis,
                    grid: { show: false },
                    size: parts.labelled ? 30 : 4,
                    space: 72,
                    incrs: steps,
                    values: (_, splits, __, ___, step) =>
                        splits.map((at) => (parts.labelled ? timeLabel(at, parts.view().isClock, step) : "")),
                },
                {
                    ...axis,
                    grid,
                    size: 58,
                    space: 36,
                    values: (_, splits, __, ___, step) =>
                        splits.map((at) => figure(at, decimalsOf(step))),
                },
            ],
            series: [
                {},
                ...parts.lines.map((line): uPlot.Series => ({
                    stroke: colour(line.colour),
                    dash: line.dash,
                    width: 2,
                    points: { show: false },
                    spanGaps: false,
                })),
            ],
            hooks: { setCursor: [(plot) => parts.onCursor(plot.cursor.idx ?? null)] },
        },
        data as uPlot.AlignedData,
        target,
    );
}
