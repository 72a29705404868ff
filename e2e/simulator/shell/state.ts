import type { CompoundCommandNode } from "./syntax.ts";

export interface Variable {
	value: string;
	exported: boolean;
}

/** What one shell knows: a subshell begins with a copy. */
export class ShellState {
	readonly variables: Map<string, Variable>;
	functions: Map<string, CompoundCommandNode>;
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

	constructor(init: { variables: Map<string, Variable>; name: string; positional: string[]; shellPid: number }) {
		this.variables = init.variables;
		this.name = init.name;
		this.positional = init.positional;
		this.shellPid = init.shellPid;
		this.functions = new Map();
	}

	fork(): ShellState {
		const variables = new Map([...this.variables].map(([name, variable]) => [name, { ...variable }]));
		const copy = new ShellState({ variables, name: this.name, positional: [...this.positional], shellPid: this.shellPid });
		copy.functions = new Map(this.functions);
		copy.status = this.status;
		copy.lastBackground = this.lastBackground;
		copy.noGlob = this.noGlob;
		return copy;
	}

	get(name: string): string | undefined {
		return this.variables.get(name)?.value;
	}

	set(name: string, value: string): void {
		const before = this.variables.get(name);
		if (before) before.value = value;
		else this.variables.set(name, { value, exported: false });
	}

	export(name: string): void {
		const before = this.variables.get(name);
		if (before) before.exported = true;
		else this.variables.set(name, { value: "", exported: true });
	}

	environment(): Map<string, string> {
		return new Map([...this.variables].flatMap(([name, { value, exported }]): [string, string][] => (exported ? [[name, value]] : [])));
	}
}
