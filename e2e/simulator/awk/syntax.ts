export type Expression =
	| { kind: "number"; value: number }
	| { kind: "string"; value: string }
	| { kind: "regexp"; value: string }
	| { kind: "variable"; name: string }
	| { kind: "element"; name: string; index: Expression[] }
	| { kind: "field"; index: Expression }
	| { kind: "assign"; operator: string; target: Expression; value: Expression }
	| { kind: "step"; by: 1 | -1; before: boolean; target: Expression }
	| { kind: "unary"; operator: "-" | "+" | "!"; operand: Expression }
	| { kind: "binary"; operator: string; left: Expression; right: Expression }
	| { kind: "choice"; condition: Expression; yes: Expression; no: Expression }
	| { kind: "in"; index: Expression[]; name: string }
	| { kind: "group"; parts: Expression[] }
	| { kind: "call"; name: string; args: Expression[] };

export type Statement =
	| { kind: "block"; body: Statement[] }
	| { kind: "expression"; value: Expression }
	| { kind: "print"; values: Expression[] }
	| { kind: "printf"; values: Expression[] }
	| { kind: "if"; condition: Expression; yes: Statement; no: Statement | undefined }
	| { kind: "while"; condition: Expression; body: Statement; first: boolean }
	| { kind: "for"; init: Statement | undefined; condition: Expression | undefined; update: Statement | undefined; body: Statement }
	| { kind: "for-in"; variable: string; name: string; body: Statement }
	| { kind: "delete"; name: string; index: Expression[] | undefined }
	| { kind: "break" | "continue" | "next" }
	| { kind: "exit" | "return"; value: Expression | undefined };

export interface Rule {
	when: "BEGIN" | "END" | { from: Expression; to: Expression | undefined } | "always";
	/** Undefined prints the line. */
	body: Statement | undefined;
}

export interface Program {
	rules: Rule[];
	functions: Map<string, { parameters: string[]; body: Statement }>;
}
