import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { ATTENTION_CODES } from "../lib/attention-codes.ts";
import { AUDIT_ACTIONS, AUDIT_VALUES, AUDIT_WORDS } from "../lib/audit-record.ts";
import { COMMAND_IDS, COMMAND_SCOPES, commandKey } from "../lib/commands.ts";
import { AUDIT_CHANGES, auditTargetKindSchema } from "../lib/contracts/audit.ts";
import { policySchema } from "../lib/contracts/plan.ts";
import { fieldChanges } from "../lib/field-changes.ts";
import { fieldWords } from "../lib/field-words.ts";
import { codeKey } from "../lib/message.ts";
import { PALETTE_KINDS } from "../lib/palette.ts";
import { placeholders } from "../lib/template.ts";
import { ENGINE_CODES } from "../server/engine/codes.ts";
import { FINDING_CODES } from "../server/preflight/preflight.ts";
import { REMOTE_CODES } from "../server/remote/errors.ts";
import { SSH_ERROR_CODES } from "../server/ssh/errors.ts";
import { MESSAGES } from "./catalogue.ts";

const LOCALES = ["en", "zh-CN"] as const;

function leaves(tree: object, path = ""): [string, string][] {
	return Object.entries(tree).flatMap(([key, value]: [string, unknown]) => {
		const here = path === "" ? key : `${path}.${key}`;
		if (typeof value === "string") return [[here, value] as [string, string]];
		return typeof value === "object" && value !== null ? leaves(value, here) : [];
	});
}

/** What is written in a source file between `from` and the next `;`, as the quoted words in it. */
function quoted(file: string, from: string): string[] {
	const source = readFileSync(file, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
	const start = source.indexOf(from);
	expect(start, `${from} in ${file}`).toBeGreaterThan(-1);
	const text = source.slice(start, source.indexOf(";", start));
	return [...text.matchAll(/"([^"]+)"/g)].map((match) => match[1] as string);
}

function sources(folder: string, extension = ".ts"): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(extension) && !entry.name.includes(".test."))
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => !file.includes("node_modules"));
}

function matches(folder: string, pattern: RegExp): string[] {
	return [
		...new Set(sources(folder).flatMap((file) => [...readFileSync(file, "utf8").matchAll(pattern)].map((match) => match[1] as string))),
	];
}

const en = new Map(leaves(MESSAGES.en));
const zh = new Map(leaves(MESSAGES["zh-CN"]));

describe("the two languages", () => {
	it("have the same texts", () => {
		expect([...zh.keys()].filter((key) => !en.has(key))).toEqual([]);
		expect([...en.keys()].filter((key) => !zh.has(key))).toEqual([]);
	});

	it("have no empty text", () => {
		for (const texts of [en, zh]) expect([...texts].filter(([, text]) => text.trim() === "")).toEqual([]);
	});

	it("name no value that only one of them knows", () => {
		const words = (text: string | undefined) => [...placeholders(text ?? "").keys()].sort();
		const unknown = [...en].filter(([key, text]) => words(zh.get(key)).some((name) => !words(text).includes(name)));
		expect(unknown).toEqual([]);
	});

	it.each(LOCALES)("are all well formed (%s)", (locale) => {
		const errors: string[] = [];
		const messages = MESSAGES[locale] as Record<string, object>;
		// Its type knows the keys of a catalogue that is known when it is compiled; here they are read from the files.
		const t: unknown = createTranslator({ locale, messages, onError: (error) => errors.push(error.message) });
		const say = t as (key: string, values: Record<string, string | number>) => string;
		for (const [key, text] of leaves(messages)) {
			for (const value of [0, 1, 7]) {
				const shown = say(key, Object.fromEntries([...placeholders(text).keys()].map((name) => [name, value])));
				expect(shown, key).not.toMatch(/[{}]/);
			}
		}
		expect(errors).toEqual([]);
	});
});

