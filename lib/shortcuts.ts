/** One press of a key, and what it was pressed on. */
export interface Press {
	/** `KeyboardEvent.key`: the character, by the reader's own layout. */
	key: string;
	/** `KeyboardEvent.code`: the place on the keyboard, for layouts without Latin letters. */
	code: string;
	ctrl: boolean;
	meta: boolean;
	alt: boolean;
	shift: boolean;
	/** Held down. */
	repeat: boolean;
	/** Part of composing a character with an input method. */
	composing: boolean;
	/** Typed into something that takes text, or into a list that is searched by typing. */
	inField: boolean;
	/** A dialog or a menu is open: the page below it takes no keys. */
	inDialog: boolean;
}

export interface Binding<Id extends string = string> {
	id: Id;
	keys: readonly string[];
}

/** The keys of a sequence so far. */
export interface Pending {
	keys: readonly string[];
	atMs: number;
}

/** The next key of a sequence has to come within this time. Milliseconds. */
export const SEQUENCE_MS = 1_200;

export const NOTHING_PENDING: Pending = { keys: [], atMs: 0 };

export interface Matched<Id extends string> {
	/** What is meant; null where nothing is, or not yet. */
	id: Id | null;
	pending: Pending;
	/** The press is ours: nobody else is to take it. */
	taken: boolean;
}

interface Options {
	/** False: only what is pressed together with Ctrl or Cmd (WCAG 2.1.4: single keys can be switched off). */
	singleKeys: boolean;
}

/**
 * What a press means, given those before it. Keys of a sequence come one after the other within SEQUENCE_MS; a key that continues no
 * sequence may begin one. Nothing is matched while text is typed or composed, over a dialog, or with a modifier that a browser or a screen
 * reader may have a use for; only `Mod+` bindings work while text is typed. Pure.
 */
export function matchPress<Id extends string>(
	pending: Pending,
	press: Press,
	bindings: readonly Binding<Id>[],
	nowMs: number,
	{ singleKeys }: Options,
): Matched<Id> {
	const nothing = { id: null, pending: NOTHING_PENDING, taken: false };
	if (press.composing || press.inDialog) return nothing;
	// A modifier on its way to the key that it modifies ends no sequence.
	if (["Shift", "Control", "Meta", "Alt", "AltGraph", "CapsLock"].includes(press.key)) return { id: null, pending, taken: false };
	const key = nameOf(press);
	if (key === null || press.repeat) return nothing;
	if (key.startsWith("Mod+")) {
		const found = bindings.find(({ keys }) => keys.length === 1 && keys[0] === key);
		return found ? { id: found.id, pending: NOTHING_PENDING, taken: true } : nothing;
	}
	if (press.inField || !singleKeys) return nothing;
	const before = nowMs - pending.atMs <= SEQUENCE_MS ? pending.keys : [];
	for (const sequence of before.length > 0 ? [[...before, key], [key]] : [[key]]) {
		const whole = bindings.find(({ keys }) => same(keys, sequence));
		if (whole) return { id: whole.id, pending: NOTHING_PENDING, taken: true };
		if (bindings.some(({ keys }) => keys.length > sequence.length && same(keys.slice(0, sequence.length), sequence)))
			return { id: null, pending: { keys: sequence, atMs: nowMs }, taken: true };
	}
	return nothing;
}

/** As bindings name it: `g`, `?`, `Mod+k`. Null where it is nothing that can be bound. */
function nameOf({ key, code, ctrl, meta, alt, shift }: Press): string | null {
	if ([...key].length !== 1) return null;
	// A letter of another script stands where a Latin one would.
	const place = /^Key([A-Z])$/.exec(code)?.[1];
	const character = (/[^\p{ASCII}]/u.test(key) && place ? place : key).toLowerCase();
	const letter = /^[a-z]$/.test(character);
	// Alt alone or beside Ctrl is how some layouts write a bracket; with a letter it is somebody else's shortcut.
	if (alt) return letter || meta ? null : character;
	if (ctrl || meta) return ctrl !== meta && !shift ? `Mod+${character}` : null;
	return letter && shift ? null : character;
}

function same(one: readonly string[], other: readonly string[]): boolean {
	return one.length === other.length && one.every((key, index) => key === other[index]);
}
