import { cleanup, fireEvent, render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/lib/api";
import { board } from "../src/lib/board.svelte";
import { Restarting } from "../src/lib/restarting.svelte";
import { Restoring } from "../src/lib/restoring.svelte";
import BackupCard from "../src/maintenance/BackupCard.svelte";
import RestartCard from "../src/maintenance/RestartCard.svelte";
import * as vectors from "./vectors";

const { send, restartBoard } = vi.hoisted(() => ({ send: vi.fn(), restartBoard: vi.fn() }));
vi.mock("../src/lib/api", async (original) => ({ ...(await original<object>()), send }));
vi.mock("../src/lib/restart", () => ({ restartBoard }));

const late = new ApiError(0, "timeout", "The board did not answer in time.");
let restart: Restarting;
let restore: Restoring;
const showRestart = (): void => void render(RestartCard, { restart });
const onrestored = vi.fn();
const showBackup = (): void => void render(BackupCard, { onrestored, restore });

async function click(name: string): Promise<void> {
    await fireEvent.click(await screen.findByRole("button", { name }));
}

beforeEach(() => {
    [restart, restore] = [new Restarting(), new Restoring()];
    send.mockReset().mockResolvedValue({ data: vectors.info(), etag: null });
    board.apply(vectors.snapshot({ boot_id: "first" }));
    board.apply(vectors.pushed(vectors.settings(), '"1"'));
});

test("a restart goes on, and is known of, while the user looks at another page", async () => {
    let back = (): void => undefined;
    restartBoard.mockReturnValueOnce(new Promise((resolve) => (back = () => resolve(vectors.info()))));
    showRestart();
    await click("Restart the board");
    await click("Restart now");
    await screen.findByText("Restarting…");
    cleanup();
    showRestart();
    await screen.findByText("Restarting…");
    back();
    await screen.findByText("The board has restarted.");
});

test("of a restart that was not answered nothing is said once the board has restarted", async () => {
    for (const bootId of ["first", "second"]) {
        restartBoard.mockRejectedValueOnce(late);
        showRestart();
        await click("Restart the board");
        await click("Restart now");
        await screen.findByText(late.message);
        board.link = { kind: "offline" };
        board.apply(vectors.snapshot({ boot_id: bootId, seq: 1000 }));
        board.session += 1;
        await vi.waitFor(() => expect(screen.queryByText(late.message)).toBeNull());
        expect(screen.queryByText("The board has not restarted.") !== null).toBe(bootId === "first");
        cleanup();
    }
});

test("a backup that was chosen is there again after a look at another page", async () => {
    const file = new File([vectors.backupFile()], "kitchen.json");
    showBackup();
    await fireEvent.change(screen.getByLabelText("Restore…"), { target: { files: [file] } });
    await screen.findByText("kitchen.json");
    cleanup();
    showBackup();
    await screen.findByText("kitchen.json");
    await click("Cancel");
    expect(screen.queryByText("kitchen.json")).toBeNull();
});

test("that a restore was not answered is said until the board tells of its settings", async () => {
    const file = new File([vectors.backupFile()], "kitchen.json");
    showBackup();
    await fireEvent.change(screen.getByLabelText("Restore…"), { target: { files: [file] } });
    send.mockRejectedValue(late);
    await click("Restore");
    await screen.findByText(/Whether the backup was restored is not known/);
    expect(onrestored).not.toHaveBeenCalled();
    const { settings } = JSON.parse(vectors.backupFile()) as { settings: object };
    board.apply(vectors.pushed(vectors.like(vectors.settings(), settings), '"2"'));
    await screen.findByText("The board has these settings already.");
    expect(screen.queryByText(/is not known/)).toBeNull();
});

test("a backup is asked for as an act, which a sign-in may come before, and is what the browser saves", async () => {
    const saved: string[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => (saved.push((blob as Blob).type), "blob:x"));
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockReturnValue();
    showBackup();
    send.mockRejectedValueOnce(late);
    await fireEvent.click(screen.getByRole("link", { name: "Save a backup" }));
    await screen.findByText(late.message);
    expect(saved).toEqual([]);
    send.mockResolvedValueOnce({ data: JSON.parse(vectors.backupFile()), etag: null });
    await fireEvent.click(screen.getByRole("link", { name: "Save a backup" }));
    await vi.waitFor(() => expect(click).toHaveBeenCalledTimes(1));
    expect(send).toHaveBeenLastCalledWith("GET", "/api/v1/settings/backup", { isAct: true });
    expect(saved).toEqual(["application/json"]);
    expect(screen.queryByText(late.message)).toBeNull();
    vi.restoreAllMocks();
});
