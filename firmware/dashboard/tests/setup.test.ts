import { readFileSync } from "node:fs";
import { fireEvent, screen } from "@testing-library/svelte";
import * as owner from "../setup/owner";
import * as vectors from "./vectors";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const file = (name: string): string => readFileSync(`${import.meta.dirname}/../setup/${name}`, "utf8");
const found = [
    vectors.network({ ssid: "Attic", rssi_dbm: -48 }),
    vectors.network({ ssid: "", rssi_dbm: -50 }),
    vectors.network({ ssid: "Attic", rssi_dbm: -70 }),
    vectors.network({ ssid: "Café", rssi_dbm: -71, secure: false }),
];

/** What the board answers: a status and a body for "METHOD /path"; without one it is out of reach. */
let answers: Record<string, [number, object]>;
let sent: { path: string; body: unknown }[];

beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    answers = {
        "GET api/v1/wifi": [200, vectors.wifi()],
        "GET api/v1/info": [200, vectors.info({ id: "7cdfa1003f2a", claimed: true })],
        "GET api/v1/session": [200, { user: "owner", role: "owner" }],
        "POST api/v1/wifi/scan": [202, vectors.job("wifi.scan", "running", { id: "1" })],
        "GET api/v1/jobs/1": [200, vectors.scanned("1", found)],
        "PATCH api/v1/settings": [200, vectors.settings()],
    };
    vi.stubGlobal("fetch", async (path: string, request: { method: string; body?: string }) => {
        sent.push({ path, body: request.body ? JSON.parse(request.body) : undefined });
        const answer = answers[`${request.method} ${path}`];
        if (!answer) throw new TypeError("no route");
        return { ok: answer[0] < 300, status: answer[0], json: async () => answer[1] };
    });
});

afterEach(() => vi.useRealTimers());

async function load(): Promise<void> {
    document.body.innerHTML = /<main>.*<\/main>/s.exec(file("setup.html"))?.[0] ?? "";
    new Function("boardwalk", file("setup.js"))(owner);
    await vi.advanceTimersByTimeAsync(600);
}
const network = (): HTMLSelectElement => screen.getByLabelText<HTMLSelectElement>("Network");
const form = (): HTMLFormElement => document.querySelector("#wifi") as HTMLFormElement;
const button = (name: string): HTMLButtonElement => screen.getByRole<HTMLButtonElement>("button", { name });
const said = (): string => screen.getByRole("status").textContent ?? "";

async function join(name: string, password: string): Promise<void> {
    await fireEvent.change(network(), { target: { value: name } });
    const field = screen.getByLabelText<HTMLInputElement>("Password of the network");
    await fireEvent.input(field, { target: { value: password } });
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: name, state: "joining", portal: true })];
    await fireEvent.submit(document.querySelector("#wifi") as HTMLFormElement);
    await vi.advanceTimersByTimeAsync(1_100);
}

test("networks are shown once each, the strongest first, and one can be typed", async () => {
    await load();
    expect([...network().options].map((option) => option.text)).toEqual([
        "Attic (strong)",
        "Café (good, no password)",
        "Another network…",
    ]);
});

test("a network is joined, and the page says where the board went", async () => {
    await load();
    await join("Attic", "correct horse");
    expect(sent.find((one) => one.path === "api/v1/settings")?.body).toEqual({
        wifi: { ssid: "Attic", password: "correct horse" },
    });
    expect(said()).toContain("Joining “Attic”");
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "Attic", state: "joined", portal: true, address: "192.168.1.50" })];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said()).toContain("The board is in “Attic” now");
    expect(screen.getByRole<HTMLAnchorElement>("link", { name: /192/ }).href).toBe("http://192.168.1.50/");
});

