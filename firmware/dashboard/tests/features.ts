// Looks up what a built script and style sheet use in MDN's compatibility data: which browsers do not know it.
import { createRequire } from "node:module";
import { parseAst } from "vite";

type Support = { version_added: string | false | "preview" | null; flags?: unknown; partial_implementation?: boolean };
type Statement = Support | Support[];
interface Entry {
    __compat?: { support: Record<string, Statement | undefined> };
    [name: string]: Entry | unknown;
}
interface Release {
    release_date?: string;
    status: string;
}
const data = createRequire(import.meta.url)("@mdn/browser-compat-data") as {
    __meta: { timestamp: string };
    browsers: Record<string, { releases: Record<string, Release> }>;
    api: Record<string, Entry>;
    javascript: Record<string, Record<string, Entry>>;
    css: Record<string, Record<string, Entry>>;
};

const years = 3;
const browsers = ["chrome", "firefox", "safari"] as const;

const parts = (version: string): number[] => version.split(".").map(Number);
const isAfter = (one: string, other: string): boolean => {
    const [a, b] = [parts(one), parts(other)];
    const at = a.findIndex((number, index) => number !== (b[index] ?? 0));
    return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0);
};

/** The newest release of each three years before the data was made: the same on each machine, on each day. */
export const oldest = Object.fromEntries(
    browsers.map((browser) => {
        const day = new Date(data.__meta.timestamp);
        day.setFullYear(day.getFullYear() - years);
        const out = Object.entries(data.browsers[browser]!.releases)
            .filter(([, { release_date }]) => release_date !== undefined && new Date(release_date) <= day)
            .map(([version]) => version);
        return [browser, out.reduce((newest, version) => (isAfter(version, newest) ? version : newest))];
    }),
) as Record<(typeof browsers)[number], string>;

/** The browsers of that time that do not know it; undefined: the data says nothing. */
function lacking(entry: Entry | undefined): string[] | undefined {
    const support = entry?.__compat?.support;
    if (!support) return undefined;
    return browsers.filter((browser) => {
        const all = [support[browser] ?? []].flat();
        return !all.some(({ version_added, flags }) => {
            if (flags || typeof version_added !== "string" || version_added === "preview") return false;
            return !isAfter(version_added.replace(/^≤/, ""), oldest[browser]);
        });
    });
}

export interface Fault {
    feature: string;
    browsers: string[];
}

class Findings {
    readonly faults = new Map<string, string[]>();
    readonly looked = new Set<string>();

    look(feature: string, entry: Entry | undefined): void {
        const found = lacking(entry);
        if (found === undefined) return;
        this.looked.add(feature);
        if (found.length > 0) this.faults.set(feature, found);
    }
}

// --- scripts ----------------------------------------------------------------------------------------------------

