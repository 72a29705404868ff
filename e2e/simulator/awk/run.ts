import { Untraced } from "../kernel/untraced.ts";
import { formatted } from "../shell/printf.ts";
import { fixedSource, posixRegExp } from "../tools/regex.ts";
import type { Expression, Program, Statement } from "./syntax.ts";

/** Text that came as input and looks like a number compares as one. */
class Input {
	constructor(readonly text: string) {}
}
type Value = number | string | Input;
type Cell = Value | Map<string, Value> | undefined;

class Signal extends Untraced {
	constructor(
		readonly kind: "break" | "continue" | "next" | "exit" | "return",
		readonly value: Value = "",
	) {
		super(kind);
	}
}

/** More turns of loops than any of our programs makes: a program that does not end must not hold the whole simulation. */
const MOST_TURNS = 2_000_000;

function text(value: Value): string {
	if (typeof value === "string") return value;
	if (value instanceof Input) return value.text;
	return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
}

function number(value: Value): number {
	if (typeof value === "number") return value;
	return Number.parseFloat(text(value).trim()) || 0;
}

function looksNumeric(value: Value): boolean {
	return typeof value === "number" || (value instanceof Input && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value.text));
}

function truth(value: Value): boolean {
	if (looksNumeric(value)) return number(value) !== 0;
	return text(value) !== "";
}

export interface AwkResult {
	output: string;
	status: number;
}

/** Runs a program over the records of `input`, bytes as characters. */
export function runAwk(program: Program, input: string, variables: ReadonlyMap<string, string>): AwkResult {
	return new Run(program, variables).all(input);
}

class Run {
	private output = "";
	private readonly globals = new Map<string, Cell>();
	private locals: Map<string, Cell> | undefined;
	private fields: Value[] = [""];
	private status = 0;
	private turns = 0;
	private readonly active = new Set<object>();
	private readonly regexps = new Map<string, RegExp>();

	constructor(
		private readonly program: Program,
		variables: ReadonlyMap<string, string>,
	) {
		this.globals.set("FS", " ").set("OFS", " ").set("ORS", "\n").set("NR", 0).set("NF", 0).set("SUBSEP", "\x1c");
		for (const [name, value] of variables) this.globals.set(name, new Input(value.replaceAll("\\t", "\t").replaceAll("\\n", "\n")));
	}

	all(input: string): AwkResult {
		try {
			for (const rule of this.program.rules) if (rule.when === "BEGIN" && rule.body) this.execute(rule.body);
			const records = input === "" ? [] : (input.endsWith("\n") ? input.slice(0, -1) : input).split("\n");
			for (const [index, record] of records.entries()) {
				this.globals.set("NR", index + 1).set("FNR", index + 1);
				this.setRecord(record);
				this.record();
			}
		} catch (error) {
			this.leave(error);
		}
		try {
			for (const rule of this.program.rules) if (rule.when === "END" && rule.body) this.execute(rule.body);
		} catch (error) {
			this.leave(error);
		}
		return { output: this.output, status: this.status };
	}

	private leave(error: unknown): void {
		if (!(error instanceof Signal) || error.kind !== "exit") throw error;
		this.status = number(error.value);
	}

	private record(): void {
		try {
			for (const rule of this.program.rules) {
				if (rule.when === "BEGIN" || rule.when === "END" || !this.applies(rule.when)) continue;
				if (rule.body) this.execute(rule.body);
				else this.output += `${text(this.fields[0] ?? "")}\n`;
			}
		} catch (error) {
			if (!(error instanceof Signal) || error.kind !== "next") throw error;
		}
	}

	private applies(when: "always" | { from: Expression; to: Expression | undefined }): boolean {
		if (when === "always") return true;
		if (!when.to) return truth(this.value(when.from));
		if (!this.active.has(when) && !truth(this.value(when.from))) return false;
		if (truth(this.value(when.to))) this.active.delete(when);
		else this.active.add(when);
		return true;
	}

	private setRecord(record: string): void {
		this.fields = [new Input(record), ...this.split(record, text(this.get("FS"))).map((part) => new Input(part))];
		this.globals.set("NF", this.fields.length - 1);
	}

	private split(record: string, separator: string): string[] {
		if (separator === " ") return record.split(/[ \t\n]+/).filter((part) => part !== "");
		if (record === "") return [];
		if (separator.length === 1 && separator !== " ") return record.split(separator);
		return record.split(this.regexp(separator));
	}

	private regexp(source: string): RegExp {
		let found = this.regexps.get(source);
		if (!found) {
			found = posixRegExp(source, "extended");
			this.regexps.set(source, found);
		}
		return found;
	}

