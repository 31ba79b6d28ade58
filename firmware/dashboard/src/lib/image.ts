/** What stands at the head of a firmware image (firmware/app/update/image_header.hpp). */
export interface ImageHeader {
    version: string;
    model: string;
}

const headerBytes = 4096;
const magic = "BWIMAGE\n";

/** Undefined: this file is no image. The board looks at more than this. */
export async function readImageHeader(file: Blob): Promise<ImageHeader | undefined> {
    const bytes = new Uint8Array(await file.slice(0, headerBytes).arrayBuffer());
    const text = (from: number, size: number): string =>
        String.fromCharCode(...bytes.subarray(from, from + size)).replace(/\0+$/, "");
    if (bytes.length < headerBytes || text(0, 8) !== magic) return undefined;
    return { version: text(48, 32), model: text(80, 32) };
}
