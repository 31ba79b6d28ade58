import { expect, test } from "vitest";
import { bytes, duration, figure, milliseconds, uptime } from "../src/lib/format";

test("a figure has the decimals that the board names, and thousands in groups", () => {
    expect(figure(21.449, 1)).toBe("21.4");
    expect(figure(1234.5, 1)).toBe("1234.5");
    expect(figure(12345, 0)).toBe("12\u202f345");
    expect(figure(1234567.25, 2)).toBe("1\u202f234\u202f567.25");
});

test("what is not there is a dash, and minus nothing is nothing", () => {
    expect([figure(null, 1), figure(undefined, 1), figure(Number.NaN, 0)]).toEqual(["–", "–", "–"]);
    expect(figure(-0.01, 1)).toBe("0.0");
    expect(figure(-3, 0)).toBe("−3");
});

test("sizes and times choose the unit that reads best", () => {
    expect(bytes(181_234)).toEqual({ figure: "177", unit: "KB" });
    expect(bytes(4096)).toEqual({ figure: "4.0", unit: "KB" });
    expect(bytes(null)).toEqual({ figure: "–", unit: "" });
    expect([milliseconds(0.4242), milliseconds(13.21), milliseconds(154.3), milliseconds(null)]).toEqual([
        "0.42",
        "13.2",
        "154",
        "–",
    ]);
    expect([850, 12_000, 185_000, 273_600_000].map(duration)).toEqual([
        "850 ms",
        "12 s",
        "3 min 5 s",
        "3 d 4 h",
    ]);
    expect([245_000, 3_845_000, 176_645_000].map((ms) => uptime(ms))).toEqual([
        "4:05",
        "1:04:05",
        "2 d 01:04:05",
    ]);
});
