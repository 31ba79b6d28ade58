import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the page with hot reload and passes the API on to a board that runs already.
const board = process.env.BOARDWALK_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
    plugins: [svelte(), svelteTesting()],
    // The page may lie in a folder of a proxy: whatever it asks for is beside it.
    base: "./",
    build: {
        target: "es2022",
        // One style sheet, and one script beside what draws: a board has few connections, and each file may cost one.
        cssCodeSplit: false,
        modulePreload: false,
        assetsInlineLimit: 0,
        reportCompressedSize: false,
    },
    server: {
        // The words of shared/sign_in are the companion's, too.
        fs: { allow: [".", "../../shared/sign_in"] },
        proxy: { "/api": { target: board, ws: true, changeOrigin: true } },
    },
    test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