interface Node {
    type: string;
    [member: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && "type" in value;

function walk(node: Node, visit: (node: Node, parent?: Node) => void, parent?: Node): void {
    visit(node, parent);
    for (const value of Object.values(node))
        for (const child of [value].flat()) if (isNode(child)) walk(child, visit, node);
}

/** Every method of browsers and language by its name: a script does not say of what it calls it. */
const membersByName = new Map<string, Entry[]>();
const { builtins } = data.javascript;
for (const owner of [...Object.values(data.api), ...Object.values(builtins!), ...Object.values(builtins!.Intl!)]) {
    for (const [name, entry] of Object.entries(owner as Record<string, Entry>)) {
        if (name === "__compat") continue;
        membersByName.set(name, [...(membersByName.get(name) ?? []), entry]);
    }
}

const syntax: Record<string, (node: Node) => Entry | undefined> = {
    ChainExpression: () => data.javascript.operators!.optional_chaining,
    PrivateIdentifier: () => data.javascript.classes!.private_class_fields,
    PropertyDefinition: () => data.javascript.classes!.public_class_fields,
    StaticBlock: () => data.javascript.classes!.static?.initialization_blocks as Entry,
    ImportExpression: () => data.javascript.operators!.import,
    LogicalExpression: ({ operator }) =>
        operator === "??" ? data.javascript.operators!.nullish_coalescing : undefined,
    AssignmentExpression: ({ operator }) =>
        operator === "??="
            ? data.javascript.operators!.nullish_coalescing_assignment
            : operator === "||="
              ? data.javascript.operators!.logical_or_assignment
              : undefined,
    UsingDeclaration: () => data.javascript.statements!.using,
};

/** Names of methods and members that the script itself makes: a call of one is no call of the browser's. */
function ownNames(script: Node): Set<string> {
    const names = new Set<string>();
    walk(script, ({ type, key, left }) => {
        if (["MethodDefinition", "PropertyDefinition", "Property"].includes(type) && isNode(key))
            names.add((key.name ?? key.value) as string);
        const assigned = type === "AssignmentExpression" && isNode(left) ? left.property : undefined;
        if (isNode(assigned)) names.add(assigned.name as string);
    });
    return names;
}

export function scriptFaults(source: string): Findings {
    const found = new Findings();
    const script = parseAst(source) as unknown as Node;
    const own = ownNames(script);
    walk(script, (node, parent) => {
        found.look(node.type, syntax[node.type]?.(node));
        if (node.type === "Identifier" && !(parent?.type === "MemberExpression" && parent.property === node)) {
            const name = node.name as string;
            found.look(name, (data.api[name] ?? data.javascript.builtins![name]) as Entry | undefined);
        }
        if (node.type !== "MemberExpression" || node.computed) return;
        const [object, property] = [node.object as Node, (node.property as Node).name as string];
        const owner = object.type === "Identifier" ? (object.name as string) : "";
        const known = (data.api[owner] ?? data.javascript.builtins![owner]) as Record<string, Entry> | undefined;
        if (known) return found.look(`${owner}.${property}`, known[`${property}_static`] ?? known[property]);
        if (parent?.type !== "CallExpression" || parent.callee !== node || own.has(property)) return;
        // Only when nothing of that name is old enough: `at` of what, a script does not say.
        const all = (membersByName.get(property) ?? []).filter((entry) => lacking(entry) !== undefined);
        if (all.length > 0 && all.every((entry) => lacking(entry)!.length > 0)) found.look(`.${property}`, all[0]);
    });
    return found;
}

// --- style sheets -----------------------------------------------------------------------------------------------

export function styleFaults(source: string): Findings {
    const found = new Findings();
    const { properties, selectors } = { properties: data.css.properties!, selectors: data.css.selectors! };
    const atRules = data.css["at-rules"]!;
    const bare = source.replace(/\/\*[^]*?\*\//g, "");
    for (const [, rule, prelude] of bare.matchAll(/@([\w-]+)([^{;]*)/g)) {
        found.look(`@${rule}`, atRules[rule!]);
        for (const [, feature] of prelude!.matchAll(/\(\s*([a-z-]+)\s*:/g))
            found.look(`@${rule} (${feature})`, atRules[rule!]?.[feature!] as Entry | undefined);
        if (/[<>]=?/.test(prelude!)) found.look(`@${rule} with a range`, atRules.media?.range_syntax as Entry);
    }
    for (const [, prelude, body] of bare.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
        for (const [, name] of prelude!.matchAll(/::?([a-z-]+)/g)) found.look(`:${name}`, selectors[name!]);
        if (/^\s*&|[^@\w]&/.test(prelude!)) found.look("nesting", selectors.nesting);
        for (const declaration of body!.split(";")) {
            const [name, value] = declaration.split(/:(.*)/s).map((text) => text?.trim());
            if (!name || value === undefined || name.startsWith("--")) continue;
            found.look(name, properties[name]);
            for (const [, word] of value.matchAll(/(?<![\w-])([a-z-]+)(?![\w-])/g))
                found.look(`${name}: ${word}`, properties[name]?.[word!] as Entry | undefined);
            for (const [, call] of value.matchAll(/([a-z-]+)\(/g))
                found.look(`${call}()`, (data.css.types?.[call!] ?? data.css.types?.color?.[call!]) as Entry | undefined);
        }
    }
    return found;
}
