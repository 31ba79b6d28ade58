import { join } from "node:path";
import { defineConfig } from "vite";

/** One script that runs by itself: a captive portal's browser is short of everything. */
export default defineConfig({
    build: {
        target: "es2022",
        reportCompressedSize: false,
        lib: { entry: join(import.meta.dirname, "owner.ts"), name: "boardwalk", formats: ["iife"], fileName: () => "setup-owner.js" },
    },
});