test("a board that cannot join says why, and points to what has to change", async () => {
    await load();
    for (const [failure, words, field] of [
        ["password", "The board found “Attic”, which did not take the password.", "password"],
        ["not_found", "The board did not find “Attic”.", "network"],
        ["security", "The board found “Attic”, but it is protected in another way", "password"],
        ["unknown", "The board could not join “Attic”.", "password"],
    ] as const) {
        await join("Attic", "wrong horse");
        answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "Attic", state: "failed", failure, portal: true })];
        await vi.advanceTimersByTimeAsync(1_000);
        expect(said()).toContain(words);
        expect(button("Join").disabled).toBe(false);
        expect(document.activeElement?.id).toBe(field);
        expect(document.activeElement?.getAttribute("aria-invalid")).toBe("true");
    }
});

test("who comes back after a failure reads why, and finds the network chosen", async () => {
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "Café", state: "failed", failure: "not_found", portal: true })];
    await load();
    await vi.advanceTimersByTimeAsync(600);
    expect(said()).toContain("did not find “Café”");
    expect(network().value).toBe("Café");
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "$& Atic", state: "failed", failure: "not_found", portal: true })];
    await load();
    await vi.advanceTimersByTimeAsync(600);
    expect(said()).toContain("did not find “$& Atic”");
    expect(screen.getByLabelText<HTMLInputElement>("Name of the network").value).toBe("$& Atic");
});

test("a board that leaves its own network has joined the other", async () => {
    await load();
    await join("Attic", "correct horse");
    delete answers["GET api/v1/wifi"];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said()).toContain("which is joining “Attic”");
    expect(said()).toContain("http://boardwalk-7cdfa1003f2a.local/");
});

test("a password that the board refuses is explained", async () => {
    await load();
    answers["PATCH api/v1/settings"] = [
        422,
        vectors.problem("/wifi/password", "must be 8 to 63 characters"),
    ];
    await join("Attic", "short");
    expect(said()).toBe("The password must be 8 to 63 characters.");
});

test("an open network asks for no password, and gets none that was typed before", async () => {
    await load();
    await join("Café", "typed before");
    expect(sent.find((one) => one.path === "api/v1/settings")?.body).toEqual({
        wifi: { ssid: "Café", password: "" },
    });
});

test("a board that is set up already says so", async () => {
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "Attic", state: "joined", portal: false, address: "192.168.1.50" })];
    await load();
    expect(said()).toContain("This board is set up: it is in “Attic”");
    expect(form().hidden).toBe(true);
});

test("without a radio that finds something a network can still be typed", async () => {
    answers["POST api/v1/wifi/scan"] = vectors.refusal("radio_failed");
    await load();
    await fireEvent.input(screen.getByLabelText("Name of the network"), { target: { value: "Hidden" } });
    await join("\n", "correct horse");
    expect(sent.find((one) => one.path === "api/v1/settings")?.body).toEqual({
        wifi: { ssid: "Hidden", password: "correct horse" },
    });
});

test("a board without a radio says so, and looks for nothing", async () => {
    answers["GET api/v1/wifi"] = vectors.refusal("not_supported");
    await load();
    expect(said()).toContain("no Wi-Fi to set up");
    expect(form().hidden).toBe(true);
    expect(sent.map((one) => one.path)).toEqual(["api/v1/info", "api/v1/wifi"]);
});

test("a board that looks for its network says which", async () => {
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ ssid: "Attic", state: "failed", portal: false, address: "" })];
    await load();
    expect(said()).toContain("This board looks for “Attic”");
    expect(form().hidden).toBe(true);
});

test("networks are looked for again, and what was chosen stays", async () => {
    await load();
    await fireEvent.change(network(), { target: { value: "Café" } });
    answers["GET api/v1/jobs/1"] = [200, vectors.scanned("1", [vectors.network({ ssid: "Shed", rssi_dbm: -80 }), ...found])];
    await fireEvent.click(button("Look again"));
    expect(button("Join").disabled).toBe(true);
    await vi.advanceTimersByTimeAsync(600);
    expect(network().value).toBe("Café");
    expect(network().options.length).toBe(4);
});

