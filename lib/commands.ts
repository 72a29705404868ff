/** Where a command belongs: everywhere, or on the page or part of a page that offers it. The help sheet groups by it. */
export const COMMAND_SCOPES = ["general", "go", "migration", "node", "run"] as const;
export type CommandScope = (typeof COMMAND_SCOPES)[number];

interface CommandDefinition {
	scope: CommandScope;
	/** Keys pressed one after the other, as `KeyboardEvent.key` has them; `Mod+` = Ctrl, and Cmd on a Mac. Absent: none. */
	keys?: readonly string[];
	/** False: it means nothing in the palette, which is open then. */
	palette?: false;
}

/**
 * Every command of the console that has a key or a place in the palette, in the order in which they are listed. A page offers one while it
 * makes sense (`useCommand`). Text: `commands.<id>` in the area "shell", "." being "_".
 */
export const COMMANDS = {
	"palette.open": { scope: "general", keys: ["Mod+k"], palette: false },
	"search.focus": { scope: "general", keys: ["/"], palette: false },
	"help.open": { scope: "general", keys: ["?"] },
	"migration.new": { scope: "general", keys: ["n"] },
	"theme.light": { scope: "general" },
	"theme.dark": { scope: "general" },
	"theme.system": { scope: "general" },
	"language.en": { scope: "general" },
	"language.zh-CN": { scope: "general" },
	"time.utc": { scope: "general" },
	"time.local": { scope: "general" },
	"session.sign-out": { scope: "general" },
	"go.overview": { scope: "go", keys: ["g", "o"] },
	"go.clusters": { scope: "go", keys: ["g", "c"] },
	"go.nodes": { scope: "go", keys: ["g", "n"] },
	"go.migrations": { scope: "go", keys: ["g", "m"] },
	"go.history": { scope: "go", keys: ["g", "h"] },
	"go.audit": { scope: "go", keys: ["g", "a"] },
	"go.settings": { scope: "go", keys: ["g", "s"] },
	"migration.pause": { scope: "migration", keys: ["p"] },
	"migration.resume": { scope: "migration", keys: ["p"] },
	"migration.stop": { scope: "migration" },
	"migration.cancel": { scope: "migration" },
	"migration.previous-node": { scope: "migration", keys: ["["], palette: false },
	"migration.next-node": { scope: "migration", keys: ["]"], palette: false },
	"node.probe": { scope: "node" },
	"node.migrate": { scope: "node" },
	"node.roll-back": { scope: "node" },
	"log.follow": { scope: "run", keys: ["f"], palette: false },
	"log.error": { scope: "run", keys: ["e"], palette: false },
	"log.wrap": { scope: "run", keys: ["w"], palette: false },
	"log.times": { scope: "run", keys: ["t"], palette: false },
} as const satisfies Record<string, CommandDefinition>;

export type CommandId = keyof typeof COMMANDS;

/** In the order of the table. */
export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[];

export function definitionOf(id: CommandId): CommandDefinition {
	return COMMANDS[id];
}

/** `migration.previous-node` → `migration_previous-node`: a dot would mean nesting in the catalogue. */
export function commandKey(id: CommandId) {
	return id.replaceAll(".", "_") as Underscored<CommandId>;
}

type Underscored<Id extends string> = Id extends `${infer Head}.${infer Tail}` ? `${Head}_${Tail}` : Id;
