/** One condition on a node's labels. `value` null: the label is there, whatever it says. */
export interface LabelCondition {
	key: string;
	value: string | null;
	/** True where the condition must not hold. */
	not: boolean;
}

/**
 * Reads what `kubectl get nodes -l` takes of equality and presence: `key`, `!key`, `key=value`, `key==value`, `key!=value`, several
 * separated by commas. Never throws: a part without a key, as it stands while somebody types, says nothing.
 */
export function parseLabelSelector(text: string): LabelCondition[] {
	return text.split(",").flatMap((part): LabelCondition[] => {
		const word = part.trim();
		const compared = /^([^=!]+?)\s*(!=|==?)\s*(.*)$/.exec(word);
		if (compared) return [{ key: compared[1] ?? "", value: compared[3] ?? "", not: compared[2] === "!=" }];
		const key = word.replace(/^!\s*/, "");
		return key === "" || key.startsWith("=") ? [] : [{ key, value: null, not: word.startsWith("!") }];
	});
}

/** True where every condition holds, as kubectl has it: `key!=value` holds for a node without that label too. */
export function matchesLabels(labels: Readonly<Record<string, string>>, conditions: readonly LabelCondition[]): boolean {
	return conditions.every(({ key, value, not }) => {
		const has = Object.hasOwn(labels, key) && (value === null || labels[key] === value);
		return has !== not;
	});
}