test("a played radio is said to be one", async () => {
    answers["GET api/v1/jobs/1"] = [200, vectors.scanned("1", found, true)];
    await load();
    expect(said()).toContain("made up");
});

test("a name that was not typed is asked for where it goes", async () => {
    await load();
    await join("\n", "correct horse");
    expect(said()).toContain("Type the name");
    expect(document.activeElement?.id).toBe("ssid");
    expect(sent.some((one) => one.path === "api/v1/settings")).toBe(false);
});

test("a password is shown when it is asked for", async () => {
    await load();
    const field = screen.getByLabelText<HTMLInputElement>("Password of the network");
    await fireEvent.click(screen.getByLabelText("Show the password"));
    expect(field.type).toBe("text");
    await fireEvent.click(screen.getByLabelText("Show the password"));
    expect(field.type).toBe("password");
});

const field = (label: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(label);
async function prove(values: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(values)) await fireEvent.input(field(label), { target: { value } });
    await fireEvent.submit(document.querySelector("#person") as HTMLFormElement);
    // The keys are made in slices, each a timer.
    for (let slices = 0; slices < 200; slices += 1) await vi.advanceTimersByTimeAsync(10);
}

test("a board that nobody owns gets an owner first, and then its network", async () => {
    answers["GET api/v1/info"] = [200, vectors.info({ claimed: false })];
    answers["GET api/v1/wifi"] = vectors.refusal("unclaimed");
    await load();
    expect(said()).toContain("This board has no owner yet");
    expect(form().hidden).toBe(true);
    expect(field("Your password").type).toBe("text");
    await prove({ "Set-up code": "short", "Your password": "correct horse battery" });
    expect(said()).toContain("8 letters and digits");
    await prove({ "Set-up code": "7qok 1m3z", "Your password": "password" });
    expect(said()).toContain("tried first");
    expect(document.activeElement).toBe(field("Your password"));
    expect(sent.some(({ path }) => path === "api/v1/claim")).toBe(false);
    answers["POST api/v1/claim"] = [201, { user: "owner", role: "owner" }];
    answers["GET api/v1/wifi"] = [200, vectors.wifi({ portal: true, state: "idle" })];
    await prove({ "Your password": "correct horse battery" });
    const claim = sent.find(({ path }) => path === "api/v1/claim")?.body as Record<string, unknown>;
    expect([claim.code, claim.user]).toEqual(["7Q0K1M3Z", "owner"]);
    expect(JSON.stringify(sent)).not.toContain("correct");
    await vi.advanceTimersByTimeAsync(600);
    expect(form().hidden).toBe(false);
});

test("a wrong code is told with what is left of the tries, and one who was faster asks for a sign-in", async () => {
    answers["GET api/v1/info"] = [200, vectors.info({ claimed: false })];
    answers["GET api/v1/wifi"] = vectors.refusal("unclaimed");
    answers["POST api/v1/claim"] = vectors.refusal("wrong_code");
    await load();
    await prove({ "Set-up code": "7Q0K1M3Z", "Your password": "correct horse battery" });
    expect(said()).toMatch(/not the code of this board\. The board takes \d more/);
    expect(document.activeElement).toBe(field("Set-up code"));
    answers["POST api/v1/claim"] = vectors.refusal("claimed");
    await prove({});
    expect(said()).toContain("Sign in to choose its network");
    expect(button("Sign in").hidden).toBe(false);
});

test("another network of a board that has an owner is that owner's to choose", async () => {
    answers["GET api/v1/session"] = vectors.refusal("sign_in");
    answers["GET api/v1/wifi"] = vectors.refusal("sign_in");
    await load();
    expect(said()).toContain("Sign in to choose its network");
    expect(field("Set-up code").hidden).toBe(true);
    expect(form().hidden).toBe(true);
});
