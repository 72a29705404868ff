import type { FileChange } from "../../lib/contracts/plan.ts";
import { runDir } from "./layout.ts";
import { quote } from "./shell/quote.ts";

/** The shell function `write_staged`: the new bytes of every file into staged/<index>, but for crictl's. Throws RangeError where a plan lacks bytes. */
export function writeStaged(files: readonly FileChange[]): string {
	const lines = files.flatMap((file, index) => {
		if (file.after === null) return [];
		if (file.source.kind === "crictl-archive") return [];
		if (file.source.kind === "snapshot") {
			return [`\tcp -a ${quote(`${runDir(file.source.runId)}/snapshot/${file.source.index}`)} "$RUN/staged/${index}" || return 1`];
		}
		if (file.after.contentBase64 === null) throw new RangeError(`no bytes for ${file.path}`);
		return [stagedText(index, Buffer.from(file.after.contentBase64, "base64"))];
	});
	return ["write_staged() {", ...lines, "\treturn 0", "}"].join("\n");
}

/** Where a line begins as a here-document's end does, dash loses the byte after that beginning if it is none of ASCII's (seen with 0.5.12). */
const EATEN = /^G.*[\u0080-\uffff]/m;

/** Readable where the bytes are plain text; base64 where a here-document could not keep them exactly. */
function stagedText(index: number, bytes: Buffer): string {
	const text = bytes.toString("utf8");
	const end = `GANTRY_FILE_${index}`;
	const plain =
		Buffer.from(text, "utf8").equals(bytes) &&
		/^[\t\n\x20-\x7e\u00a1-\uffff]*$/.test(text) &&
		text.endsWith("\n") &&
		!text.split("\n").includes(end) &&
		!EATEN.test(text);
	if (plain) return `cat >"$RUN/staged/${index}" <<'${end}' || return 1\n${text}${end}`;
	const base64 = bytes.toString("base64").replaceAll(/.{76}/g, "$&\n");
	return `base64 -d >"$RUN/staged/${index}" <<'${end}' || return 1\n${base64}\n${end}`;
}
