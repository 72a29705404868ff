export type TomlPath = readonly string[];

/** What an edit may write. A `string[]` is written as an array of strings. */
export type TomlValue = string | number | boolean | readonly string[];

export type TomlEdit =
	/** The key holds the value afterwards; tables on the way are created in the spelling the file uses. */
	| { readonly op: "set"; readonly path: TomlPath; readonly value: TomlValue }
	/** Every element equal to the value is gone; an absent array stays absent. */
	| { readonly op: "removeFromArray"; readonly path: TomlPath; readonly value: string }
	/** Every element equal to the value becomes the other one; an absent array stays absent. */
	| { readonly op: "replaceInArray"; readonly path: TomlPath; readonly value: string; readonly by: string }
	/** The key is gone. Tables that headers define are refused (`toml.conflict`). */
	| { readonly op: "ensureAbsent"; readonly path: TomlPath }
	/**
	 * The last segment of `path` gets another name wherever it is written. Where that name exists already the two tables become one;
	 * `toml.conflict` where they hold a key in common, or have a header each.
	 */
	| { readonly op: "rename"; readonly path: TomlPath; readonly to: string };

export type TomlChange = {
	/** `plugins."io.containerd.grpc.v1.cri".sandbox_image` */
	readonly key: string;
	/** TOML spelling of the value before; null where the key was absent. */
	readonly from: string | null;
	readonly to: string | null;
	/** Line of the edited text, from 1; of the line that follows where the key was removed. */
	readonly line: number;
};

export type TomlEditResult = { readonly text: string; readonly changes: readonly TomlChange[] };
