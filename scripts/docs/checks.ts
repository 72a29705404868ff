import { createTranslator } from "next-intl";
import { codeKey } from "../../lib/message.ts";
import { placeholders } from "../../lib/template.ts";
import finding from "../../messages/en/finding.json" with { type: "json" };
import type { Check, CodeRule } from "../../server/preflight/check.ts";
import { CHECKS, ON_CONTAINERD_CHECKS } from "../../server/preflight/preflight.ts";
import { ROLLBACK_CHECKS } from "../../server/preflight/rollback.ts";

/** Where the generated page lies, from the root of the repository. */
export const CHECKS_PAGE = "docs/checks.md";

const texts: Readonly<Record<string, { text: string; todo?: string }>> = finding;
/** Stands for a count: written with the catalogue's own plural, then put back to its name. */
const COUNT = 7777;
const COUNT_SHOWN = "7,777";

interface Row {
	code: string;
	rule: CodeRule;
	check: string;
	before: string[];
}

/** `docs/checks.md`: every finding code that preflight can give, from the checks and the catalogue. */
export function checksPage(): string {
	const rows = new Map<string, Row>();
	const add = (checks: readonly Pick<Check, "id" | "codes">[], before: string) => {
		for (const { id, codes } of checks) {
			for (const [code, rule] of Object.entries(codes)) {
				const row = rows.get(code) ?? { code, rule, check: id, before: [] };
				row.before.push(before);
				rows.set(code, row);
			}
		}
	};
	add(CHECKS, "migration");
	add(ON_CONTAINERD_CHECKS, "on containerd");
	add(ROLLBACK_CHECKS as readonly Pick<Check, "id" | "codes">[], "rollback");
	const sorted = [...rows.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
	const groupOf = ({ code }: Row) => code.slice(0, code.indexOf("."));
	const groups = [...new Set(sorted.map(groupOf))];
	return [
		"# Checks",
		"",
		"Every finding that preflight can give. This page is generated from the code by `npm run docs:checks`; a test compares the two.",
		"",
		"**block** keeps a node out. Where *override* says yes, a person may let a node go in spite of it, one by one and with a reason",
		"that stays in the audit; anywhere else nobody can. **warn** and **note** keep nothing out. Words in ‹› are values of the finding.",
		...groups.flatMap((group) => [
			"",
			`## ${group}`,
			"",
			"| code | severity | override | what it says | what to do | before | check |",
			"|---|---|---|---|---|---|---|",
			...sorted.filter((row) => groupOf(row) === group).map(tableRow),
		]),
		"",
	].join("\n");
}

function tableRow({ code, rule, check, before }: Row): string {
	const override = rule.severity === "block" ? (rule.overridable ? "yes" : "no") : "";
	const { text, todo } = texts[codeKey(code)] ?? { text: "" };
	const cells = [
		`\`${code}\``,
		rule.severity,
		override,
		sentence(text),
		todo ? sentence(todo) : "",
		[...new Set(before)].join(", "),
		`\`${check}\``,
	];
	return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A sentence of the catalogue with the names of its values in place of them. */
function sentence(template: string): string {
	const counts = new Set([...template.matchAll(/\{\s*([A-Za-z][A-Za-z0-9]*)\s*,\s*(?:plural|number)/g)].map((match) => match[1]));
	const values = Object.fromEntries([...placeholders(template).keys()].map((name) => [name, counts.has(name) ? COUNT : `‹${name}›`]));
	const translate = createTranslator({ locale: "en", messages: { sentence: template } });
	const counted = [...counts][0] ?? "";
	return translate("sentence", values).replaceAll(COUNT_SHOWN, `‹${counted}›`);
}