	private execute(node: Statement): void {
		switch (node.kind) {
			case "block":
				for (const each of node.body) this.execute(each);
				return;
			case "expression":
				this.value(node.value);
				return;
			case "print":
				this.output += `${node.values.length === 0 ? text(this.fields[0] ?? "") : node.values.map((each) => text(this.value(each))).join(text(this.get("OFS")))}${text(this.get("ORS"))}`;
				return;
			case "printf":
				this.output += this.sprintf(node.values);
				return;
			case "if":
				if (truth(this.value(node.condition))) this.execute(node.yes);
				else if (node.no) this.execute(node.no);
				return;
			case "while":
				if (node.first && !this.turn(node.body)) return;
				while (truth(this.value(node.condition))) if (!this.turn(node.body)) return;
				return;
			case "for":
				if (node.init) this.execute(node.init);
				while (!node.condition || truth(this.value(node.condition))) {
					if (!this.turn(node.body)) return;
					if (node.update) this.execute(node.update);
				}
				return;
			case "for-in":
				for (const key of [...this.array(node.name).keys()]) {
					this.set(node.variable, new Input(key));
					if (!this.turn(node.body)) return;
				}
				return;
			case "delete":
				if (node.index) this.array(node.name).delete(this.key(node.index));
				else this.array(node.name).clear();
				return;
			case "exit":
			case "return":
				throw new Signal(node.kind, node.value ? this.value(node.value) : "");
			default:
				throw new Signal(node.kind);
		}
	}

	/** One turn of a loop; false where it is left. */
	private turn(body: Statement): boolean {
		this.turns += 1;
		if (this.turns > MOST_TURNS) throw new Error("the program does not end");
		try {
			this.execute(body);
		} catch (error) {
			if (!(error instanceof Signal) || (error.kind !== "break" && error.kind !== "continue")) throw error;
			return error.kind === "continue";
		}
		return true;
	}

	private scopeOf(name: string): Map<string, Cell> {
		return this.locals?.has(name) ? this.locals : this.globals;
	}

	private get(name: string): Value {
		const cell = this.scopeOf(name).get(name);
		return cell === undefined || cell instanceof Map ? new Input("") : cell;
	}

	private set(name: string, value: Value): void {
		this.scopeOf(name).set(name, value);
	}

	private array(name: string): Map<string, Value> {
		const scope = this.scopeOf(name);
		const cell = scope.get(name);
		if (cell instanceof Map) return cell;
		const made = new Map<string, Value>();
		scope.set(name, made);
		return made;
	}

	private key(index: readonly Expression[]): string {
		return index.map((each) => text(this.value(each))).join("\x1c");
	}

	private assign(target: Expression, value: Value): void {
		if (target.kind === "variable") this.set(target.name, value);
		else if (target.kind === "element") this.array(target.name).set(this.key(target.index), value);
		else if (target.kind === "field") {
			const index = number(this.value(target.index));
			if (index === 0) {
				this.setRecord(text(value));
				return;
			}
			while (this.fields.length <= index) this.fields.push(new Input(""));
			this.fields[index] = value;
			this.fields[0] = new Input(
				this.fields
					.slice(1)
					.map(text)
					.join(text(this.get("OFS"))),
			);
			this.globals.set("NF", this.fields.length - 1);
		} else throw new Error("assignment to a value");
	}

	private value(node: Expression): Value {
		switch (node.kind) {
			case "number":
			case "string":
				return node.value;
			case "regexp":
				return this.regexp(node.value).test(text(this.fields[0] ?? "")) ? 1 : 0;
			case "variable":
				return this.get(node.name);
			case "element":
				return this.array(node.name).get(this.key(node.index)) ?? new Input("");
			case "field":
				return this.fields[number(this.value(node.index))] ?? new Input("");
			case "group":
				return node.parts.map((part) => this.value(part)).at(-1) ?? "";
			case "in":
				return this.array(node.name).has(this.key(node.index)) ? 1 : 0;
			case "choice":
				return this.value(truth(this.value(node.condition)) ? node.yes : node.no);
			case "unary": {
				const operand = this.value(node.operand);
				if (node.operator === "!") return truth(operand) ? 0 : 1;
				return node.operator === "-" ? -number(operand) : number(operand);
			}
			case "step": {
				const before = number(this.value(node.target));
				this.assign(node.target, before + node.by);
				return node.before ? before + node.by : before;
			}
			case "assign": {
				const value = this.value(node.value);
				const next = node.operator === "=" ? value : arithmetic(node.operator.slice(0, -1), number(this.value(node.target)), number(value));
				this.assign(node.target, next);
				return next;
			}
			case "binary":
				return this.binary(node);
			case "call":
				return this.call(node.name, node.args);
		}
	}

