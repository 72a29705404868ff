import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { ReportKind } from "./reports.ts";

/** A test that failed, or a file that did not load. */
export interface Failure {
	/** Where it is and what it is called. */
	name: string;
	/** Of what it threw, so many lines as say it. */
	why: string;
}

const vitestSchema = z.object({
	testResults: z.array(
		z.object({
			name: z.string(),
			status: z.string(),
			message: z.string().optional(),
			assertionResults: z.array(z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()).nullish() })),
		}),
	),
});

interface PlaywrightSuite {
	specs?: { title: string; file: string; line: number; tests: PlaywrightTest[] }[] | undefined;
	suites?: PlaywrightSuite[] | undefined;
}

const errorSchema = z.object({ message: z.string().optional() });
const testSchema = z.object({ status: z.string(), results: z.array(z.object({ error: errorSchema.optional() })) });
type PlaywrightTest = z.infer<typeof testSchema>;
const suiteSchema: z.ZodType<PlaywrightSuite> = z.lazy(() =>
	z.object({
		specs: z.array(z.object({ title: z.string(), file: z.string(), line: z.number(), tests: z.array(testSchema) })).optional(),
		suites: z.array(suiteSchema).optional(),
	}),
);
const playwrightSchema = z.object({ suites: z.array(suiteSchema), errors: z.array(errorSchema) });

/**
 * What failed, by name, from a stage's report: the end of a long output is what is kept of it. Empty where there is no report that can be read,
 * of which the counts tell.
 * @param root of the checkout; paths are told from there
 */
export function failures(kind: ReportKind, file: string, root: string): Failure[] {
	if (kind === "exit") return [];
	try {
		const report: unknown = JSON.parse(readFileSync(file, "utf8"));
		return kind === "vitest" ? ofVitest(report, root) : ofPlaywright(report);
	} catch {
		return [];
	}
}

function ofVitest(report: unknown, root: string): Failure[] {
	return vitestSchema.parse(report).testResults.flatMap(({ name, status, message, assertionResults }) => {
		const file = name.startsWith(`${root}/`) ? name.slice(root.length + 1) : name;
		const tests = assertionResults.filter((test) => test.status === "failed");
		if (tests.length > 0)
			return tests.map(({ fullName, failureMessages }) => ({ name: `${file} › ${fullName}`, why: beginning(failureMessages?.[0]) }));
		return status === "failed" ? [{ name: file, why: beginning(message) }] : [];
	});
}

function ofPlaywright(report: unknown): Failure[] {
	const { suites, errors } = playwrightSchema.parse(report);
	const found = suites.flatMap(ofSuite);
	return found.length > 0 ? found : errors.map(({ message }) => ({ name: "outside of a test", why: beginning(message) }));
}

function ofSuite({ specs = [], suites = [] }: PlaywrightSuite): Failure[] {
	const own = specs.flatMap(({ title, file, line, tests }) => {
		const bad = tests.find(({ status }) => status === "unexpected" || status === "flaky");
		const error = bad?.results.find((result) => result.error)?.error;
		return bad ? [{ name: `${file}:${line} › ${title}`, why: beginning(error?.message) }] : [];
	});
	return [...own, ...suites.flatMap(ofSuite)];
}

const MOST_LINES = 8;
const LONGEST_LINE = 300;

function beginning(message = ""): string {
	const lines = stripVTControlCharacters(message)
		.split("\n")
		.filter((line) => line.trim() !== "");
	return lines
		.slice(0, MOST_LINES)
		.map((line) => line.slice(0, LONGEST_LINE))
		.join("\n");
}
