// The page that a phone shows when it has joined the board's own network. Small and by itself: browsers of captive
// portals are short of everything, and the connection is.
"use strict";

const element = (id) => document.getElementById(id);
const [form, networks, ssid, password, button, again] = ["wifi", "network", "ssid", "password", "join", "again"].map(element);
const [person, code, user, secret, become] = ["person", "code", "user", "secret", "become"].map(element);
const { claim, signIn, complaintOf, setupCodeOf } = boardwalk; // setup-owner.js
const other = "\n"; // no network is called that

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the board answers, as JSON; throws its problem, with a text for the user. */
async function ask(path, method = "GET", body) {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = body ? { "Content-Type": type } : {};
    const request = { method, headers, body: body && JSON.stringify(body), cache: "no-store" };
    const answer = await fetch(path, request).catch(() => undefined);
    if (!answer) throw { text: "The board cannot be reached. Is this device still in the board’s own network?" };
    const data = answer.status === 204 ? undefined : await answer.json();
    if (answer.ok) return data;
    const [error] = data.errors ?? [];
    if (!error) throw { text: data.detail, status: answer.status, code: data.code, left: data.tries_left };
    throw { text: `${error.pointer.replace(/\/(wifi\/)?/, "The ")} ${error.detail}.`, field: error.pointer };
}

/** `more` follows the text: an element. */
function say(text, mood = "", ...more) {
    const said = element("said");
    said.replaceChildren(text, ...more);
    said.dataset.mood = mood;
}

function link(address) {
    const made = document.createElement("a");
    made.href = made.textContent = `http://${address}/`;
    return made;
}

function option(value, text, secure) {
    const made = document.createElement("option");
    [made.value, made.textContent, made.dataset.secure] = [value, text, String(secure)];
    return made;
}

const signal = (dbm) => (dbm > -60 ? "strong" : dbm > -75 ? "good" : "weak");

/** One entry a name: the strongest comes first. */
function choices(found) {
    const isFirst = (one, at) => found.findIndex(({ ssid }) => ssid === one.ssid) === at;
    const named = found.filter((one, at) => one.ssid && isFirst(one, at));
    const told = ({ rssi_dbm, secure }) => (secure ? signal(rssi_dbm) : `${signal(rssi_dbm)}, no password`);
    return [
        ...named.map((one) => option(one.ssid, `${one.ssid} (${told(one)})`, one.secure)),
        option(other, "Another network…", true),
    ];
}

function chosen() {
    const typed = networks.value === other;
    for (const one of [ssid, ssid.previousElementSibling]) one.hidden = !typed;
    const open = networks.options[networks.selectedIndex]?.dataset.secure === "false";
    for (const one of [password, password.previousElementSibling, element("shown").parentElement]) one.hidden = open;
}

function wait(waiting) {
    for (const one of [networks, again, button]) one.disabled = waiting;
}

async function scan(before = networks.value) {
    wait(true);
    networks.replaceChildren(option("", "Looking for networks…", true));
    let result;
    try {
        let job = await ask("api/v1/wifi/scan", "POST");
        while (job.state === "queued" || job.state === "running") {
            await pause(500);
            job = await ask(`api/v1/jobs/${job.id}`);
        }
        result = job.result;
    } catch {
        // It can still be typed.
    }
    networks.replaceChildren(...choices(result?.networks ?? []));
    if ([...networks.options].some(({ value }) => value === before)) networks.value = before;
    chosen();
    wait(false);
    if (!result) say("The board found no networks. Look again, or type the name of yours.");
    else if (result.simulated) say("The networks below are made up: this board plays a radio.");
    else say("Choose the Wi-Fi network that the board shall join.");
}

/** The board tries for up to 20 s; in its own network it says how that went, for as long as the phone is there. */
async function follow(name, host) {
    const then = "Join it with this device too, and open ";
    for (let look = 0; look < 30; ++look) {
        await pause(1_000);
        const wifi = await ask("api/v1/wifi").catch(() => undefined);
        if (wifi?.state === "joined") {
            form.hidden = true;
            return say(`The board is in “${name}” now. ${then}`, "good", link(wifi.address || host));
        }
        if (wifi?.state === "failed") return sayFailed(name, wifi.failure, true);
        if (wifi) continue;
        // A radio has one channel: in the other network's the phone may lose the board.
        form.hidden = true;
        const lost = `This device lost the board, which is joining “${name}”. ${then}`;
        return say(lost, "", link(host), ". If the board’s own network is still there in a minute, that failed: join it again, and it says why.");
    }
    sayFailed(name, "unknown", true);
}

const failures = {
    not_found: "did not find “NAME”. Check the name, bring the board nearer, and look whether your router sends at 2.4 GHz, too: many boards hear nothing else.",
    password: "found “NAME”, which did not take the password. Check it (capitals count), and press Join again.",
    security: "found “NAME”, but it is protected in another way: it wants a password and got none, wants none and got one, or is older than WPA2.",
    unknown: "could not join “NAME”. Check the password (capitals count), or bring the board nearer, and press Join again.",
};

/** `now`: somebody has just typed what has to change. */
function sayFailed(name, failure, now) {
    say(`The board ${(failures[failure] ?? failures.unknown).replace("NAME", () => name)}`, "bad");
    if (!now) return;
    const named = ssid.hidden ? networks : ssid;
    point(failure === "not_found" || password.hidden ? named : password);
}

