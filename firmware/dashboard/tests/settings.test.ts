import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/lib/api";
import { board } from "../src/lib/board.svelte";
import { session } from "../src/lib/session.svelte";
import { SettingsForm } from "../src/lib/settings.svelte";
import type { Request } from "../src/lib/api";
import type { Settings as Stored } from "../src/lib/types";
import Settings from "../src/pages/Settings.svelte";
import * as vectors from "./vectors";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

let stored: Stored;
let etag = 1;
let form: SettingsForm;
/** What the board does with the next PATCH instead of storing it and saying so. */
let patch: ((store: () => void) => void) | undefined;

beforeEach(async () => {
    session.who = { user: "owner", role: "owner" };
    vi.stubGlobal("matchMedia", () => ({ addEventListener: () => undefined }));
    stored = vectors.settings();
    patch = undefined;
    send.mockReset().mockImplementation(async (method: string, path: string, request?: Request) => {
        if (path !== "/api/v1/settings") throw new ApiError(404, "not_found", "no");
        if (method === "PATCH" && request) {
            if (request.ifMatch !== tag()) throw new ApiError(412, "stale", "stale");
            const store = (): void => set({ ...stored, ...(request.body as object) });
            const act = patch;
            patch = undefined;
            if (act) act(store);
            else store();
        }
        return { data: structuredClone(stored), etag: tag() };
    });
    form = new SettingsForm();
    render(Settings, { form });
    await vi.waitFor(() => expect(name().value).toBe("Kitchen"));
});

const tag = (): string => `"${etag}"`;
/** What another client does. */
function set(now: Stored): void {
    stored = now;
    etag += 1;
}
const sent = (): unknown[] =>
    send.mock.calls.filter(([method]) => method === "PATCH").map(([, , request]) => (request as Request).body);

const name = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>("Name");
const period = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(/Telemetry period/);

async function save(field: HTMLElement, value: string): Promise<void> {
    await fireEvent.input(field, { target: { value } });
    await fireEvent.submit(screen.getByRole("form", { name: "Board settings" }));
}

test("a name is sent in Form C, whatever the keyboard makes of it", async () => {
    await save(name(), "Cafe\u0301 \u0634\u0651\u064e");
    await vi.waitFor(() => expect(sent()).toEqual([{ name: "Caf\u00e9 \u0634\u064e\u0651" }]));
    await vi.waitFor(() => expect(name().value).toBe("Caf\u00e9 \u0634\u064e\u0651"));
});

test("what was typed is sent as a merge patch, on the condition that nothing else changed", async () => {
    const before = tag();
    await save(name(), "Hall");
    await screen.findByText("Saved.");
    expect(send).toHaveBeenCalledWith("PATCH", "/api/v1/settings", {
        body: { name: "Hall" },
        contentType: "application/merge-patch+json",
        ifMatch: before,
    });
});

test("a refused value is explained at its field, and stays there to be mended", async () => {
    const refusal = vectors.problem();
    patch = () => {
        throw new ApiError(422, "invalid", "No", refusal);
    };
    await save(period(), "5");
    const { detail } = refusal.errors[0]!;
    expect((await screen.findByText(new RegExp(detail, "i"))).id).toBe("period-note");
    expect(period().getAttribute("aria-invalid")).toBe("true");
    expect(period().value).toBe("5");
    expect(name().getAttribute("aria-invalid")).toBe("false");
});

test("a refused value has the keyboard's place, and a saved one does not lose it", async () => {
    patch = () => {
        throw new ApiError(422, "invalid", "No", vectors.problem());
    };
    const button = screen.getByRole("button", { name: "Save" });
    button.focus();
    await save(period(), "5");
    await vi.waitFor(() => expect(document.activeElement).toBe(period()));
    button.focus();
    await save(period(), "500");
    await screen.findByText("Saved.");
    expect(document.activeElement).toBe(button);
});

test("what was typed stays when another client changes another member, and both are kept", async () => {
    set(vectors.like(stored, { telemetry: { period_ms: 2000 } }));
    await save(name(), "Hall");
    await screen.findByText("Saved.");
    expect(stored.name).toBe("Hall");
    expect(stored.telemetry.period_ms).toBe(2000);
    expect(period().value).toBe("2000");
});

test("what was typed stays when another client changes the same member, and the next save replaces that", async () => {
    set({ ...stored, name: "Theirs" });
    await save(name(), "Mine");
    await screen.findByText(/was changed by another client meanwhile, to “Theirs”/i);
    expect([name().value, stored.name]).toEqual(["Mine", "Theirs"]);
    await vi.waitFor(() => expect(document.activeElement).toBe(name()));
    await save(name(), "Mine");
    await screen.findByText("Saved.");
    expect(stored.name).toBe("Mine");
});

