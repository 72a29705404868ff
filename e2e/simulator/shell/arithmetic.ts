import type { ShellState } from "./state.ts";
import { type ArithmeticExpression, type ArithmeticNode, ShellSyntaxError } from "./syntax.ts";

/** `$(( … ))` with what POSIX has: integers, variables, assignment. */
export function evaluate(node: ArithmeticNode, state: ShellState): number {
	return calculate(node.expression, state);
}

function calculate(node: ArithmeticExpression, state: ShellState): number {
	switch (node.type) {
		case "ArithNumber":
			return node.value;
		case "ArithVariable":
			return variable(state, node.name);
		case "ArithSpecialVar":
			return variable(state, node.name);
		case "ArithBracedExpansion":
			return variable(state, node.content);
		case "ArithGroup":
		case "ArithNested":
			return calculate(node.expression, state);
		case "ArithUnary": {
			const operand = calculate(node.operand, state);
			if (node.operator === "-") return -operand;
			if (node.operator === "!") return operand === 0 ? 1 : 0;
			if (node.operator === "~") return ~operand;
			return operand;
		}
		case "ArithTernary":
			return calculate(calculate(node.condition, state) === 0 ? node.alternate : node.consequent, state);
		case "ArithAssignment": {
			const value = calculate(node.value, state);
			const next = node.operator === "=" ? value : binary(node.operator.slice(0, -1), variable(state, node.variable), value);
			state.set(node.variable, String(next));
			return next;
		}
		case "ArithBinary": {
			if (node.operator === "&&") return calculate(node.left, state) !== 0 && calculate(node.right, state) !== 0 ? 1 : 0;
			if (node.operator === "||") return calculate(node.left, state) !== 0 || calculate(node.right, state) !== 0 ? 1 : 0;
			return binary(node.operator, calculate(node.left, state), calculate(node.right, state));
		}
		default:
			throw new ShellSyntaxError(`arithmetic expression: ${node.type}`);
	}
}

function variable(state: ShellState, name: string): number {
	const text = /^\d+$/.test(name)
		? (state.positional[Number(name) - 1] ?? "")
		: name === "#"
			? String(state.positional.length)
			: (state.get(name) ?? "");
	const trimmed = text.trim();
	if (trimmed === "") return 0;
	if (!/^[-+]?(0[xX][0-9a-fA-F]+|\d+)$/.test(trimmed)) throw new ShellSyntaxError(`Illegal number: ${text}`);
	if (/^[-+]?0\d+$/.test(trimmed)) return Number.parseInt(trimmed, 8);
	return Number(trimmed);
}

function binary(operator: string, left: number, right: number): number {
	switch (operator) {
		case "+":
			return left + right;
		case "-":
			return left - right;
		case "*":
			return left * right;
		case "/":
		case "%":
			if (right === 0) throw new ShellSyntaxError("division by zero");
			return operator === "/" ? Math.trunc(left / right) : left % right;
		case "<":
			return left < right ? 1 : 0;
		case "<=":
			return left <= right ? 1 : 0;
		case ">":
			return left > right ? 1 : 0;
		case ">=":
			return left >= right ? 1 : 0;
		case "==":
			return left === right ? 1 : 0;
		case "!=":
			return left !== right ? 1 : 0;
		case "<<":
			return left << right;
		case ">>":
			return left >> right;
		case "&":
			return left & right;
		case "|":
			return left | right;
		case "^":
			return left ^ right;
		default:
			throw new ShellSyntaxError(`arithmetic operator ${operator}`);
	}
}
