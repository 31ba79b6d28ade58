import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/lib/api";
import { board } from "../src/lib/board.svelte";
import { FirmwareUpdate } from "../src/lib/firmware.svelte";
import FirmwareCard from "../src/maintenance/FirmwareCard.svelte";
import * as vectors from "./vectors";

const { send } = vi.hoisted(() => ({ send: vi.fn() }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));

const old = vectors.firmware();
const slot = (vectors.firmware().slot === "a" ? "b" : "a") as string;
const stored = { data: vectors.job("firmware.update", "done"), etag: null };
let firmware = old;
let bootId = "a";
let upload: () => Promise<unknown>;
let onRestart: () => void;

beforeEach(async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    firmware = old;
    bootId = "a";
    upload = () => Promise.resolve(stored);
    onRestart = () => (bootId = "b");
    send.mockReset().mockImplementation(async (method: string, path: string) => {
        if (method === "PUT") return await upload();
        const data = path === "/api/v1/firmware" ? { ...firmware } : vectors.info({ boot_id: bootId });
        if (method === "POST") onRestart();
        return { data, etag: null };
    });
    await show(new FirmwareUpdate());
});

afterEach(() => vi.useRealTimers());

async function show(update: FirmwareUpdate): Promise<void> {
    cleanup();
    render(FirmwareCard, { update });
    await screen.findByText("1.0.0");
}

function image(version: string, model = "virtual"): File {
    const bytes = new Uint8Array(5000);
    const put = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
    put(0, "BWIMAGE\n");
    put(48, version);
    put(80, model);
    return new File([bytes], "new.bwimage");
}

async function choose(file: File): Promise<void> {
    await fireEvent.change(screen.getByLabelText(/image…/), { target: { files: [file] } });
}

async function click(name: string): Promise<void> {
    await fireEvent.click(await screen.findByRole("button", { name }));
}

test("a file that is no image, or another model's, is refused with the reason", async () => {
    await choose(new File(["meow"], "cat.jpg"));
    await screen.findByText(/cat.jpg is no Boardwalk image/);
    await choose(image("2.0.0", "toaster"));
    await screen.findByText(/is for the model “toaster”. This board is “virtual”/);
    expect(screen.queryByRole("button", { name: "Install" })).toBeNull();
});

test("while the board stores the image, its job says how far it is", async () => {
    let done = (): void => undefined;
    upload = () => new Promise((resolve) => (done = () => resolve(stored)));
    await choose(image("2.0.0"));
    await click("Install");
    board.apply(vectors.pushed(vectors.job("firmware.update", "running", { progress: 0.43 })));
    board.apply(vectors.pushed(vectors.job("wifi.scan", "running", { progress: 0.9 })));
    await screen.findByText("43 %");
    done();
    await screen.findByText(/Firmware 2.0.0 is stored/);
});

test("who looks at another page meanwhile finds the upload, and the restart, where they left them", async () => {
    let done = (): void => undefined;
    upload = () => new Promise((resolve) => (done = () => resolve(stored)));
    const update = new FirmwareUpdate();
    await show(update);
    await choose(image("2.0.0"));
    await click("Install");
    cleanup();
    board.apply(vectors.pushed(vectors.job("firmware.update", "running", { progress: 0.43 })));
    await show(update);
    await screen.findByText("43 %");
    cleanup();
    done();
    await show(update);
    await screen.findByRole("button", { name: "Restart now" });
});

test("an image that was stored before the page was opened is shown, and can be started or discarded", async () => {
    firmware = vectors.storedFirmware();
    await show(new FirmwareUpdate());
    await screen.findByText(/Firmware 2.0.0 is stored/);
    await screen.findByRole("button", { name: "Restart now" });
    firmware = old;
    await click("Discard it");
    await screen.findByText("Firmware 2.0.0 is discarded.");
    expect(send).toHaveBeenCalledWith("DELETE", "/api/v1/firmware");
    await screen.findByText(/Choose an image/);
});

const lost = new ApiError(0, "network", "The board cannot be reached.");
/** The board is heard again after it was lost. */
const hear = (): number => (board.session += 1);

test("what was said of a board that could not be reached is not said of one that answers", async () => {
    send.mockRejectedValueOnce(lost);
    cleanup();
    render(FirmwareCard, { update: new FirmwareUpdate() });
    await screen.findByText("The board cannot be reached.");
    hear();
    await screen.findByText("1.0.0");
    expect(screen.queryByText("The board cannot be reached.")).toBeNull();
});

