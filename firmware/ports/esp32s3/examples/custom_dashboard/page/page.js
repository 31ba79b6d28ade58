// The whole API is at hand: see /api/v1/openapi.json of a board with Boardwalk's own dashboard.
const stream = new WebSocket(`ws://${location.host}/api/v1/stream`, "boardwalk.v1");
const state = { readings: {}, outputs: {} };

function show() {
    const lines = Object.values(state.readings).map(({ name, value, unit }) => `${name}: ${value ?? "–"} ${unit}`);
    document.getElementById("readings").replaceChildren(
        ...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
    );
    document.getElementById("lamp").textContent = state.outputs.lamp?.value ? "Lamp off" : "Lamp on";
}

stream.onopen = () => stream.send('{"id":1,"method":"subscribe","params":{"topics":["state"],"max_hz":2}}');
stream.onmessage = ({ data }) => {
    const { snapshot, delta } = JSON.parse(data);
    for (const kind of ["readings", "outputs"]) {
        for (const one of snapshot?.[kind] ?? []) state[kind][one.id] = one;
        for (const [id, value] of Object.entries(delta?.[kind] ?? {})) state[kind][id].value = value;
    }
    show();
};

document.getElementById("lamp").onclick = () =>
    fetch("/api/v1/outputs/lamp", {
        method: "PUT",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ value: !state.outputs.lamp.value }),
    });