test("an answer to Save that was lost is no change by somebody else: the repeat is compared with what is stored", async () => {
    patch = (store) => {
        store();
        throw new ApiError(412, "stale", "The browser sent it twice.");
    };
    await save(name(), "Garden");
    await screen.findByText("Saved.");
    expect(screen.queryByText(/another client/)).toBeNull();
    expect(sent().length).toBe(1);
});

test("a time-out of Save is looked into", async () => {
    const late = (): never => {
        throw new ApiError(0, "timeout", "The board did not answer in time.");
    };
    patch = (store) => {
        store();
        late();
    };
    await save(name(), "Garden");
    await screen.findByText("Saved.");
    patch = late;
    await save(name(), "Attic");
    await screen.findByText(/Whether the settings were saved is not known yet/);
    board.apply(vectors.pushed(stored, tag()));
    await screen.findByText(/has not got these/);
    expect(name().value).toBe("Attic");
    board.apply(vectors.pushed(vectors.settings({ name: "Attic" }), '"late"'));
    await screen.findByText("Saved.");
});

test("another client's change is shown at once, but where something is typed", async () => {
    await fireEvent.input(name(), { target: { value: "Typed" } });
    const theirs = vectors.settings({ name: "Theirs" });
    theirs.telemetry.period_ms = 5_000;
    board.apply(vectors.pushed(theirs, '"9"'));
    await vi.waitFor(() => expect(period().value).toBe("5000"));
    expect(name().value).toBe("Typed");
    await screen.findByText(/to “Theirs”/);
});

test("“Saved.” does not stand beside what is not, nor beside another client's values", async () => {
    await save(name(), "Garden");
    await screen.findByText("Saved.");
    await fireEvent.input(period(), { target: { value: "3000" } });
    expect(screen.queryByText("Saved.")).toBeNull();
    await fireEvent.input(period(), { target: { value: String(stored.telemetry.period_ms) } });
    await screen.findByText("Saved.");
    board.apply(vectors.pushed(vectors.settings({ name: "Theirs" }), '"9"'));
    await vi.waitFor(() => expect(name().value).toBe("Theirs"));
    expect(screen.queryByText("Saved.")).toBeNull();
});

test("what is asked for and comes late does not undo another client's later change", async () => {
    let answer = (_: unknown): void => undefined;
    send.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const loaded = form.load();
    const late = { data: structuredClone(stored), etag: tag() };
    board.apply(vectors.pushed(vectors.settings({ name: "Theirs" }), '"9"'));
    await vi.waitFor(() => expect(name().value).toBe("Theirs"));
    answer(late);
    await loaded;
    expect(name().value).toBe("Theirs");
});

test("the answer to Save that comes after another client's later change does not undo that", async () => {
    let go = (): void => undefined;
    const gone = new Promise<void>((resolve) => (go = resolve));
    const answer = send.getMockImplementation()!;
    send.mockImplementationOnce(async (...request: unknown[]) => {
        const said = (await answer(...request)) as unknown;
        await gone;
        return said;
    });
    await save(name(), "Mine");
    board.apply(vectors.pushed(vectors.settings({ name: "Theirs" }), '"99"'));
    go();
    await vi.waitFor(() => expect(name().value).toBe("Theirs"));
    await save(name(), "Again");
    const [, , last] = send.mock.calls.filter(([method]) => method === "PATCH")[1]!;
    expect((last as Request).ifMatch).toBe('"99"');
});

test("what was typed is there again after a look at another page", async () => {
    await fireEvent.input(name(), { target: { value: "Typed" } });
    cleanup();
    render(Settings, { form });
    await vi.waitFor(() => expect(name().value).toBe("Typed"));
});

test("the names and pages that may ask the board are changed as lists", async () => {
    const hosts = screen.getByLabelText<HTMLTextAreaElement>("Other names of this board");
    const [host] = vectors.settings().security!.hosts!;
    expect(hosts.value).toBe(host);
    await save(hosts, `${host}\n b.example \n`);
    await vi.waitFor(() => expect(sent()).toEqual([{ security: { hosts: [host, "b.example"] } }]));
});

test("a complaint about one of several names stands at their field", async () => {
    patch = () => {
        throw new ApiError(422, "invalid", "No", vectors.problem("/security/hosts/1", "is no host name"));
    };
    const hosts = screen.getByLabelText<HTMLTextAreaElement>("Other names of this board");
    await save(hosts, "a.example\nb..example");
    expect((await screen.findByText(/is no host name/i)).id).toBe("hosts-note");
});

test("a board that has no such settings shows no fields for them", async () => {
    cleanup();
    stored = vectors.oldSettings();
    render(Settings, { form: new SettingsForm() });
    await vi.waitFor(() => expect(name().value).toBe("Kitchen"));
    expect(screen.queryByLabelText("Other names of this board")).toBeNull();
});
