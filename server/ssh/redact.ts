const EVIDENCE_BYTES = 200;

/** `text` without any of the `secrets`. Longer ones first, so that a secret within a secret leaves nothing behind. */
export function redact(text: string, secrets: readonly string[]): string {
	let clean = text;
	for (const secret of [...secrets].filter((one) => one !== "").sort((a, b) => b.length - a.length))
		clean = clean.replaceAll(secret, "[secret]");
	return clean;
}

/** The first 200 bytes of what a server said, fit for a message: secrets and control characters taken out. */
export function evidence(bytes: Buffer | string, secrets: readonly string[]): string {
	const text = redact(typeof bytes === "string" ? bytes : bytes.toString("utf8"), secrets);
	const head = Buffer.from(text).subarray(0, EVIDENCE_BYTES).toString("utf8");
	return head
		.replaceAll("\r\n", "\n")
		.replaceAll(/[^\P{C}\n\t]/gu, "\ufffd")
		.trim();
}