/** To the field that has to change. */
function point(field) {
    field.setAttribute("aria-invalid", "true");
    field.disabled = false;
    field.focus();
}

async function join(event) {
    event.preventDefault();
    for (const field of [networks, ssid, password]) field.removeAttribute("aria-invalid");
    const name = networks.value === other ? ssid.value : networks.value;
    if (!name) {
        say("Type the name of the network.", "bad");
        return point(ssid);
    }
    wait(true);
    say(`Joining “${name}”. This takes up to 20 seconds…`);
    try {
        const { id } = await ask("api/v1/info");
        const wifi = { ssid: name, password: password.hidden ? "" : password.value };
        await ask("api/v1/settings", "PATCH", { wifi });
        await follow(name, `boardwalk-${id}.local`);
    } catch ({ text, field }) {
        say(text, "bad");
        if (field) point(field === "/wifi/password" ? password : ssid);
    }
    wait(false);
}

/** As setup-owner.js asks. */
const askApi = (method, path, body) => ask(`api/v1/${path}`, method, body);

const codes = {
    wrong_code: "This is not the code of this board.",
    claim_closed: "The board takes no code at this time. Press its button or restart it, look at the code again, and type it within 15 minutes.",
    claimed: "Somebody was faster: this board has an owner now.",
    wrong_proof: "Name and password do not belong together.",
    too_many_tries: "Too many wrong tries, of anybody. Wait half a minute.",
    role: "This takes an owner of the board.",
};

/** Whom a board lets choose its network is its owner: a board that has none gets one first. Resolves once there is one. */
function ownerOf(claimed) {
    for (const one of [code, code.previousElementSibling, code.nextElementSibling]) one.hidden = claimed;
    become.textContent = claimed ? "Sign in" : "Become the owner";
    secret.autocomplete = claimed ? "current-password" : "new-password";
    secret.type = claimed ? "password" : "text"; // typed once: it must be seen
    element("secret-shown").checked = !claimed;
    user.value ||= claimed ? "" : "owner";
    person.hidden = false;
    say(claimed ? "This board has an owner. Sign in to choose its network." : "This board has no owner yet. Whoever has its set-up code becomes the owner.");
    return new Promise((resolve) => {
        person.onsubmit = (event) => {
            event.preventDefault();
            void prove(claimed, resolve);
        };
    });
}

async function prove(claimed, resolve) {
    for (const field of [code, user, secret]) field.removeAttribute("aria-invalid");
    const wrong = (text, field) => (say(text, "bad"), field && point(field));
    const typed = setupCodeOf(code.value);
    if (!claimed && !typed) return wrong("A set-up code has 8 letters and digits.", code);
    const name = user.value.trim().normalize("NFC");
    if (!name) return wrong("Type a name to sign in with.", user);
    const complaint = claimed ? undefined : complaintOf(secret.value);
    if (complaint) return wrong(complaint, secret);
    become.disabled = true;
    say("One moment…");
    try {
        const { role } = await (claimed
            ? signIn(askApi, name, secret.value, false)
            : claim(askApi, typed, name, secret.value));
        if (role !== "owner") throw { code: "role" };
        person.hidden = true;
        secret.value = "";
        resolve();
    } catch ({ text, message, code: word, left, field }) {
        const more = left === undefined ? "" : ` The board takes ${left} more.`;
        wrong(`${codes[word] ?? text ?? message}${more}`, { wrong_code: code, wrong_proof: secret }[word] ?? (field && user));
        if (word === "claimed") ownerOf(true).then(resolve);
    }
    become.disabled = false;
}

/** What the board says of its radio, and to nobody but its owner once it has one. */
async function load() {
    const { claimed } = await ask("api/v1/info");
    const refused = (problem) => {
        if (problem.status !== 401 && problem.status !== 403) throw problem;
    };
    const told = await ask("api/v1/wifi").catch(refused);
    const open = !told || (told.portal && told.state !== "joined");
    const session = claimed && open ? await ask("api/v1/session").catch(refused) : undefined;
    if (open && session?.role !== "owner") await ownerOf(claimed);
    await begin(told ?? (await ask("api/v1/wifi")));
}

/** Not every board is set up here, and none that is. */
async function begin({ portal, ssid: name, state, failure, address }) {
    if (portal && state !== "joined") {
        form.hidden = false;
        await scan(name);
        if (state !== "failed") return;
        if (networks.value !== name) [networks.value, ssid.value] = [other, name];
        chosen();
        return sayFailed(name, failure);
    }
    const move = "It takes another once that is out of reach for three minutes: it opens its own network then.";
    if (state !== "joined") return say(`This board looks for “${name}”. ${move}`);
    say(`This board is set up: it is in “${name}”. ${move} Until then it is at `, "", link(address || location.host));
}

networks.addEventListener("change", chosen);
again.addEventListener("click", () => void scan());
element("shown").addEventListener("change", ({ target }) => {
    password.type = target.checked ? "text" : "password";
});
form.addEventListener("submit", (event) => void join(event));
element("secret-shown").addEventListener("change", ({ target }) => {
    secret.type = target.checked ? "text" : "password";
});
void load().catch(({ text, status }) =>
    say(status === 501 ? "This board has no Wi-Fi to set up: it is in the network of the computer that it runs on." : text, status === 501 ? "" : "bad"),
);