describe("a code the server knows", () => {
	const causes = matches("server/plan", /\bcause "?([a-z]+(?:-[a-z]+)+)/g);
	const errors = [
		...Object.keys(SSH_ERROR_CODES).map((code) => `ssh.${code}`),
		...REMOTE_CODES,
		...quoted("server/kubernetes/error.ts", "export type KubernetesErrorCode"),
		...quoted("server/inventory/errors.ts", "export type InventoryErrorCode"),
		"inventory.cannot-unseal",
		...quoted("server/probe/errors.ts", "export type ProbeErrorCode"),
		...quoted("server/runtime/errors.ts", "export type RuntimeErrorCode").map((code) => `runtime.${code}`),
		...quoted("server/plan/error.ts", "readonly code:").map((code) => `plan.${code}`),
		...matches("server/http", /"(http\.[a-z-]+)"/g),
		...matches("app", /"((?:http|auth)\.[a-z-]+)"/g),
		...quoted("server/kubernetes/verify.ts", 'id: "ready"').map((id) => `verify.${id}`),
		...causes.map((cause) => `node.${cause}`),
	];

	it("was found at all", () => {
		expect(causes.length).toBeGreaterThan(20);
		expect(errors.length).toBeGreaterThan(150);
		expect(Object.keys(FINDING_CODES).length).toBeGreaterThan(100);
	});

	it("has a sentence as a finding, and what to do unless it is a note", () => {
		const missing = Object.entries(FINDING_CODES).flatMap(([code, { severity }]) => [
			...(en.has(`finding.${codeKey(code)}.text`) ? [] : [code]),
			...(severity === "note" || en.has(`finding.${codeKey(code)}.todo`) ? [] : [`${code} (todo)`]),
		]);
		expect(missing).toEqual([]);
	});

	it("has a sentence as an error", () => {
		expect(errors.filter((code) => !en.has(`error.${codeKey(code)}.text`))).toEqual([]);
	});

	it("has a sentence as an event, a result or a reason to wait", () => {
		const codes = [...Object.keys(ENGINE_CODES), ...matches("server/kubernetes", /code: "(drain\.[a-z-]+)"/g)];
		expect(codes.filter((code) => !en.has(`event.${codeKey(code)}.text`))).toEqual([]);
	});

	it("asks for no value that the engine does not give", () => {
		// What a cause brings along is not listed with the code.
		const unknown = Object.entries(ENGINE_CODES).flatMap(([code, values]) =>
			[...placeholders(en.get(`event.${codeKey(code)}.text`) ?? "").keys()]
				.filter((name) => !["from", "to", ...values].includes(name))
				.map((name) => `${code}: ${name}`),
		);
		expect(unknown).toEqual([]);
	});

	it("has a name as a step", () => {
		const steps = [
			...matches("server/plan/steps", /\bid: "([a-z-]+)"/g),
			...matches("server/plan/shell", /^\s*(?:if .* then )?step ([a-z-]+) \d+ /gm),
		];
		expect(steps.length).toBeGreaterThan(25);
		expect(steps.filter((id) => !en.has(`step.${id}`))).toEqual([]);
	});

	it("has no underscore, which stands for its dots in the catalogue", () => {
		expect([...Object.keys(FINDING_CODES), ...Object.keys(ENGINE_CODES), ...errors].filter((code) => code.includes("_"))).toEqual([]);
	});
});

it("there is a text for every command, everything that needs a person, and all that the palette finds", () => {
	const keys = [
		...COMMAND_IDS.map((id) => `shell.commands.${commandKey(id)}`),
		...COMMAND_SCOPES.map((scope) => `shell.scopes.${scope}`),
		...["recent", ...PALETTE_KINDS].map((kind) => `shell.paletteKinds.${kind}`),
		...ATTENTION_CODES.map((code) => `overview.needs.${code}`),
		...["done", "done-with-failures", "cancelled"].map((state) => `shell.ended.${state}`),
		...["insecure", "unsupported", "denied"].map((obstacle) => `settings.notificationsObstacle.${obstacle}`),
	];
	expect(keys.filter((key) => !en.has(key))).toEqual([]);
});

it("there is a name for everything that the record speaks of", () => {
	const keys = [
		...AUDIT_ACTIONS.map((action) => `audit.actions.${codeKey(action)}`),
		...auditTargetKindSchema.options.map((kind) => `audit.kinds.${kind}`),
		...new Set(Object.values(AUDIT_VALUES).flatMap((names) => names.map((name) => `audit.value.${name}`))),
		...Object.entries(AUDIT_WORDS).flatMap(([name, words]) => words.map((word) => `audit.words.${name}.${word}`)),
	];
	expect(keys.filter((key) => !en.has(key))).toEqual([]);
});

it("there is a name for every field whose change is recorded", () => {
	const chosen = {
		canary: { nodes: 2 },
		batchSize: 1,
		order: "label",
		orderLabel: "rack",
		window: { from: "22:00", to: "04:00", timeZone: "UTC" },
	};
	const policy = policySchema.parse({
		rollout: chosen,
		drain: { gracePeriodS: 30 },
		sandboxImage: "pause:3.9",
		registryMirrors: [{ registry: "docker.io", mirrors: ["https://mirror.example"] }],
		apiUnreachable: "revert",
	});
	const paths = fieldChanges({}, policy).map(({ field }) => field);
	const fields = [...new Set(Object.values(AUDIT_CHANGES).flat())].flatMap((name) => {
		const below = paths.filter((path) => path.startsWith(`${name}.`));
		return below.length > 0 ? below : [name];
	});
	// Canaries are recorded by their names, and may be none before.
	fields.push("rollout.canary.named", "rollout.canary", "rollout.canary.nodeIds", "rollout.window");
	expect(fields.length).toBeGreaterThan(50);
	expect(fields.filter((field) => !fieldWords(field)?.every((word) => en.has(word)))).toEqual([]);
});

describe("a text that a page asks for", () => {
	const files = [...sources("components", ".tsx"), ...sources("components"), ...sources("app", ".tsx")];
	it("is there", () => {
		const missing: string[] = [];
		let asked = 0;
		for (const file of files) {
			const source = readFileSync(file, "utf8");
			const areas = new Map<string, Set<string>>();
			for (const match of source.matchAll(/const (\w+) = (?:await )?(?:use|get)Translations\("([\w.]+)"\)/g)) {
				const names = areas.get(match[1] as string) ?? new Set();
				areas.set(match[1] as string, names.add(match[2] as string));
			}
			for (const [, space, key] of source.matchAll(/\(await getTranslations\("([\w.]+)"\)\)\("([\w.-]+)"/g)) {
				asked++;
				if (!en.has(`${space}.${key}`)) missing.push(`${file}: ${space}.${key}`);
			}
			for (const [name, spaces] of areas) {
				for (const match of source.matchAll(new RegExp(`(?<![\\w.])${name}(?:\\.rich)?\\("([\\w.-]+)"`, "g"))) {
					asked++;
					// A file may name two areas alike, in two components.
					if (![...spaces].some((space) => en.has(`${space}.${match[1]}`))) missing.push(`${file}: ${[...spaces].join("|")}.${match[1]}`);
				}
			}
		}
		expect(asked).toBeGreaterThan(200);
		expect(missing).toEqual([]);
	});
});