test("an image whose discarding was not answered is what the board says of it", async () => {
    firmware = vectors.storedFirmware();
    await show(new FirmwareUpdate());
    send.mockImplementationOnce(() => {
        firmware = old;
        return Promise.reject(lost);
    });
    await click("Discard it");
    await screen.findByText("Firmware 2.0.0 is discarded.");
    expect(screen.queryByText("The board cannot be reached.")).toBeNull();
});

test("an upload without an answer is told by the board once it is heard again", async () => {
    upload = () => Promise.reject(lost);
    await choose(image("2.0.0"));
    await click("Install");
    await screen.findByText("The board cannot be reached.");
    hear();
    await screen.findByText(/has not got the image/);
    await click("Install");
    firmware = vectors.storedFirmware();
    await screen.findByText("The board cannot be reached.");
    hear();
    await screen.findByText(/Firmware 2.0.0 is stored/);
    expect(screen.queryByRole("alert")).toBeNull();
});

test("an image that cannot be discarded stays, with the reason", async () => {
    firmware = vectors.storedFirmware();
    await show(new FirmwareUpdate());
    send.mockRejectedValueOnce(new ApiError(409, "busy", "A firmware upload is under way."));
    await click("Discard it");
    await screen.findByText("A firmware upload is under way.");
    await screen.findByText(/Firmware 2.0.0 is stored/);
});

test("an upload whose answer was lost is what its job says", async () => {
    for (const [state, words] of [
        ["done", /Firmware 2.0.0 is stored/],
        ["failed", "The board cannot be reached."],
    ] as const) {
        upload = () => {
            board.apply(vectors.pushed(vectors.job("firmware.update", "running")));
            return Promise.reject(new ApiError(0, "network", "The board cannot be reached."));
        };
        send.mockImplementation(async (method: string, path: string) => {
            if (method === "PUT") return await upload();
            if (path === "/api/v1/firmware") return { data: firmware, etag: null };
            expect(path).toBe(`/api/v1/jobs/${vectors.job("firmware.update", "running").id}`);
            const kind = state === "done" ? "firmware.update" : "wifi.scan";
            return { data: vectors.job(kind, state), etag: null };
        });
        await show(new FirmwareUpdate());
        await choose(image("2.0.0"));
        await click("Install");
        await screen.findByText(words);
    }
});

test("an upload that fails says why, and the same image may be sent again", async () => {
    upload = () => Promise.reject(new ApiError(0, "network", "The board cannot be reached."));
    await choose(image("2.0.0"));
    await click("Install");
    await screen.findByText("The board cannot be reached.");
    upload = () => Promise.resolve(stored);
    await click("Install");
    await screen.findByText(/Firmware 2.0.0 is stored/);
});

test("firmware that does not prove itself is said to have gone, and which one runs", async () => {
    await choose(image("2.0.0"));
    await click("Install");
    onRestart = () => {
        bootId = "b";
        firmware = vectors.firmware({ version: "2.0.0", slot, state: "trial" });
    };
    await click("Restart now");
    await vi.advanceTimersByTimeAsync(1_600);
    await screen.findByText(/Firmware 2.0.0 is on trial/);
    firmware = old;
    await vi.advanceTimersByTimeAsync(1_100);
    await screen.findByText("Firmware 2.0.0 did not prove itself: the one before, 1.0.0, runs again.");
});

test("of two of the same version the one that runs is told by its slot, also when its trial was over at once", async () => {
    for (const [slot, words] of [
        ["a", "Firmware 1.0.0 did not prove itself: the one before, 1.0.0, runs again."],
        ["b", "Firmware 1.0.0 runs now."],
    ] as const) {
        await choose(image("1.0.0"));
        await click("Install");
        onRestart = () => {
            bootId += "b";
            firmware = vectors.firmware({ slot });
        };
        await click("Restart now");
        await vi.advanceTimersByTimeAsync(1_600);
        await screen.findByText(words);
    }
});

test("a board that never comes back is given up, and the user is told where to look", async () => {
    await choose(image("2.0.0"));
    await click("Install");
    onRestart = () => undefined;
    await click("Restart now");
    await vi.advanceTimersByTimeAsync(92_000);
    await screen.findByText(/The board has not come back/);
    await screen.findByRole("button", { name: "Restart now" });
});
