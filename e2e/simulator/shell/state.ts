import type { CompoundCommandNode } from "./syntax.ts";

export interface Variable {
	readonly value: string;
	readonly exported: boolean;
}

/** What one shell knows: a subshell begins with a copy. */
export class ShellState {
	readonly variables: Map<string, Variable>;
	/** Shared with the shells that began here, until one of them defines another. */
	functions: ReadonlyMap<string, CompoundCommandNode>;
	positional: string[];
	/** `$0`. */
	name: string;
	/** `$$`: the first shell's, also in its subshells. */
	shellPid: number;
	status = 0;
	lastBackground = 0;
	/** `set -f`. */
	noGlob = false;
	traps = new Map<string, string>();
	private sharesFunctions = false;

	constructor(init: { variables: Map<string, Variable>; name: string; positional: string[]; shellPid: number }) {
		this.variables = init.variables;
		this.name = init.name;
		this.positional = init.positional;
		this.shellPid = init.shellPid;
		this.functions = new Map();
	}

	fork(): ShellState {
		const copy = new ShellState({
			variables: new Map(this.variables),
			name: this.name,
			positional: [...this.positional],
			shellPid: this.shellPid,
		});
		copy.functions = this.functions;
		copy.sharesFunctions = true;
		this.sharesFunctions = true;
		copy.status = this.status;
		copy.lastBackground = this.lastBackground;
		copy.noGlob = this.noGlob;
		return copy;
	}

	get(name: string): string | undefined {
		return this.variables.get(name)?.value;
	}

	set(name: string, value: string): void {
		this.variables.set(name, { value, exported: this.variables.get(name)?.exported === true });
	}

	export(name: string): void {
		this.variables.set(name, { value: this.variables.get(name)?.value ?? "", exported: true });
	}

	define(name: string, body: CompoundCommandNode): void {
		if (this.functions.get(name) === body) return;
		this.functions = this.sharesFunctions
			? new Map(this.functions).set(name, body)
			: (this.functions as Map<string, CompoundCommandNode>).set(name, body);
		this.sharesFunctions = false;
	}

	environment(): Map<string, string> {
		const exported = new Map<string, string>();
		for (const [name, variable] of this.variables) if (variable.exported) exported.set(name, variable.value);
		return exported;
	}
}
