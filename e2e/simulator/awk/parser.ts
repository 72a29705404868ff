import { type Token, tokens } from "./lexer.ts";
import type { Expression, Program, Rule, Statement } from "./syntax.ts";

const COMPARISONS = new Set(["<", "<=", "==", "!=", ">", ">="]);
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);

/** Parses an awk program by POSIX's precedence: comparison is looser than concatenation, which is looser than arithmetic. */
export function parseAwk(text: string): Program {
	return new Parser(tokens(text)).program();
}

class Parser {
	private at = 0;

	constructor(private readonly all: readonly Token[]) {}

	program(): Program {
		const rules: Rule[] = [];
		const functions: Program["functions"] = new Map();
		for (;;) {
			this.skip();
			if (this.peek().kind === "end") return { rules, functions };
			if (this.take("function")) {
				const name = this.name();
				this.expect("(");
				const parameters: string[] = [];
				while (!this.take(")")) {
					parameters.push(this.name());
					this.take(",");
				}
				this.newlines();
				functions.set(name, { parameters, body: this.block() });
				continue;
			}
			rules.push(this.rule());
		}
	}

	private rule(): Rule {
		if (this.take("BEGIN")) return { when: "BEGIN", body: this.block() };
		if (this.take("END")) return { when: "END", body: this.block() };
		if (this.is("{")) return { when: "always", body: this.block() };
		const from = this.expression();
		const to = this.take(",") ? this.expression() : undefined;
		return { when: { from, to }, body: this.is("{") ? this.block() : undefined };
	}

	private block(): Statement {
		this.expect("{");
		const body: Statement[] = [];
		for (;;) {
			this.skip();
			if (this.take("}")) return { kind: "block", body };
			body.push(this.statement());
		}
	}

	private statement(): Statement {
		if (this.is("{")) return this.block();
		if (this.take("if")) {
			this.expect("(");
			const condition = this.expression();
			this.expect(")");
			this.newlines();
			const yes = this.statement();
			const back = this.at;
			this.skip();
			if (!this.take("else")) {
				this.at = back;
				return { kind: "if", condition, yes, no: undefined };
			}
			this.newlines();
			return { kind: "if", condition, yes, no: this.statement() };
		}
		if (this.take("while")) {
			this.expect("(");
			const condition = this.expression();
			this.expect(")");
			this.newlines();
			return { kind: "while", condition, body: this.take(";") ? { kind: "block", body: [] } : this.statement(), first: false };
		}
		if (this.take("do")) {
			this.newlines();
			const body = this.statement();
			this.skip();
			this.expect("while");
			this.expect("(");
			const condition = this.expression();
			this.expect(")");
			return { kind: "while", condition, body, first: true };
		}
		if (this.take("for")) return this.loop();
		return this.simple();
	}

	private loop(): Statement {
		this.expect("(");
		const [first, second, third, fourth] = [this.peek(), this.peek(1), this.peek(2), this.peek(3)];
		if (
			first.kind === "name" &&
			second.kind === "word" &&
			second.value === "in" &&
			third.kind === "name" &&
			fourth.kind === "word" &&
			fourth.value === ")"
		) {
			this.at += 4;
			this.newlines();
			return { kind: "for-in", variable: first.value, name: third.value, body: this.statement() };
		}
		const init = this.is(";") ? undefined : this.simple();
		this.expect(";");
		const condition = this.is(";") ? undefined : this.expression();
		this.expect(";");
		const update = this.is(")") ? undefined : this.simple();
		this.expect(")");
		this.newlines();
		return { kind: "for", init, condition, update, body: this.take(";") ? { kind: "block", body: [] } : this.statement() };
	}

	private simple(): Statement {
		if (this.is("print") || this.is("printf")) {
			const kind = this.is("print") ? "print" : "printf";
			this.at += 1;
			if (this.ends()) return { kind, values: [] };
			const values = this.list(true);
			const only = values.length === 1 ? values[0] : undefined;
			return { kind, values: only?.kind === "group" && only.parts.length > 1 ? only.parts : values };
		}
		if (this.take("next")) return { kind: "next" };
		if (this.take("break")) return { kind: "break" };
		if (this.take("continue")) return { kind: "continue" };
		for (const kind of ["exit", "return"] as const) {
			if (this.take(kind)) return { kind, value: this.ends() ? undefined : this.expression() };
		}
		if (this.take("delete")) {
			const name = this.name();
			if (!this.take("[")) return { kind: "delete", name, index: undefined };
			const index = this.list(false);
			this.expect("]");
			return { kind: "delete", name, index };
		}
		return { kind: "expression", value: this.expression() };
	}

	private list(printing: boolean): Expression[] {
		const values = [this.expression(printing)];
		while (this.take(",")) {
			this.newlines();
			values.push(this.expression(printing));
		}
		return values;
	}

	/** `printing`: a bare `>` would be a redirection. */
	private expression(printing = false): Expression {
		const left = this.choice(printing);
		const token = this.peek();
		if (token.kind !== "word" || !ASSIGNMENTS.has(token.value) || !["variable", "element", "field"].includes(left.kind)) return left;
		this.at += 1;
		this.newlines();
		return { kind: "assign", operator: token.value, target: left, value: this.expression(printing) };
	}

	private choice(printing: boolean): Expression {
		const condition = this.or(printing);
		if (!this.take("?")) return condition;
		this.newlines();
		const yes = this.expression(printing);
		this.newlines();
		this.expect(":");
		this.newlines();
		return { kind: "choice", condition, yes, no: this.expression(printing) };
	}