	private binary(node: Extract<Expression, { kind: "binary" }>): Value {
		const { operator } = node;
		if (operator === "&&") return truth(this.value(node.left)) && truth(this.value(node.right)) ? 1 : 0;
		if (operator === "||") return truth(this.value(node.left)) || truth(this.value(node.right)) ? 1 : 0;
		const left = this.value(node.left);
		if (operator === "~" || operator === "!~") return this.pattern(node.right).test(text(left)) === (operator === "~") ? 1 : 0;
		const right = this.value(node.right);
		if (operator === " ") return text(left) + text(right);
		if (["<", "<=", "==", "!=", ">", ">="].includes(operator)) {
			const numeric = looksNumeric(left) && looksNumeric(right);
			const [a, b] = numeric ? [number(left), number(right)] : [text(left), text(right)];
			const verdicts: Record<string, boolean> = { "<": a < b, "<=": a <= b, "==": a === b, "!=": a !== b, ">": a > b, ">=": a >= b };
			return verdicts[operator] ? 1 : 0;
		}
		return arithmetic(operator, number(left), number(right));
	}

	private pattern(node: Expression): RegExp {
		return this.regexp(node.kind === "regexp" ? node.value : text(this.value(node)));
	}

	private sprintf(values: readonly Expression[]): string {
		const [format = "", ...words] = values.map((each) => text(this.value(each)));
		return formatted(format.replaceAll("\\", "\\\\"), words);
	}

	private call(name: string, args: readonly Expression[]): Value {
		const own = this.program.functions.get(name);
		if (own) return this.callOwn(own, args);
		const argument = (index: number): Value => {
			const node = args[index];
			return node ? this.value(node) : "";
		};
		switch (name) {
			case "length": {
				const [first] = args;
				if (first?.kind === "variable" && this.scopeOf(first.name).get(first.name) instanceof Map) return this.array(first.name).size;
				return text(first ? this.value(first) : (this.fields[0] ?? "")).length;
			}
			case "substr": {
				const whole = text(argument(0));
				const from = Math.round(number(argument(1)));
				const end = args[2] ? from + Math.round(number(argument(2))) : whole.length + 1;
				return whole.slice(Math.max(0, from - 1), Math.max(0, end - 1));
			}
			case "index":
				return text(argument(0)).indexOf(text(argument(1))) + 1;
			case "int":
				return Math.trunc(number(argument(0)));
			case "tolower":
				return text(argument(0)).toLowerCase();
			case "toupper":
				return text(argument(0)).toUpperCase();
			case "sprintf":
				return this.sprintf(args);
			case "match": {
				const [, node] = args;
				const found = node ? this.pattern(node).exec(text(argument(0))) : null;
				this.globals.set("RSTART", found ? found.index + 1 : 0).set("RLENGTH", found ? found[0].length : -1);
				return found ? found.index + 1 : 0;
			}
			case "split": {
				const [, target, separator] = args;
				if (target?.kind !== "variable") throw new Error("split: an array is missing");
				const by = separator ? (separator.kind === "regexp" ? separator.value : text(this.value(separator))) : text(this.get("FS"));
				const parts = this.split(text(argument(0)), by);
				const array = this.array(target.name);
				array.clear();
				for (const [index, part] of parts.entries()) array.set(String(index + 1), new Input(part));
				return parts.length;
			}
			case "sub":
			case "gsub":
				return this.substitute(name === "gsub", args);
			default:
				throw new Error(`function ${name} not defined`);
		}
	}

	private substitute(everywhere: boolean, args: readonly Expression[]): number {
		const [pattern, replacement, target = { kind: "field", index: { kind: "number", value: 0 } } satisfies Expression] = args;
		if (!pattern || !replacement) throw new Error("sub: too few arguments");
		const source = pattern.kind === "string" && pattern.value.length === 1 ? fixedSource(pattern.value) : this.pattern(pattern).source;
		let count = 0;
		const by = text(this.value(replacement));
		const next = text(this.value(target)).replace(new RegExp(source, everywhere ? "g" : ""), (found) => {
			count += 1;
			return by.replaceAll(/\\\\&|\\&|&/g, (each) => (each === "&" ? found : "&"));
		});
		if (count > 0) this.assign(target, next);
		return count;
	}

	private callOwn(own: { parameters: string[]; body: Statement }, args: readonly Expression[]): Value {
		const locals = new Map<string, Cell>();
		for (const [index, name] of own.parameters.entries()) {
			const node = args[index];
			if (node?.kind === "variable" && this.scopeOf(node.name).get(node.name) instanceof Map) locals.set(name, this.array(node.name));
			else locals.set(name, node ? this.value(node) : undefined);
		}
		const before = this.locals;
		this.locals = locals;
		try {
			this.execute(own.body);
			return "";
		} catch (error) {
			if (error instanceof Signal && error.kind === "return") return error.value;
			throw error;
		} finally {
			this.locals = before;
		}
	}
}

function arithmetic(operator: string, left: number, right: number): number {
	switch (operator) {
		case "+":
			return left + right;
		case "-":
			return left - right;
		case "*":
			return left * right;
		case "/":
			if (right === 0) throw new Error("division by zero");
			return left / right;
		case "%":
			return left % right;
		default:
			return left ** right;
	}
}
