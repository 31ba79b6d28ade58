// The page that a phone shows when it has joined the board's own network. Small and by itself: browsers of captive
// portals are short of everything, and the connection is.
"use strict";

const form = document.querySelector("form");
const [networks, ssid, password] = ["network", "ssid", "password"].map((id) => document.getElementById(id));
const button = form.querySelector("button");
const other = "\n"; // no network is called that

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the board answers, as JSON; throws a text for the user. */
async function ask(path, method = "GET", body) {
    const headers = body ? { "Content-Type": "application/merge-patch+json" } : {};
    const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
    const answer = await fetch(path, request).catch(() => undefined);
    if (!answer) throw "The board cannot be reached.";
    const data = await answer.json();
    if (answer.ok) return data;
    const [error] = data.errors ?? [];
    throw error ? `${error.pointer.replace("/wifi/", "The ")} ${error.detail}.` : data.detail;
}

function say(text, mood = "") {
    const said = document.getElementById("said");
    said.textContent = text;
    said.dataset.mood = mood;
}

function option(value, text, secure) {
    const made = document.createElement("option");
    [made.value, made.textContent, made.dataset.secure] = [value, text, String(secure)];
    return made;
}

/** One entry a name: the strongest comes first. */
function choices(found) {
    const isFirst = (one, at) => found.findIndex(({ ssid }) => ssid === one.ssid) === at;
    const named = found.filter((one, at) => one.ssid && isFirst(one, at));
    return [
        ...named.map((one) => option(one.ssid, `${one.ssid} (${one.rssi_dbm} dBm)`, one.secure)),
        option(other, "Another network…", true),
    ];
}

function chosen() {
    const typed = networks.value === other;
    for (const element of [ssid, ssid.previousElementSibling]) element.hidden = !typed;
    const open = networks.options[networks.selectedIndex]?.dataset.secure === "false";
    for (const element of [password, password.previousElementSibling]) element.hidden = open;
}

async function scan() {
    try {
        let job = await ask("/api/v1/wifi/scan", "POST");
        while (job.state === "queued" || job.state === "running") {
            await pause(500);
            job = await ask(`/api/v1/jobs/${job.id}`);
        }
        networks.replaceChildren(...choices(job.result?.networks ?? []));
    } catch {
        networks.replaceChildren(...choices([])); // it can still be typed
    }
    chosen();
    button.disabled = false;
}

/** The board tries for up to 20 s; in its own network it says how that went, for as long as the phone is there. */
async function follow(name) {
    const joined = `The board is in “${name}” now. Join it with this phone too, and find the board there.`;
    for (let look = 0; look < 30; ++look) {
        await pause(1_000);
        const wifi = await ask("/api/v1/wifi").catch(() => undefined);
        if (!wifi) return say(`The board is leaving its own network. ${joined.replace("is in", "joins")}`, "good");
        if (wifi.state === "joined") return say(joined, "good");
        if (wifi.state === "failed") break;
    }
    say(`The board could not join “${name}”. Is the password right, and the network near?`, "bad");
}

async function join(event) {
    event.preventDefault();
    const name = networks.value === other ? ssid.value : networks.value;
    if (!name) return say("Which network?", "bad");
    button.disabled = true;
    say(`Joining “${name}”…`);
    try {
        const wifi = { ssid: name, password: password.hidden ? "" : password.value };
        await ask("/api/v1/settings", "PATCH", { wifi });
        await follow(name);
    } catch (text) {
        say(String(text), "bad");
    }
    button.disabled = false;
}

networks.addEventListener("change", chosen);
form.addEventListener("submit", (event) => void join(event));
void ask("/api/v1/wifi").then(
    (wifi) => (wifi.portal ? scan() : say(`This board is set up already: its network is “${wifi.ssid}”.`)),
    (text) => say(String(text), "bad"),
);