	private or(printing: boolean): Expression {
		let left = this.and(printing);
		while (this.take("||")) {
			this.newlines();
			left = { kind: "binary", operator: "||", left, right: this.and(printing) };
		}
		return left;
	}

	private and(printing: boolean): Expression {
		let left = this.membership(printing);
		while (this.take("&&")) {
			this.newlines();
			left = { kind: "binary", operator: "&&", left, right: this.membership(printing) };
		}
		return left;
	}

	private membership(printing: boolean): Expression {
		let left = this.match(printing);
		while (this.take("in")) left = { kind: "in", index: left.kind === "group" ? left.parts : [left], name: this.name() };
		return left;
	}

	private match(printing: boolean): Expression {
		let left = this.comparison(printing);
		for (;;) {
			const operator = this.is("~") ? "~" : this.is("!~") ? "!~" : undefined;
			if (operator === undefined) return left;
			this.at += 1;
			left = { kind: "binary", operator, left, right: this.comparison(printing) };
		}
	}

	private comparison(printing: boolean): Expression {
		const left = this.concatenation();
		const token = this.peek();
		if (token.kind !== "word" || !COMPARISONS.has(token.value) || (printing && token.value === ">")) return left;
		this.at += 1;
		return { kind: "binary", operator: token.value, left, right: this.concatenation() };
	}

	private concatenation(): Expression {
		let left = this.additive();
		while (this.beginsValue()) left = { kind: "binary", operator: " ", left, right: this.additive() };
		return left;
	}

	private beginsValue(): boolean {
		const token = this.peek();
		if (token.kind === "word") return ["$", "!", "(", "-", "+", "++", "--"].includes(token.value);
		return token.kind === "number" || token.kind === "string" || token.kind === "name" || token.kind === "regexp";
	}

	private additive(): Expression {
		let left = this.multiplicative();
		for (;;) {
			const operator = this.is("+") ? "+" : this.is("-") ? "-" : undefined;
			if (operator === undefined) return left;
			this.at += 1;
			left = { kind: "binary", operator, left, right: this.multiplicative() };
		}
	}

	private multiplicative(): Expression {
		let left = this.unary();
		for (;;) {
			const operator = ["*", "/", "%"].find((each) => this.is(each));
			if (operator === undefined) return left;
			this.at += 1;
			left = { kind: "binary", operator, left, right: this.unary() };
		}
	}

	private unary(): Expression {
		for (const operator of ["!", "-", "+"] as const) if (this.take(operator)) return { kind: "unary", operator, operand: this.unary() };
		const left = this.postfix();
		return this.take("^") ? { kind: "binary", operator: "^", left, right: this.unary() } : left;
	}

	private postfix(): Expression {
		for (const [word, by] of [
			["++", 1],
			["--", -1],
		] as const) {
			if (this.take(word)) return { kind: "step", by, before: true, target: this.postfix() };
		}
		const target = this.primary();
		if (["variable", "element", "field"].includes(target.kind)) {
			if (this.take("++")) return { kind: "step", by: 1, before: false, target };
			if (this.take("--")) return { kind: "step", by: -1, before: false, target };
		}
		return target;
	}

	private primary(): Expression {
		const token = this.peek();
		this.at += 1;
		switch (token.kind) {
			case "number":
			case "string":
			case "regexp":
				return token;
			case "name": {
				if (token.call || (token.value === "length" && this.is("("))) {
					this.expect("(");
					this.newlines();
					const args = this.is(")") ? [] : this.list(false);
					this.expect(")");
					return { kind: "call", name: token.value, args };
				}
				if (token.value === "length") return { kind: "call", name: "length", args: [] };
				if (!this.take("[")) return { kind: "variable", name: token.value };
				const index = this.list(false);
				this.expect("]");
				return { kind: "element", name: token.value, index };
			}
			case "word":
				if (token.value === "$") return { kind: "field", index: this.fieldIndex() };
				if (token.value === "(") {
					const parts = this.list(false);
					this.expect(")");
					return parts.length === 1 && parts[0] ? { kind: "group", parts } : { kind: "group", parts };
				}
				break;
			default:
		}
		throw new Error(`syntax error at or near ${token.kind === "word" ? token.value : token.kind}`);
	}

	private fieldIndex(): Expression {
		if (this.take("++")) return { kind: "step", by: 1, before: true, target: this.primary() };
		return this.primary();
	}

	private peek(ahead = 0): Token {
		return this.all[this.at + ahead] ?? { kind: "end" };
	}

	private is(word: string): boolean {
		const token = this.peek();
		return token.kind === "word" && token.value === word;
	}

	private take(word: string): boolean {
		if (!this.is(word)) return false;
		this.at += 1;
		return true;
	}

	private expect(word: string): void {
		if (!this.take(word)) {
			const token = this.peek();
			throw new Error(`syntax error at or near ${"value" in token ? token.value : token.kind}`);
		}
	}

	private name(): string {
		const token = this.peek();
		if (token.kind !== "name") throw new Error("syntax error: a name is missing");
		this.at += 1;
		return token.value;
	}

	private ends(): boolean {
		const token = this.peek();
		return token.kind === "newline" || token.kind === "end" || (token.kind === "word" && (token.value === ";" || token.value === "}"));
	}

	private skip(): void {
		while (this.peek().kind === "newline" || this.is(";")) this.at += 1;
	}

	private newlines(): void {
		while (this.peek().kind === "newline") this.at += 1;
	}
}
