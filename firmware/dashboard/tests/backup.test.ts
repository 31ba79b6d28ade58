import { expect, test } from "vitest";
import { backupBytesMax, changes, nameOf, readBackup } from "../src/lib/backup";
import * as vectors from "./vectors";

const file = (text: string): File => new File([text], "backup.json");

test("a file that a board gave is read, and one of anything else is not", async () => {
    expect((await readBackup(file(vectors.backupFile())))?.fileName).toBe("backup.json");
    for (const other of ["meow", "null", "[]", '"text"', "{}", vectors.backupFile("another format"), vectors.backupFile("no settings")])
        expect(await readBackup(file(other)), other).toBeUndefined();
});

test("what a restore would change is told by the names that the form has", async () => {
    const now = vectors.settings();
    const wanted = (await readBackup(file(vectors.backupFile())))!.body.settings;
    expect(changes(now, structuredClone(now))).toEqual([]);
    const changed = changes({ ...now, name: "Attic", security: undefined }, wanted);
    expect(changed.find(({ name }) => name === "Name")).toEqual({ name: "Name", from: "“Attic”", to: "“Kitchen”" });
    expect(changed.find(({ name }) => name === "Other names of this board")?.from).toBe("nothing");
    expect(nameOf("/settings/later")).toBe("/settings/later");
});

test("a file that is large, or nested without end does not end the page", async () => {
    const nested = (levels: number): string =>
        vectors.backupFile().replace(/\}\}$/, `,"a":${'{"a":'.repeat(levels)}1${"}".repeat(levels)}}}`);
    const levels = Math.floor((backupBytesMax - nested(0).length) / (nested(1).length - nested(0).length));
    const deepest = (await readBackup(file(nested(levels))))!;
    expect(changes(vectors.settings(), deepest.body.settings).length).toBeGreaterThan(0);
    expect(await readBackup(file(nested(0).padEnd(backupBytesMax)))).toBeDefined();
    expect(await readBackup(file(nested(0).padEnd(backupBytesMax + 1)))).toBeUndefined();
});
