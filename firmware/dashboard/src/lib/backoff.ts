const firstMs = 500;
const capMs = 15_000;

/** The wait before the next try: doubles up to the cap. The jitter keeps a crowd of pages from coming at once. */
export function backoffMs(failures: number, random: () => number = Math.random): number {
    const full = Math.min(capMs, firstMs * 2 ** Math.max(0, failures - 1));
    return Math.round(full * (0.5 + random() * 0.5));
}
