import { fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/lib/api";
import Settings from "../src/pages/Settings.svelte";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

let stored = { name: "Kitchen", telemetry: { period_ms: 1000 } };
let refusal: ApiError | undefined;

beforeEach(async () => {
    vi.stubGlobal("matchMedia", () => ({ addEventListener: () => undefined }));
    stored = { name: "Kitchen", telemetry: { period_ms: 1000 } };
    refusal = undefined;
    send.mockReset().mockImplementation(async (method: string, path: string, request?: { body: object }) => {
        if (path !== "/api/v1/settings") throw new ApiError(404, "not_found", "no");
        if (method === "PATCH" && refusal) throw refusal;
        if (method === "PATCH") stored = { ...stored, ...request?.body };
        return { data: structuredClone(stored), etag: '"1"' };
    });
    render(Settings);
    await vi.waitFor(() => expect(name().value).toBe("Kitchen"));
});

const name = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>("Name");
const period = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(/Telemetry period/);

async function save(field: HTMLInputElement, value: string): Promise<void> {
    await fireEvent.input(field, { target: { value } });
    await fireEvent.submit(screen.getByRole("form", { name: "Board settings" }));
}

test("what was typed is sent as a merge patch, on the condition that nothing else changed", async () => {
    await save(name(), "Hall");
    await screen.findByText("Saved.");
    expect(send).toHaveBeenCalledWith("PATCH", "/api/v1/settings", {
        body: { name: "Hall", telemetry: { period_ms: 1000 } },
        contentType: "application/merge-patch+json",
        ifMatch: '"1"',
    });
});

test("a refused value is explained at its field, and stays there to be mended", async () => {
    const errors = [{ pointer: "/telemetry/period_ms", detail: "must be 100 to 60000" }];
    refusal = new ApiError(422, "invalid_value", "No", { errors });
    await save(period(), "5");
    expect((await screen.findByText(/must be 100 to 60000/)).id).toBe("period-note");
    expect(period().getAttribute("aria-invalid")).toBe("true");
    expect(period().value).toBe("5");
    expect(name().getAttribute("aria-invalid")).toBe("false");
});

test("settings that somebody else changed are shown, and the user is told", async () => {
    refusal = new ApiError(412, "stale", "stale");
    stored = { name: "Cellar", telemetry: { period_ms: 2000 } };
    await save(name(), "Hall");
    await screen.findByText(/Somebody else changed/);
    expect(name().value).toBe("Cellar");
    expect(period().value).toBe("2000");
});
