/** Some browsers read it only after the click. */
const keptMs = 60_000;

/** Has the browser save a text as a file. */
export function download(text: string, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), keptMs);
}
