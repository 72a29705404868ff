import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseReply } from "./reply.ts";

function encode(name: string, bytes: Uint8Array): string {
	const base64 = Buffer.from(bytes).toString("base64").replaceAll(/.{76}/g, "$&\n");
	return `data ${name}\n${base64 === "" ? "" : `${base64}\n`}.\n`;
}

describe("parseReply", () => {
	it("gives back lines and bytes whatever the bytes are", () => {
		fc.assert(
			fc.property(
				fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 4 }),
				fc.array(fc.stringMatching(/^[a-z]{1,8} [ -~]{0,30}$/)),
				(blobs, lines) => {
					const own = lines.filter((line) => !/^(data|end) /.test(line));
					const text = `${own.map((line) => `${line}\n`).join("")}${blobs.map((blob, i) => encode(`b${i}`, blob)).join("")}end\n`;
					const reply = parseReply(text);
					expect(reply?.lines.map(({ key, rest }) => `${key} ${rest}`)).toEqual(own);
					blobs.forEach((blob, i) => {
						expect(reply?.bytes(`b${i}`)).toEqual(Buffer.from(blob));
					});
				},
			),
		);
	});

	it("says nothing of an answer that was cut anywhere", () => {
		const text = `decision commit\n${encode("log", Buffer.from("a long enough text, twice over: ".repeat(9)))}final committed\nend\n`;
		const whole = text.length - 1;
		for (let cut = 0; cut < whole; cut++) expect(parseReply(text.slice(0, cut)), `cut at ${cut}`).toBeNull();
		expect(parseReply(text.slice(0, whole))?.first("decision")).toBe("commit");
	});
});
